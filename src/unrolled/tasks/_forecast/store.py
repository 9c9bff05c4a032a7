"""Series laid end to end, with room for the moments after each, ready to cut windows.

    values, truth     T moments of a series, then horizon moments without a value
    covariates        T + horizon moments: past ones, then those known ahead

A window is then a few numbers, (series, moment), and its parts are cut out when a batch
is computed: a thousand overlapping windows need no thousand copies.
"""

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from unrolled.models.windows import Windows
from unrolled.ragged import Ragged
from unrolled.time_major import spans


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class Store:
    """Prepared series; `moments` is the sum of all lengths, each with its horizon."""

    starts: Tensor
    """Where each series begins, (series,) int64."""
    truth: Tensor
    """In the user's units, NaN where unknown, (moments, channels) float64."""
    values: Tensor
    """In the network's, 0 where unknown, (moments, channels) float32."""
    seen: Tensor
    """1 where there is a value, (moments, channels) float32."""
    past: Tensor
    """Covariates known only afterwards, (moments, past) float32."""
    known: Tensor
    """Covariates known ahead, (moments, known) float32."""
    groups: Tensor
    """Channel, series, static features by number, (series, channels, groups) int64."""
    units: Tensor
    """Center, scale, standard, seasonal: (4, series, channels) float64."""
    horizon: int

    @property
    def channels(self) -> int:
        """The values of a moment."""
        return self.values.shape[1]

    def ahead(self, series: Tensor, origins: Tensor) -> Tensor:
        """Places of the moments to be forecast, (rows, horizon)."""
        first = self.starts[series] + origins
        return first[:, None] + torch.arange(self.horizon)

    def windows(self, series: Tensor, origins: Tensor, lengths: Tensor) -> Windows:
        """A row for each channel of each (series, origin), channels together.

        All are (rows,) int64; `lengths` says how many moments before the origin.
        """
        channels, rows = self.channels, len(series)
        index = spans(self.starts[series] + origins - lengths, lengths)
        by_row = Ragged(index, lengths).gather(
            torch.arange(rows).repeat_interleave(channels)
        )
        channel = torch.arange(channels).repeat(rows).repeat_interleave(by_row.lengths)
        place = by_row.values
        beside = torch.cat([self.past, self.known], dim=1)
        ahead = self.known[self.ahead(series, origins)]
        return Windows(
            values=by_row.with_values(self.values[place, channel]),
            seen=self.seen[place, channel],
            covariates=beside[place],
            ahead=ahead.repeat_interleave(channels, dim=0),
            groups=self.groups[series].flatten(0, 1),
        )

    def targets(self, series: Tensor, origins: Tensor) -> tuple[Tensor, Tensor]:
        """Values to come, and 1 where there is one: (rows · channels, horizon) each."""
        place = self.ahead(series, origins)
        shape = (-1, self.horizon)
        values = self.values[place].transpose(1, 2).reshape(shape)
        return values, self.seen[place].transpose(1, 2).reshape(shape)

    def truths(self, series: Tensor, origins: Tensor) -> Tensor:
        """The same in the user's units, NaN where unknown."""
        place = self.ahead(series, origins)
        return self.truth[place].transpose(1, 2).reshape(-1, self.horizon)
