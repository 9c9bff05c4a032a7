"""Forecasts as a page to look at: a drawing for each channel of each series.

The end of the history, the median, the shares of what may come, and what came where
that is known.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from unrolled.drawing.bands import bands_of
from unrolled.drawing.forecast_chart import Chart
from unrolled.series import Series
from unrolled.tasks._base import Answers
from unrolled.tasks._forecast import calendars
from unrolled.tasks._forecast.page import number, page_of

BEFORE = 3
"""So many times the horizon is drawn of the history."""
MOST = 24
"""Drawings on a page."""


def picture(
    series: Sequence[Series], answers: Answers, origins: Sequence[int] | None = None
) -> str:
    """The page of answers as `told.told` gives them, one for each series.

    `origins` are the moments they begin with, otherwise the first after each series;
    where a series goes on beyond, what came is drawn beside the forecast.
    """
    begins = list(map(len, series)) if origins is None else origins
    charts = [
        chart
        for one, answer, origin in zip(series, answers, begins, strict=True)
        for chart in _charts(one, answer, origin)
    ]
    return page_of(charts[:MOST], left_out=max(0, len(charts) - MOST))


def _charts(series: Series, answer: Mapping[str, Any], origin: int) -> Iterator[Chart]:
    several = len(series.channels) > 1
    ahead = list(map(str, answer["times"]))
    end = origin + len(ahead)
    first = max(0, origin - max(BEFORE * len(ahead), 48))
    times = calendars.reaching(series, max(0, end - len(series)))[first:end].tolist()
    for place, channel in enumerate(series.channels):
        found = answer["quantiles"][channel] if several else answer["quantiles"]
        quantiles = {float(level): row for level, row in found.items()}
        values = series.values[:end, place].tolist()
        truth = values[origin:]
        chart = Chart(
            title=_title(series, channel),
            told="",
            times=times,
            first=first + 1,
            ahead=ahead,
            history=values[first:origin],
            median=quantiles[0.5],
            bands=bands_of(quantiles),
            truth=truth if any(map(isfinite, truth)) else [],
        )
        yield chart._replace(told=_in_words(chart))


def _title(series: Series, channel: str) -> str:
    if not series.name:
        return channel
    return f"{series.name}: {channel}" if len(series.channels) > 1 else series.name


def _in_words(chart: Chart) -> str:
    """What is foreseen for the last moment, in a sentence."""
    likely = [
        f", in {band.share} % of cases between {number(band.low[-1])} and"
        f" {number(band.high[-1])}"
        for band in chart.bands
        if band.share == "80"
    ]
    ahead = f"{len(chart.ahead):,} moments ahead, at {chart.ahead[-1]}"
    return f"{ahead}: {number(chart.median[-1])}{''.join(likely)}."
