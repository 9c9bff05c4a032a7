"""Forecasts of a network: from its units to the user's, and what they are worth.

network ──► quantiles, mean ──► widened ──► (· scale + center), e^ if logarithms
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from unrolled.models.forecaster import AbstractForecaster, Forecast
from unrolled.tasks._forecast.baselines import ForecastBaselines
from unrolled.tasks._forecast.batch import ForecastBatch
from unrolled.tasks._forecast.scores import ForecastSums, Scales
from unrolled.tasks._forecast.settings import ForecastSettings
from unrolled.tasks._forecast.units import from_network
from unrolled.tasks._forecast.widening import Widening

AT_ONCE = 512
"""Forecasts that are made together: of 7 channels, 720 steps, 13 levels 130 MB."""
SEED = 0
"""Paths are drawn from it: the same question has the same answer."""


@final
@dataclass(frozen=True)
class Forecasting:
    """A network, and how its numbers are read."""

    network: AbstractForecaster
    settings: ForecastSettings
    widening: Widening

    def of(self, batch: ForecastBatch) -> Forecast:
        """In the user's units, a row for each channel of each forecast."""
        return self.told(self._of_network(batch), batch)

    def told(self, found: Forecast, batch: ForecastBatch) -> Forecast:
        """What the network says of a batch, widened and in the user's units."""
        wide = self.widening(found.quantiles, batch.store.channels)
        return in_units(Forecast(wide, found.mean), batch, self.settings)

    def sums(self, batch: ForecastBatch, levels: Sequence[float]) -> ForecastSums:
        """What these forecasts are worth, all together."""
        return sums_of(self.of(batch), batch, levels)

    def widened(self, batch: ForecastBatch, levels: Sequence[float]) -> Widening:
        """Fitted so that intervals hold what they promise on these forecasts."""
        parts = [batch.gather(r) for r in torch.arange(len(batch)).split(AT_ONCE)]
        if not parts:
            return Widening(tuple(levels))
        was_training = self.network.training
        self.network.eval()
        found = [self._of_network(part).quantiles for part in parts]
        self.network.train(was_training)
        truth = [_truth(part) for part in parts]
        return Widening.fit(
            torch.cat(found),
            torch.cat(truth),
            levels,
            channels=batch.store.channels,
            apart=batch.moments_ahead() / self.settings.horizon,
        )

    @torch.no_grad()
    def _of_network(self, batch: ForecastBatch) -> Forecast:
        return self.network.forecast(batch.windows(), seed=SEED)


def in_units(
    found: Forecast, batch: ForecastBatch, settings: ForecastSettings
) -> Forecast:
    """Forecasts (rows · channels, ...) in the units of the network to the user's.

    Of logarithms the mean is that of the quantiles, each for its share: e to the mean
    would be a median.
    """
    center, scale = batch.store.units[:2, batch.series].flatten(1)
    how = settings.transform
    quantiles = from_network(
        found.quantiles, center[:, None, None], scale[:, None, None], how
    )
    if how == "none":
        mean = from_network(found.mean, center[:, None], scale[:, None], how)
        return Forecast(quantiles, mean)
    return Forecast(quantiles, quantiles.mean(-1))


def sums_of(
    found: Forecast, batch: ForecastBatch, levels: Sequence[float]
) -> ForecastSums:
    """What forecasts (rows · channels, ...) are worth."""
    standard, seasonal = batch.store.units[2:, batch.series].flatten(1)
    scales = Scales(seasonal=seasonal, standard=standard)
    return ForecastSums.of(batch.truths(), found, levels=levels, scales=scales)


def sums_of_baselines(
    cheap: ForecastBaselines,
    batch: ForecastBatch,
    settings: ForecastSettings,
    levels: Sequence[float],
) -> dict[str, list[ForecastSums]]:
    """What the cheap answers to the same question are worth, by name, in parts."""
    found: dict[str, list[ForecastSums]] = {}
    for rows in torch.arange(len(batch)).split(AT_ONCE):
        some = batch.gather(rows)
        windows = some.windows()
        for name, each in cheap.forecasts(windows.values, windows.seen).items():
            sums = sums_of(in_units(each, some, settings), some, levels)
            found.setdefault(name, []).append(sums)
    return found


def of_row(found: Forecast, row: int, channels: int) -> Forecast:
    """The forecast of one series, whose channels are rows that stand together."""
    mine = slice(row * channels, (row + 1) * channels)
    return Forecast(found.quantiles[mine], found.mean[mine])


def _truth(batch: ForecastBatch) -> Tensor:
    """(rows · channels, horizon) in the units of the network, NaN where unknown."""
    values, there = batch.targets_of()
    return values.masked_fill(there == 0, torch.nan)
