"""A batch of forecasts to make: which series, and from which moment on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.models.windows import Windows
from unrolled.ragged import Ragged
from unrolled.series import Series
from unrolled.tasks._base import Batch
from unrolled.tasks._forecast.store import Store


def _none() -> Tensor:
    return torch.zeros(0, dtype=torch.int64)


@final
@dataclass(frozen=True)
class ForecastBatch(Batch):
    """Forecasts over a store; `inputs` holds no values, only how much each reads."""

    store: Any = None
    """The `Store` that all of them are cut from."""
    series: Tensor = field(default_factory=_none)
    """(rows,) int64."""
    origins: Tensor = field(default_factory=_none)
    """The first moment to be forecast, (rows,) int64."""
    moments: Tensor = field(default_factory=_none)
    """How many moments before it are read, (rows,) int64."""
    told: tuple[Series, ...] = ()
    """The series of the store, as the user gave them."""

    @classmethod
    def of(
        cls, store: Store, series: Tensor, origins: Tensor, *, context: int
    ) -> "ForecastBatch":
        """A row for each pair of `series` and `origins`, both (rows,) int64."""
        moments = origins.clamp(max=context)
        reads = moments * store.channels
        return cls(
            Ragged(torch.empty(int(reads.sum()), 0), reads),
            store=store,
            series=series,
            origins=origins,
            moments=moments,
        )

    @override
    def gather(self, rows: Sequence[int] | Tensor) -> "ForecastBatch":
        rows = torch.as_tensor(rows, dtype=torch.int64)
        lengths = self.inputs.lengths[rows]
        return ForecastBatch(
            Ragged(torch.empty(int(lengths.sum()), 0), lengths),
            store=self.store,
            series=self.series[rows],
            origins=self.origins[rows],
            moments=self.moments[rows],
            told=self.told,
        )

    def windows(self) -> Windows:
        """What a network reads: a row for each channel of each forecast."""
        return self.store.windows(self.series, self.origins, self.moments)

    def targets_of(self) -> tuple[Tensor, Tensor]:
        """What it should say, and where that is known, (rows · channels, horizon)."""
        return self.store.targets(self.series, self.origins)

    def moments_ahead(self) -> int:
        """How many different moments are forecast."""
        return len(self.store.ahead(self.series, self.origins).unique())

    def truths(self) -> Tensor:
        """In the user's units, NaN where unknown: (rows · channels, horizon)."""
        return self.store.truths(self.series, self.origins)
