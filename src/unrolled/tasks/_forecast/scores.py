"""The metrics of forecasts, from sums that add up over batches.

    e = y − f              y what came, f the forecast

    mae                    mean |e|
    rmse                   √ mean e²
    smape                  mean 200 |e| / (|y| + |f|), in percent, 0 to 200 (as in M4)
    mase                   mean |e| / scale; below 1 is better than the seasonal naive
                           forecast one step ahead was in the history
    crps                   continuous ranked probability score: 2 ∫ L_u(y − q_u) du
                           with L_u(d) = max(u d, (u − 1) d), the pinball loss
    coverage               share of the y inside the central 80 % interval
    interval_width         its mean width
    scaled_mae, scaled_mse mean |e| / σ, mean e² / σ²: in units of the training part's
                           standard deviation σ, as papers report them

f is the median in |e|, the mean in e²: each is best for its own. Every mean is over all
moments of all forecasts whose truth is known. A series that never changed has no scale
and is left out of MASE.

The integral of CRPS is a sum over the levels: each level u stands for all levels nearer
to it than to another. Where the levels are symmetric around ½, the CRPS of a forecast
without spread is |e|.

Reference: Hyndman and Koehler 2006, "Another look at measures of forecast accuracy",
International Journal of Forecasting 22, 679-688 (MASE); Makridakis, Spiliotis and
Assimakopoulos 2020, "The M4 competition", International Journal of Forecasting 36,
54-74 (sMAPE); Gneiting and Raftery 2007, "Strictly proper scoring rules, prediction,
and estimation", Journal of the American Statistical Association 102, 359-378 (CRPS).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import NamedTuple, final

import torch
from torch import Tensor

from unrolled.models.forecaster import Forecast
from unrolled.tasks._base import Metrics

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
BY_STEP = ("mae", "mase", "crps", "coverage")
"""What is also told step by step ahead, as lists under `by_step`."""


class Scales(NamedTuple):
    """The units in which the errors of each row are told, from its training part."""

    seasonal: Tensor
    """(rows,): mean change over a season, for MASE; NaN or 0 where there is none."""
    standard: Tensor
    """(rows,): standard deviation of the channel."""


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class ForecastSums:
    """Sums over rows for each step ahead, every field (horizon,) float64."""

    known: Tensor
    """How many truths were known."""
    absolute: Tensor
    square: Tensor
    percent: Tensor
    seasonal: Tensor
    """|e| / scale of the rows that have a scale."""
    seasonal_known: Tensor
    """How many these were."""
    crps: Tensor
    inside: Tensor
    width: Tensor
    interval_known: Tensor
    """How many truths had an interval of 80 % beside them."""
    scaled_absolute: Tensor
    scaled_square: Tensor

    @classmethod
    def of(
        cls,
        truth: Tensor,
        forecast: Forecast,
        *,
        levels: Sequence[float],
        scales: Scales,
    ) -> "ForecastSums":
        """Of `truth` (rows, horizon), NaN where unknown.

        `levels` rise and hold 0.5; without 0.1 and 0.9 nothing is told of an interval.
        """
        median = forecast.quantiles[..., levels.index(MIDDLE)].double()
        known = truth.isfinite()
        told = known if LOW in levels and HIGH in levels else torch.zeros_like(known)
        low, high = (
            forecast.quantiles[..., levels.index(level)].double()
            if level in levels
            else median
            for level in (LOW, HIGH)
        )
        truth = truth.double()
        error = (truth - median).abs()
        square = (truth - forecast.mean.double()).square()
        size = truth.abs() + median.abs()
        seasonal = scales.seasonal.double()[:, None]
        has_scale = known & (seasonal > 0)
        standard = scales.standard.double()[:, None]
        return cls(
            known=known.double().sum(0),
            absolute=_sum(error, known),
            square=_sum(square, known),
            percent=_sum(200 * error / size, known & (size > 0)),
            seasonal=_sum(error / seasonal, has_scale),
            seasonal_known=has_scale.double().sum(0),
            crps=_sum(crps(truth, forecast.quantiles, levels), known),
            inside=(told & (low <= truth) & (truth <= high)).double().sum(0),
            width=_sum(high - low, told),
            interval_known=told.double().sum(0),
            scaled_absolute=_sum(error / standard, known),
            scaled_square=_sum(square / standard.square(), known),
        )

    def __add__(self, other: "ForecastSums") -> "ForecastSums":
        """The sums over the rows of both."""
        mine, its = vars(self), vars(other)
        return ForecastSums(
            **{f.name: mine[f.name] + its[f.name] for f in fields(self)}
        )

    def metrics(self) -> Metrics:
        """All metrics; none where no truth was known, no MASE where none is defined."""
        if not self.known.sum():
            return {}
        found = {
            "mae": (self.absolute, self.known),
            "rmse": (self.square, self.known),
            "smape": (self.percent, self.known),
            "mase": (self.seasonal, self.seasonal_known),
            "crps": (self.crps, self.known),
            "coverage": (self.inside, self.interval_known),
            "interval_width": (self.width, self.interval_known),
            "scaled_mae": (self.scaled_absolute, self.known),
            "scaled_mse": (self.scaled_square, self.known),
        }
        found = {name: pair for name, pair in found.items() if pair[1].sum()}
        whole = {name: float(a.sum() / n.sum()) for name, (a, n) in found.items()}
        return {
            **whole,
            "rmse": whole["rmse"] ** 0.5,
            "by_step": {
                name: _steps(*found[name]) for name in BY_STEP if name in found
            },
            "values": int(self.known.sum()),
            "values_without_mase": int((self.known - self.seasonal_known).sum()),
        }


def total(sums: Sequence[ForecastSums]) -> Metrics:
    """The metrics of all forecasts; none of none."""
    if not sums:
        return {}
    whole = sums[0]
    for one in sums[1:]:
        whole += one
    return whole.metrics()


def crps(truth: Tensor, quantiles: Tensor, levels: Sequence[float]) -> Tensor:
    """CRPS of each forecast: `truth` (...,) and `quantiles` (..., levels) to (...,).

    Float64; NaN where the truth is unknown.
    """
    total = torch.zeros(truth.shape, dtype=torch.float64)
    for place, (level, weight) in enumerate(
        zip(levels, level_weights(levels), strict=True)
    ):  # one level at a time: all at once would need so many times the memory
        above = truth.double() - quantiles[..., place].double()
        total += 2 * weight * torch.maximum(level * above, (level - 1) * above)
    return total


def level_weights(levels: Sequence[float]) -> list[float]:
    """The share of (0, 1) that is nearer to each rising level than to the others."""
    between = [(a + b) / 2 for a, b in pairwise(levels)]
    return [b - a for a, b in zip([0.0, *between], [*between, 1.0], strict=True)]


def seasonal_scale(values: Tensor, season: int) -> float:
    """Mean |y_t − y_{t−season}| of a history (moments,), NaN where it is unknown.

    Gaps are left out. A history that holds no whole season has that of its neighbors;
    NaN where there is nothing to tell.
    """
    for lag in (season, 1):
        change = (values[lag:] - values[:-lag]).abs()
        change = change[change.isfinite()]
        if len(change):
            return float(change.double().mean())
    return float("nan")


def _sum(values: Tensor, where: Tensor) -> Tensor:
    return torch.where(where, values, 0.0).sum(0)


def _steps(total: Tensor, count: Tensor) -> list[float | None]:
    """The mean of each step; None where no truth was known."""
    return [
        a / n if n else None
        for a, n in zip(total.tolist(), count.tolist(), strict=True)
    ]
