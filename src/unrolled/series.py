"""A series: values of its channels along time, and what is known beside them.

    moment     0    1    2   ...  T−1  │   T   T+1
    values    112  118   —   ...  132  │              (moments, channels)
    past       …    …    …         …   │              (moments, past)
    known      …    …    …         …   │   …    …     (moments + further, known)
                         ▲             └ of the future, only `known` knows
                       begins

A gap is NaN. `static` says what never changes, such as the shop. A series cut short at
a moment is what a forecaster may see there.
"""

from dataclasses import dataclass, field, replace
from typing import final

import torch
from torch import Tensor


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Series:
    """One series of the user's, whole."""

    name: str
    """What tells it from others: "Munich"; "" for the only one."""
    values: Tensor
    """(moments, channels) float64; NaN where nothing was measured."""
    channels: tuple[str, ...]
    """The names of the channels."""
    past: Tensor = field(default_factory=lambda: torch.zeros(0, 0))
    """Covariates known up to now, (moments, past) float64; NaN is a gap."""
    known: Tensor = field(default_factory=lambda: torch.zeros(0, 0))
    """Covariates known ahead, (moments or more, known) float64."""
    static: tuple[str, ...] = ()
    """What never changes, as text, in the order of the columns."""
    times: Tensor = field(default_factory=lambda: torch.zeros(0, dtype=torch.int64))
    """Seconds since 1970 of each moment and of those that `known` reaches, int64; empty
    where moments are only counted."""
    step: str = ""
    """From one moment to the next: "3600 s", "1 month", "1 year"; "" where counted."""
    begins: int = 0
    """The first moment that may be forecast when it is scored; those before are only
    read."""

    def __len__(self) -> int:
        """The number of moments."""
        return len(self.values)

    def until(self, moment: int) -> "Series":
        """The moments before this one; what is known ahead stays."""
        return replace(
            self,
            values=self.values[:moment],
            past=self.past[:moment],
            begins=min(self.begins, moment),
        )

    def to_list(self) -> list[object]:
        """Plain values, equal for equal series: for fingerprints and for JSON."""
        numbers = (self.values, self.past, self.known)
        plain = [
            [[None if n != n else n for n in row] for row in one.tolist()]
            for one in numbers
        ]
        return [self.name, list(self.channels), list(self.static), self.step, *plain]
