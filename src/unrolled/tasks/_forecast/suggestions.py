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
    if values < FEW:
        found |= {"model.hidden": 32, "model.dropout": 0.1, "model.group_width": 4}
    return found


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
