"""A series that goes on: each new value is told to the network, which then looks ahead.

An autoregressive network carries its state along: a value is one step, however long the
series is, and leaves what reading the whole series from the same beginning would leave.
A direct one reads the last moments again.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.models.autoregressive_forecaster import AutoregressiveForecaster
from unrolled.models.autoregressive_memory import Memory
from unrolled.models.forecaster import Forecast
from unrolled.series import Series
from unrolled.tasks._abilities import AbstractFollowing
from unrolled.tasks._forecast import calendars
from unrolled.tasks._forecast.batch import ForecastBatch
from unrolled.tasks._forecast.familiar import Familiar
from unrolled.tasks._forecast.forecasting import SEED, Forecasting
from unrolled.tasks._forecast.prepared import prepared
from unrolled.tasks._forecast.told import told


@final
class Following(AbstractFollowing):
    """One series under way. Made by `Model.follow`."""

    def __init__(
        self, familiar: Familiar, forecasting: Forecasting, series: Series, place: str
    ) -> None:
        """Raises UnreadableDataError for a series unlike those of training."""
        self.familiar, self.forecasting, self.place = familiar, forecasting, place
        self.series, self.first = series, len(series)
        self._memory: Memory | None = None
        network = forecasting.network
        if isinstance(network, AutoregressiveForecaster):
            self._memory = network.read(self._batch().windows())

    @override
    def observe(
        self,
        values: Sequence[float | None],
        *,
        past: Sequence[float] = (),
        known: Sequence[float] = (),
    ) -> None:
        series = self.series
        new = _row(values, len(series.channels), "values", self.place)
        moments, wide = len(series) + 1, series.known.shape[1]
        past_new = _row(past, series.past.shape[1], "past covariates", self.place)
        ahead = series.known
        if wide and len(ahead) < moments:
            row = _row(known, wide, "known covariates", self.place)
            ahead = torch.cat([ahead, row])
        times = series.times
        if len(times) and len(times) < moments:
            times = torch.cat([times, calendars.further(times, series.step, 1)])
        self.series = replace(
            series,
            values=torch.cat([series.values, new]),
            past=torch.cat([series.past, past_new])
            if series.past.shape[1]
            else series.past,
            known=ahead,
            times=times,
        )
        network = self.forecasting.network
        if self._memory is not None and isinstance(network, AutoregressiveForecaster):
            last = replace(self._batch(), moments=torch.ones(1, dtype=torch.int64))
            self._memory = network.read(last.windows(), self._memory)

    @override
    @torch.no_grad()
    def forecast(self) -> dict[str, Any]:
        batch, network = self._batch(), self.forecasting.network
        found: Forecast
        if self._memory is not None and isinstance(network, AutoregressiveForecaster):
            ahead = batch.windows().ahead
            found = network.forecast_from(self._memory, ahead, seed=SEED)
        else:
            found = network.forecast(batch.windows(), seed=SEED)
        mine = self.forecasting.told(found, batch)
        levels = network.levels
        return told(self.series, mine, origin=len(self.series), levels=levels)

    def _batch(self) -> ForecastBatch:
        """The forecast after the last moment."""
        store = prepared(self.familiar, [self.series], [self.place], [self.first])
        zero, end = torch.zeros(1, dtype=torch.int64), torch.tensor([len(self.series)])
        return ForecastBatch.of(
            store, zero, end, context=self.familiar.settings.context
        )


def _row(numbers: Sequence[float | None], wide: int, what: str, place: str) -> Tensor:
    """(1, wide) float64, NaN for None."""
    if len(numbers) != wide:
        raise UnreadableDataError(
            found=f"{place}: {len(numbers)} {what} for the next moment.",
            expected=f"{wide}, as in the moments before",
            fix="give a number for each, or null for a gap",
        )
    plain = [float("nan") if number is None else number for number in numbers]
    return torch.tensor([plain], dtype=torch.float64)
