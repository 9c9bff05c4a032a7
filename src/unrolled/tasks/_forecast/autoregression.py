"""Linear autoregression: each moment to come is a weighted sum of the last ones.

    y_(T+h) = c_h + Σ_i w_hi y_(T−i)       i = 0 ... lags − 1, h = 1 ... horizon

Fitted by least squares with a penalty, in closed form and float64. Four ways, of which
the best on the end of the training part is taken, with its lags and its penalty:

    direct or recursive     weights for each step ahead, or those of one step applied
                            again and again, which comes to a weighted sum too
    from nought or from     the penalty draws the forecast to c_h, or to the last value
    the last value          (as in NLinear, Zeng et al. 2023, arXiv:2205.13504)

A gap among the values before holds the value before it; a gap among the values to be
forecast lies on the line between its neighbors while weights are fitted.

Reference: Hastie, Tibshirani and Friedman 2009, "The elements of statistical learning",
equation 3.44 (the penalty); Ing 2003, "Multistep prediction in autoregressive
processes", Econometric Theory 19, 254-279 (direct and recursive).
"""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor

MOST_WINDOWS = 20_000
"""As many windows at most are fitted to, evenly spread."""
MOST_PROBES = 500
MOST_LAGS = 336
PENALTIES = (1e-6, 1e-2, 1e-1)
"""In units of the mean square of an input, for each window."""
CHUNK = 4096


class Row(NamedTuple):
    """One channel of one series without its gaps, each (moments,) float64."""

    inputs: Tensor
    targets: Tensor


class Way(NamedTuple):
    """How weights are fitted."""

    lags: int
    penalty: float
    direct: bool
    anchored: bool
    """Whether from the last value."""


class _Sums(NamedTuple):
    """Over windows of inputs x = (the lags, oldest first, and 1) and targets y."""

    inputs: Tensor
    """Σ x xᵀ, (lags + 1, lags + 1)."""
    targets: Tensor
    """Σ x yᵀ, (lags + 1, steps)."""
    windows: int


