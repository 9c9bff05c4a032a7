"""The cheap honest answers that stand beside every score of `forecast`.

naive                    the last value, for all moments to come
seasonal naive           the value one season before, or more seasons where that lies
                         ahead or is a gap; only where there is a season
linear autoregression    a weighted sum of the last values; see autoregression.py

Each is a point f with an interval around it: the spread of the errors r = y − f of the
training part at that step ahead, all rows together,

    q_u = f + quantile_u(r) − median(r)

widened by √(n / (n − lags − 1)) where n windows have fitted so many weights. Values are
in the units of the windows, as the network has them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.forecaster import Forecast
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on
from unrolled.tasks._forecast.autoregression import (
    apply,
    carried,
    fit_autoregression,
)

NAIVE, SEASONAL, LINEAR = "naive", "seasonal naive", "linear autoregression"
SEASONS_BACK = 3
"""So many seasons back a value of the same phase is looked for."""
MOST_WINDOWS = 4000
"""So many windows of the training part tell the spread."""
MARK = "baseline."


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class ForecastBaselines:
    """All of them, fitted; `names` in the order of the spreads."""

    season: int
    """Moments; 1 where there is no season."""
    levels: tuple[float, ...]
    spreads: Tensor
    """(baselines, horizon, levels) float32: what is added to each forecast."""
    weights: Tensor
    """(lags + 1, horizon) float32; (0, horizon) without linear autoregression."""

    @classmethod
    def fit(
        cls,
        values: Ragged,
        seen: Tensor,
        *,
        horizon: int,
        season: int,
        levels: Sequence[float],
        longest: int,
    ) -> Self:
        """From the whole training part: a row for each channel of each series.

        `values` (tokens,) and `seen` (tokens,) are as in `Windows`; of later windows
        the last `longest` moments are read at most.
        """
        rows = _with_gaps(values, seen)
        with computing_on(1):
            fitted = fit_autoregression(
                rows, horizon=horizon, season=season, longest=longest
            )
        nothing = torch.zeros(0, horizon)
        weights = fitted[0].float() if fitted else nothing
        made = cls(
            season=season,
            levels=tuple(levels),
            spreads=torch.zeros(3, horizon, len(levels)),
            weights=weights,
        )
        given, truth = _windows(rows, made.width, horizon)
        points = made._points(given)
        spreads = [_spread(truth - point, made.levels) for point in points.values()]
        if LINEAR in points:
            count, lags = len(given), len(weights)
            spreads[-1] *= (count / max(count - lags, count / 4, 1)) ** 0.5
        return cls(
            season=season,
            levels=made.levels,
            spreads=torch.stack(spreads).float(),
            weights=weights,
        )

    @property
    def width(self) -> int:
        """The moments before a forecast that are looked at."""
        return max(SEASONS_BACK * self.season, len(self.weights) - 1, 1)

    @property
    def horizon(self) -> int:
        """Moments to come."""
        return self.weights.shape[1]

    @property
    def names(self) -> tuple[str, ...]:
        """Those that there are."""
        seasonal = (SEASONAL,) if self.season > 1 else ()
        return (NAIVE, *seasonal, *((LINEAR,) if len(self.weights) else ()))

    def forecasts(self, values: Ragged, seen: Tensor) -> dict[str, Forecast]:
        """What each says after windows of values (tokens,) and seen (tokens,)."""
        rows = _with_gaps(values, seen)
        given = torch.stack([_last(row, self.width) for row in rows])
        points = self._points(given)
        return {
            name: Forecast((point[..., None] + spread).float(), point.float())
            for (name, point), spread in zip(
                points.items(), self.spreads.double(), strict=True
            )
        }

    def _points(self, given: Tensor) -> dict[str, Tensor]:
        """(rows, horizon) of each, from the last `width` values with NaN in gaps."""
        filled = carried(given)
        last = filled[:, -1:].expand(-1, self.horizon)
        found = {NAIVE: last}
        if self.season > 1:
            found[SEASONAL] = self._seasonal(given, last)
        if len(self.weights):
            with computing_on(1):
                found[LINEAR] = apply(self.weights.double(), filled)
        return found

    def _seasonal(self, given: Tensor, last: Tensor) -> Tensor:
        season = given[:, given.shape[1] - SEASONS_BACK * self.season :]
        by_season = season.unflatten(1, (SEASONS_BACK, self.season))
        latest = by_season[:, 0]
        for later in by_season.unbind(1)[1:]:
            latest = torch.where(later.isfinite(), later, latest)
        found = latest[:, torch.arange(self.horizon) % self.season]
        return torch.where(found.isfinite(), found, last)

    def tensors(self) -> dict[str, Tensor]:
        """For a model folder: spreads (baselines, horizon, levels), weights, season."""
        return {
            f"{MARK}spreads": self.spreads,
            f"{MARK}weights": self.weights,
            f"{MARK}season": torch.tensor(self.season),
        }

    @classmethod
    def restore(
        cls, tensors: Mapping[str, Any], *, horizon: int, levels: Sequence[float]
    ) -> Self | None:
        """The way back from `tensors`; None if there are none. BrokenModelError."""
        if not any(name.startswith(MARK) for name in tensors):
            return None
        names = ("spreads", "weights", "season")
        kept: list[Any] = [tensors.get(f"{MARK}{name}") for name in names]
        spreads, weights, season = kept
        if _fits(spreads, weights, season, (horizon, len(levels))):
            made = cls(
                season=int(season),
                levels=tuple(levels),
                spreads=spreads,
                weights=weights,
            )
            if len(made.names) == len(spreads):
                return made
        raise BrokenModelError(
            found="the baselines of the model are damaged.",
            expected=f"weights and spreads for {horizon} moments to come",
            fix="copy the model folder again, or train again",
        )


def _fits(spreads: Any, weights: Any, season: Any, shape: tuple[int, int]) -> bool:
    """Whether all three are tensors of the right kinds, for (horizon, levels)."""
    kinds = ((spreads, torch.float32), (weights, torch.float32), (season, torch.int64))
    if any(one is None or one.dtype != kind for one, kind in kinds):
        return False
    if tuple(spreads.shape[1:]) != shape or weights.shape[1:] != shape[:1]:
        return False
    finite = bool(spreads.isfinite().all() and weights.isfinite().all())
    return finite and season.shape == () and 1 <= int(season) <= 2**20


def _with_gaps(values: Ragged, seen: Tensor) -> list[Tensor]:
    """Each row (moments,) float64, NaN where nothing was seen."""
    whole = values.values.double()
    return values.with_values(whole.masked_fill(seen == 0, torch.nan)).to_list()


def _last(row: Tensor, width: int) -> Tensor:
    """The last moments of a row (moments,): (width,), NaN before it begins."""
    kept = row[max(0, len(row) - width) :]
    return torch.cat([row.new_full((width - len(kept),), torch.nan), kept])


def _windows(rows: Sequence[Tensor], width: int, horizon: int) -> tuple[Tensor, Tensor]:
    """Windows (windows, width) of the rows and what followed (windows, horizon)."""
    given, truth = [], []
    share = max(1, MOST_WINDOWS // max(1, len(rows)))
    for row in rows[:: max(1, -(-len(rows) // MOST_WINDOWS))]:
        first = min(
            width, -(-len(row) // 2)
        )  # a short row tells something all the same
        for place in range(first, len(row), max(1, -(-(len(row) - first) // share))):
            given.append(_last(row[:place], width))
            truth.append(_last(row[place : place + horizon].flip(0), horizon).flip(0))
    if not given:
        return torch.zeros(0, width).double(), torch.zeros(0, horizon).double()
    return torch.stack(given), torch.stack(truth)


def _spread(errors: Tensor, levels: Sequence[float]) -> Tensor:
    """(horizon, levels) around 0, from errors (windows, horizon) with NaN for unknown.

    A step ahead that none has reached has the spread of the one before.
    """
    if not len(errors):
        return errors.new_zeros(errors.shape[1], len(levels))
    ends = torch.tensor([*levels, 0.5], dtype=errors.dtype)
    found = errors.nanquantile(ends, dim=0).T
    found = found[:, :-1] - found[:, -1:]
    return carried(found.T).T
