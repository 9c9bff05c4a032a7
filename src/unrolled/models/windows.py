"""Windows: what a forecaster sees, one row for a channel of a series up to a moment.

    moment          0    1    2   ...  T−1  │   T   T+1  ...  T+horizon−1
    values          v    v    0   ...   v   │   the targets, which are kept apart
    seen            1    1    0   ...   1   │
    covariates      past, then known        │   ahead: known alone
    groups          what the row is of: the channel, the series, what never changes

Rows have any length, 0 and 1 too. Values are in the standardized units of the task: it
has taken off a level and divided by a scale for each channel of each series (counts
stay counts where the distribution is one of counts). A gap holds 0 and is not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, final

import torch
from torch import Tensor

from unrolled.errors import ShapeError
from unrolled.ragged import Ragged
from unrolled.time_major import spans


class WindowShape(NamedTuple):
    """What all windows of a task have in common: the widths a network is built for."""

    horizon: int
    """Moments to be forecast."""
    covariates: int = 0
    """Numbers beside each moment of the history: past ones first, known ones last."""
    ahead: int = 0
    """How many of them are known ahead: the last so many columns."""
    groups: tuple[int, ...] = ()
    """How many values each group number may take, the unknown one, 0, among them."""


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Windows:
    """A batch of histories with what is known of the moments after each.

    Raises ShapeError where the parts do not fit each other.
    """

    values: Ragged
    """What was measured, values (tokens,) float32; 0 in a gap."""
    seen: Tensor
    """1 where something was measured, 0 in a gap, (tokens,) float32."""
    covariates: Tensor
    """At the token's moment, (tokens, covariates): past ones, then known ones."""
    ahead: Tensor
    """The known ones at the moments to come, (rows, horizon, ahead)."""
    groups: Tensor
    """Channel, series, static features by number, (rows, groups) int64; 0: unknown."""

    def __post_init__(self) -> None:
        tokens, rows = self.values.values.shape, len(self.values)
        found = {
            "values": (tokens, (len(self.values.values),)),
            "seen": (self.seen.shape, tokens),
            "covariates": (self.covariates.shape[:-1], tokens),
            "ahead": (self.ahead.shape[:1], (rows,)),
            "groups": (self.groups.shape[:1], (rows,)),
        }
        wrong = [name for name, (is_, wanted) in found.items() if is_ != wanted]
        if self.ahead.dim() != 3 or self.groups.dim() != 2 or wrong:
            shapes = {name: tuple(is_) for name, (is_, _) in found.items()}
            raise ShapeError(
                found=f"windows with {shapes}, ahead {tuple(self.ahead.shape)} and"
                f" groups {tuple(self.groups.shape)}.",
                expected="values (tokens,), seen (tokens,), covariates (tokens, ·),"
                " ahead (rows, horizon, ·) and groups (rows, ·)",
                fix="give each token and each row its numbers, none of them if need be",
            )

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.values)

    @property
    def horizon(self) -> int:
        """The moments to be forecast."""
        return self.ahead.shape[1]

    def gather(self, rows: Sequence[int] | Tensor) -> "Windows":
        """The given rows, (chosen,), in the given order."""
        rows = torch.as_tensor(rows, dtype=torch.int64)
        index = spans(self.values.offsets[:-1][rows], self.values.lengths[rows])
        return Windows(
            values=self.values.gather(rows),
            seen=self.seen[index],
            covariates=self.covariates[index],
            ahead=self.ahead[rows],
            groups=self.groups[rows],
        )
