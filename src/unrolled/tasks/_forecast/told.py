"""Forecasts as a person or a program reads them: numbers in the user's units.

    {"series": "Munich", "times": ["1961-01-01", ...], "prediction": [450.1, ...],
     "quantiles": {"0.1": [431.0, ...], "0.5": [450.1, ...], ...}}

With several channels, prediction and quantiles hold an object by channel instead of a
list. Times are ISO dates, or counts of moments where the data have no times.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from unrolled.models.forecaster import Forecast
from unrolled.series import Series
from unrolled.tasks._forecast import calendars

_START = datetime(1970, 1, 1, tzinfo=UTC)


def told(
    series: Series, forecast: Forecast, *, origin: int, levels: Sequence[float]
) -> dict[str, Any]:
    """One answer: quantiles (channels, horizon, levels) of one series from `origin`."""
    middle = levels.index(0.5)
    by_channel = {}
    for number, channel in enumerate(series.channels):
        mine = forecast.quantiles[number].T.tolist()
        shown = {f"{level:g}": row for level, row in zip(levels, mine, strict=True)}
        by_channel[channel] = (mine[middle], shown)
    horizon = forecast.quantiles.shape[1]
    several = len(by_channel) > 1
    prediction = {name: found[0] for name, found in by_channel.items()}
    quantiles = {name: found[1] for name, found in by_channel.items()}
    [first] = list(by_channel)[:1]
    return {
        "series": series.name,
        "times": moments(series, origin, horizon),
        "prediction": prediction if several else prediction[first],
        "quantiles": quantiles if several else quantiles[first],
    }


def moments(series: Series, origin: int, count: int) -> list[str] | list[int]:
    """The times of `count` moments from `origin` on, or their numbers from 1."""
    if not len(series.times) or not series.step:
        return [origin + n + 1 for n in range(count)]
    known = series.times[:origin]
    return [shown(t) for t in calendars.further(known, series.step, count).tolist()]


def moments_before(series: Series, origin: int, count: int) -> list[str] | list[int]:
    """The times of the `count` moments before `origin`, or their numbers from 1."""
    if not len(series.times) or not series.step:
        return [n + 1 for n in range(origin - count, origin)]
    return [shown(t) for t in series.times[origin - count : origin].tolist()]


def shown(seconds: int) -> str:
    """A moment as text: a date, with its time only if it is not midnight."""
    moment = (_START + timedelta(seconds=seconds)).replace(tzinfo=None)
    text = moment.isoformat(sep=" ", timespec="seconds")
    return text.removesuffix(" 00:00:00")


def line(answer: dict[str, Any]) -> str:
    """An answer as one line: numbers with blanks between, a list for each channel."""
    prediction = answer["prediction"]
    if isinstance(prediction, dict):
        parts = [f"{name}: {_numbers(row)}" for name, row in prediction.items()]
    else:
        parts = [_numbers(prediction)]
    name = [answer["series"]] if answer["series"] else []
    return "\t".join([*name, *parts])


def _numbers(row: list[float]) -> str:
    return " ".join(f"{number:.6g}" for number in row)
