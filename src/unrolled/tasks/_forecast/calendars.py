"""What the calendar says of a moment: numbers that a network reads beside the values.

    step under an hour     minute of the hour
    step under a day       hour of the day
    step under a week      day of the week, day of the month
    step under a year      time of the year
    any                    age: how much of the series has been before

All but the age go round: each is a pair 0.5 sin(2πp), 0.5 cos(2πp) of the share p of
its round that has passed, so that December stands beside January, Sunday beside Monday.
The age is log10(2 + moments before), as in DeepAR (Salinas et al. 2020, section 3.4 and
its published code). Months, quarters and leap years have the lengths they have.

Where moments are only counted, only the age is left.
"""

import numpy as np
import torch
from torch import Tensor

from unrolled.series import Series
from unrolled.tasks._forecast import steps

_MINUTE, _HOUR, _DAY, _WEEK, _YEAR = 60, 3600, 86_400, 604_800, 365 * 86_400


def names(step: str) -> list[str]:
    """What each number of a moment is, by the step of the series: "day of week sin"."""
    return [f"{n} {wave}" for n in _rounds(step) for wave in ("sin", "cos")] + ["age"]


def calendar(series: Series, further: int = 0) -> Tensor:
    """The numbers of each moment of a series, and of so many after its last.

    (moments + further, len(names(series.step))) float32.
    """
    moments = len(series) + further
    age = torch.log10(2.0 + torch.arange(moments, dtype=torch.float64))
    columns = [age]
    if _rounds(series.step):
        times = reaching(series, further).numpy()
        shares = [_share(name, times) for name in _rounds(series.step)]
        angles = [2 * np.pi * share for share in shares]
        waves = [0.5 * wave(a) for a in angles for wave in (np.sin, np.cos)]
        columns = [*map(torch.from_numpy, waves), age]
    return torch.stack(columns, 1).float()


def reaching(series: Series, count: int) -> Tensor:
    """The times of all moments and of `count` after the last, (moments + count,) int64.

    Empty where moments are only counted.
    """
    if not series.step or not len(series.times):
        return series.times[:0]
    mine = series.times[: len(series)]
    return torch.cat([mine, further(mine, series.step, count)])


def further(times: Tensor, step: str, count: int) -> Tensor:
    """The `count` moments after the last of `times`, (count,) int64 seconds since 1970.

    Where all of `times` are last days of their months, so are these.
    """
    if not step or not len(times):
        return times[:0]
    kept, made = times.numpy(), steps.parse(step)
    last = made.months and steps.is_last_day(kept)
    return torch.from_numpy(steps.onward(kept[-1:], made, count + 1, last)[1:])


def _rounds(step: str) -> list[str]:
    if not step:
        return []
    made = steps.parse(step)
    if made.months:
        return ["time of year"] if made.count % 12 else []
    long = made.count
    found = [
        ("minute of hour", long < _HOUR),
        ("hour of day", long < _DAY),
        ("day of week", long < _WEEK),
        ("day of month", long < _WEEK),
        ("time of year", long < _YEAR),
    ]
    return [name for name, there in found if there]


def _share(name: str, times: np.ndarray) -> np.ndarray:
    """How much of its round has passed at each time, from 0 up to 1, float64."""
    if name == "minute of hour":
        return times % _HOUR / _HOUR
    if name == "hour of day":
        return times % _DAY / _DAY
    if name == "day of week":
        return (times + 3 * _DAY) % _WEEK / _WEEK  # 1970 began on a Thursday
    unit = "datetime64[M]" if name == "day of month" else "datetime64[Y]"
    begins = times.astype("datetime64[s]").astype(unit)
    low = begins.astype("datetime64[s]").astype(np.int64)
    high = (begins + 1).astype("datetime64[s]").astype(np.int64)
    return (times - low) / (high - low)
