"""Horizon, season, context and network that suit the series, where the user names none.

A season is found in the times or in the values (season.py). The horizon is a season, or
12 moments. A forecast reads three horizons or two seasons, the longer of the two. A
network for some hundred values is small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from unrolled.series import Series
from unrolled.settings import Settings, Value
from unrolled.tasks._forecast.season import season_of
from unrolled.tasks._forecast.settings import ForecastSettings

PLAIN_HORIZON = 12
FEW = 5_000  # values; with more the network is a larger one
GROWS = 0.5  # correlation of level and swing from which logarithms are forecast
STABLE = 0.5  # air passengers 0.32, whose seasons repeat; sunspots 0.64
SMALL: dict[str, Value] = {
    "model.hidden": 32,
    "model.dropout": 0.1,
    "model.group_width": 4,
    "model.segment": 6,
    "training.patience": 50,
}
"""Few values leave few steps to learn from, and a small part to choose by: the best of
many epochs, rather than the first that is no better than the one before."""


def chosen(series: Sequence[Series], settings: ForecastSettings) -> ForecastSettings:
    """The settings with a number in place of each 0 that means "choose"."""
    season = settings.season or season_of(series).moments
    horizon = settings.horizon or (season if season > 1 else PLAIN_HORIZON)
    longest = max(map(len, series), default=1)
    context = settings.context or max(3 * horizon, 2 * season)
    return replace(
        settings, season=season, horizon=horizon, context=max(min(context, longest), 1)
    )


def suggestions(
    series: Sequence[Series], settings: Mapping[str, Settings]
) -> dict[str, Value]:
    """Values by "section.key"."""
    mine: Any = settings["task"]
    made = chosen(series, mine)
    values = sum(one.values.numel() for one in series)
    found: dict[str, Value] = {
        "task.season": made.season,
        "task.horizon": made.horizon,
        "task.context": made.context,
        "training.batch_rows": 32,
        "training.batch_tokens": 200_000,
    }
    model: Any = settings["model"]
    if model.distribution == "negative_binomial":
        found["task.scale"] = "none"
    elif grows(series, made.season):
        found["task.transform"] = "log"
    if model.kind == "autoregressive" and model.distribution == "quantiles":
        found["model.distribution"] = "gaussian"  # quantiles learn slowly, by a path
    if values < FEW:
        log = found.get("task.transform") == "log"
        found |= SMALL
        if made.season > 1:
            found["model.segment"] = made.season
        if repeats_itself(series, made.season, log=log):
            found["model.season"] = made.season
    return found


def repeats_itself(series: Sequence[Series], season: int, *, log: bool) -> bool:
    """Whether a value tells more of the one a season later than the nearer ones do.

    By the deviations of changes, so a steady trend counts on neither side.
    """
    if season < 2:
        return False
    votes = []
    for column in (c for one in series[:100] for c in one.values.unbind(1)):
        values = column.log() if log else column
        if len(values) > 2 * season:
            near = [_change(values, lag) for lag in range(1, season)]
            votes.append(_change(values, season) < STABLE * sum(near) / len(near))
    return bool(votes) and sum(votes) > len(votes) / 2


def _change(values: torch.Tensor, lag: int) -> float:
    """Deviation of y_t − y_(t−lag) of values (moments,); gaps are left out."""
    change = values[lag:] - values[:-lag]
    change = change[change.isfinite()]
    return float(change.std(correction=0)) if len(change) else 0.0


def grows(series: Sequence[Series], season: int) -> bool:
    """Whether swings grow with the level, in most series of positive values."""
    votes = []
    for one in series[:100]:
        if not bool((one.values > 0).where(one.values.isfinite(), True).all()):
            return False
        size = max(season, 8)
        votes += [_grows(column, size) for column in one.values.unbind(1)]
    told = [vote for vote in votes if vote is not None]
    return bool(told) and sum(told) > len(told) / 2


def _grows(column: torch.Tensor, size: int) -> bool | None:
    """Whether blocks of a column (moments,) swing more at a higher level; or None."""
    column = column[column.isfinite()]
    blocks = column[: len(column) // size * size].reshape(-1, size)
    if len(blocks) < 4:
        return None
    pair = torch.stack([blocks.mean(1), blocks.std(1)])
    if not bool((pair.std(1) > 1e-9 * pair.abs().mean(1)).all()):
        return False
    return float(torch.corrcoef(pair)[0, 1]) > GROWS
