"""From which moments forecasts are made: to learn, to be scored, to be told.

    moments    0 .......... least ........ T − horizon .... T
    learn                   ├─ every one, or every k-th ─┤
    score      begins ──┐   each `stride`-th from there on, the whole horizon known
    tell                                                    T alone

A part kept aside begins where the part before it ends, and may look back beyond that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from unrolled.series import Series
from unrolled.settings import Settings
from unrolled.tasks._base import Example
from unrolled.tasks._forecast.settings import ForecastSettings

SCORED = 1000
"""Forecasts that are scored, about, where the user names no stride."""
LEAST_SHARE = 4
"""A forecast to learn from has this part of a series before it, or one context."""

Pairs = tuple[Tensor, Tensor]
"""Series by number and moments, each (rows,) int64."""


def to_learn(series: Sequence[Series], settings: ForecastSettings) -> Pairs:
    """Every moment of each series that has some before and a horizon after it.

    Of a series too short for that, every moment with another one after it. At most
    `settings.windows` in all, evenly spread.
    """
    found = []
    for number, one in enumerate(series):
        moments = len(one)
        least = max(min(settings.context, moments // LEAST_SHARE), 1)
        last = moments - settings.horizon
        found += [(number, at) for at in range(least, last + 1)] or [
            (number, at) for at in range(1, moments)
        ]
    every = -(-len(found) // settings.windows) if settings.windows else 1
    return _pairs(found[:: max(every, 1)])


def to_score(
    series: Sequence[Series], begins: Sequence[int], settings: ForecastSettings
) -> Pairs:
    """From `begins` of each series on, a stride apart, while the horizon is known.

    Where the rest is shorter than a horizon, one forecast of what there is.
    """
    rooms = [
        max(len(one) - settings.horizon - begin + 1, int(begin < len(one)))
        for one, begin in zip(series, begins, strict=True)
    ]
    stride = settings.stride or max(-(-sum(rooms) // SCORED), 1)
    return _pairs(
        [
            (number, begin + at)
            for number, (begin, room) in enumerate(zip(begins, rooms, strict=True))
            for at in range(0, room, stride)
        ]
    )


def to_tell(series: Sequence[Series]) -> Pairs:
    """After the last moment of each."""
    return _pairs([(number, len(one)) for number, one in enumerate(series)])


def learned(series: Sequence[Series], settings: Mapping[str, Settings]) -> list[Series]:
    """What of each series comes before all parts that will be kept aside."""
    mine: Any = settings["task"]
    data: Any = settings["data"]
    found = []
    for one in series:
        aside = mine.valid or round(data.valid_share * len(one))
        found.append(one.until(max(len(one) - aside - mine.test, len(one) // 2)))
    return found


def cut(
    rows: list[Example], settings: ForecastSettings, *, share: float
) -> dict[str, list[Example]]:
    """The parts "train", "valid" and, if wanted, "test" of each series, by time.

    `rows` hold a Series each. One too short for a part has none of it.
    """
    parts: dict[str, list[Example]] = {"train": [], "valid": [], "test": []}
    for row in rows:
        series = row.input
        if not isinstance(series, Series):
            parts["train"].append(row)
            continue
        moments, horizon = len(series), max(settings.horizon, 1)
        aside = settings.valid or (max(round(share * moments), horizon) if share else 0)
        test = settings.test
        if moments - aside - test < max(horizon, 2):
            aside = 0 if moments - test < max(horizon, 2) + aside else aside
        if moments - aside - test < 2:
            aside = test = 0
        learned, chosen = moments - aside - test, moments - test
        parts["train"].append(row._replace(input=series.until(learned)))
        if aside:
            valid = replace(series.until(chosen), begins=learned)
            parts["valid"].append(row._replace(input=valid))
        if test:
            whole = replace(series, begins=chosen)
            parts["test"].append(row._replace(input=whole))
    return parts if parts["test"] else {n: parts[n] for n in ("train", "valid")}


def _pairs(found: list[tuple[int, int]]) -> Pairs:
    both = torch.tensor(found, dtype=torch.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]