def fit_autoregression(
    rows: Sequence[Tensor], *, horizon: int, season: int, longest: int
) -> tuple[Tensor, Way] | None:
    """Weights (lags + 1, horizon) float64, the constant last; None for too few values.

    `rows` are channels (moments,) with NaN in gaps; a forecast is given `longest`
    values at most.
    """
    whole = [Row(carried(row), bridged(row)) for row in rows if _some(row)]
    moments = _usual_length(whole)
    most = min(MOST_LAGS, longest, max(14 * season, 32), moments // 4)
    if most < 1:
        return None
    parts = [max(most // part, 1) for part in (1, 2, 4, 8)]
    choices = sorted({*parts, min(season + 1, most)})
    way = _best(whole, choices, horizon)
    sums = _sums(whole, way.lags, horizon if way.direct else 1)
    return (_fitted(sums, way, horizon), way) if sums.windows else None


def carried(values: Tensor) -> Tensor:
    """Values (..., moments) float64 whose gaps hold the last value before.

    Gaps at the beginning hold the first value that there is, or 0.
    """
    known = values.isfinite()
    places = torch.arange(values.shape[-1]).expand(values.shape)
    last = torch.where(known, places, -1).cummax(-1).values
    first = known.double().argmax(-1, keepdim=True).expand(values.shape)
    filled = torch.where(known, values.double(), 0.0)
    return filled.gather(-1, torch.where(last < 0, first, last))


def bridged(values: Tensor) -> Tensor:
    """Values (moments,) float64 whose gaps lie on the line between their neighbors."""
    before, after = carried(values), carried(values.flip(0)).flip(0)
    known, places = values.isfinite(), torch.arange(len(values))
    left = torch.where(known, places, -1).cummax(0).values
    right = torch.where(known, places, len(values)).flip(0).cummin(0).values.flip(0)
    share = (places - left).double() / (right - left).clamp(min=1)
    return torch.where(known, before, before + share * (after - before))


def windows_of(row: Tensor, width: int, most: int) -> Tensor:
    """At most `most` windows (windows, width) of a row (moments,), evenly spread."""
    count = len(row) - width + 1
    if count < 1:
        return row.new_zeros(0, width)
    return row.unfold(0, width, max(1, -(-count // most)))


def _best(rows: Sequence[Row], choices: Sequence[int], horizon: int) -> Way:
    """The way with the least square error at the end, fitted to what is before it."""
    most = choices[-1]
    early, probes, wanted = [], [], []
    share = max(1, MOST_PROBES // len(rows))
    for row in rows[:MOST_PROBES]:
        end = len(row.inputs)
        cut = end - max(1, min(max(horizon, end // 5), end // 3))
        early.append(Row(row.inputs[:cut], row.targets[:cut]))
        for place in range(cut, end, max(1, -(-(end - cut) // share))):
            if place >= most:
                probes.append(row.inputs[place - most : place])
                beyond = row.targets.new_full((horizon,), torch.nan)
                found = row.targets[place : place + horizon]
                wanted.append(torch.cat([found, beyond])[:horizon])
    plain = Way(choices[0], PENALTIES[1], direct=False, anchored=True)
    if not probes:
        return plain
    given, truth = torch.stack(probes), torch.stack(wanted)
    best, least = plain, torch.inf
    for lags, direct in product(choices, (False, True)):
        sums = _sums(early, lags, horizon if direct else 1)
        for penalty, anchored in product(PENALTIES, (True, False)):
            way = Way(lags, penalty, direct, anchored)
            error = _error(sums, way, given, truth) if sums.windows else torch.inf
            if error < least:
                best, least = way, error
    return best


def _error(sums: _Sums, way: Way, given: Tensor, truth: Tensor) -> float:
    """Mean square error of the forecasts from windows (rows, lags or more)."""
    found = apply(_fitted(sums, way, truth.shape[1]), given)
    return float((found - truth).square().nanmean())


def _sums(rows: Sequence[Row], lags: int, steps: int) -> _Sums:
    inputs = torch.zeros(lags + 1, lags + 1, dtype=torch.float64)
    targets, windows = torch.zeros(lags + 1, steps, dtype=torch.float64), 0
    share = max(1, MOST_WINDOWS // len(rows))
    for row in rows:
        before = windows_of(row.inputs[: max(0, len(row.inputs) - steps)], lags, share)
        after = windows_of(row.targets[lags:], steps, share)
        for x, y in zip(before.split(CHUNK), after.split(CHUNK), strict=True):
            x = torch.cat([x, x.new_ones(len(x), 1)], 1)
            inputs += x.T @ x
            targets += x.T @ y
        windows += len(before)
    return _Sums(inputs, targets, windows)


def _fitted(sums: _Sums, way: Way, horizon: int) -> Tensor:
    """Weights (lags + 1, horizon)."""
    inputs, targets = sums.inputs, sums.targets
    # x is turned into φ = A x: the same, or with the last value taken off the others.
    turn = torch.eye(way.lags + 1, dtype=torch.float64)
    if way.anchored:
        last = way.lags - 1
        turn[:last, last] = -1.0
        turn = torch.cat([turn[:last], turn[last + 1 :]])
        targets = targets - inputs[:, last, None]
    square = turn @ inputs @ turn.T
    sizes = square.diagonal()[:-1]
    penalty = torch.full_like(square.diagonal(), way.penalty)
    penalty *= sizes.mean() if len(sizes) else 0.0
    penalty[-1] = 0.0
    # What never changes has no inverse; then anything that is tiny will do.
    tiny = 1e-12 * square.diagonal().max().clamp(min=1e-300)
    square = square + torch.diag(penalty + tiny)
    weights = turn.T @ torch.linalg.solve(square, turn @ targets)
    if way.anchored:
        weights[way.lags - 1] += 1.0
    return weights if way.direct else _again_and_again(weights[:, 0], horizon)


def _again_and_again(weights: Tensor, horizon: int) -> Tensor:
    """The weights of each step (lags + 1, horizon) from those of one, (lags + 1,)."""
    lags = len(weights) - 1
    # What each of the last values is, as a weighted sum of the window and 1.
    values = torch.eye(lags, lags + 1, dtype=torch.float64)
    steps = []
    for _ in range(horizon):
        following = weights[:-1] @ values
        following[-1] += weights[-1]
        values = torch.cat([values[1:], following[None]])
        steps.append(following)
    return torch.stack(steps, 1)


def apply(weights: Tensor, values: Tensor) -> Tensor:
    """The forecast (rows, horizon) float64 from gapless values (rows, lags or more)."""
    lags = len(weights) - 1
    return values[:, values.shape[1] - lags :] @ weights[:-1] + weights[-1]


def _some(row: Tensor) -> bool:
    return bool(row.isfinite().any())


def _usual_length(rows: Sequence[Row]) -> int:
    """The length that half of all values lie in series of, or longer ones."""
    lengths = torch.tensor(sorted(len(row.inputs) for row in rows))
    if not len(lengths):
        return 0
    return int(lengths[(2 * lengths.cumsum(0) >= lengths.sum()).int().argmax()])
