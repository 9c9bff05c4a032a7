"""From one moment to the next: so many seconds, or months, which differ in length.

    3600 s              2016-07-01 00:00, 01:00, 02:00, ...
    604800 s            a week
    1 month             1949-01-31, 1949-02-28, 1949-03-31, ...
    1 quarter, 1 year   three months, twelve

Times are seconds since 1970, whole numbers. A step is found from the times themselves:
a month, quarter or year where all stand at one place in their months, else the most
common difference if all others are multiples of it, else the largest number of seconds
that divides them all, as long as at least a third of the moments between are there.
"""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from unrolled.errors import SettingError

Times = np.ndarray
"""Seconds since 1970, int64."""
_SECONDS = {"s": 1, "min": 60, "h": 3600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SAME = {
    **dict.fromkeys(("s", "sec", "second", "seconds", "secondly"), "s"),
    **dict.fromkeys(("min", "minute", "minutes", "minutely"), "min"),
    **dict.fromkeys(("h", "hour", "hours", "hourly"), "h"),
    **dict.fromkeys(("d", "day", "days", "daily"), "day"),
    **dict.fromkeys(("w", "week", "weeks", "weekly"), "week"),
    **dict.fromkeys(("m", "month", "months", "monthly"), "month"),
    **dict.fromkeys(("q", "quarter", "quarters", "quarterly"), "quarter"),
    **dict.fromkeys(("y", "year", "years", "yearly"), "year"),
}
_FEWEST_THERE = 1 / 3


class Step(NamedTuple):
    """So many seconds, or so many months."""

    count: int
    months: bool = False

    def __str__(self) -> str:
        """As `Series.step` holds it: "3600 s", "1 month", "1 quarter", "1 year"."""
        if not self.months:
            return f"{self.count} s"
        if self.count % 12 == 0:
            return f"{self.count // 12} year"
        return "1 quarter" if self.count == 3 else f"{self.count} month"


def parse(text: str) -> Step:
    """The step in a text such as "3600 s", "1 h", "15min", "month".

    Raises SettingError for what is none.
    """
    found = re.fullmatch(r"\s*(\d{0,9})\s*([A-Za-z]*)\s*", text)
    count = int(found[1] or 1) if found else 0
    unit = _SAME.get(found[2].lower() or "s", "") if found else ""
    if not unit or not count or not text.strip():
        raise SettingError(
            found=f'the step of a series was given as "{text}".',
            expected=f"a number and one of {', '.join([*_SECONDS, *_MONTHS])}",
            fix='write series.step="1 h", for example',
        )
    if unit in _MONTHS:
        return Step(count * _MONTHS[unit], months=True)
    return Step(count * _SECONDS[unit])


def infer(groups: Sequence[Times], *, dated: bool = True) -> Step | None:
    """The step that all series keep; None where they keep none or have one moment each.

    `groups` holds the times of each series, rising. Without `dated` they are counts,
    which know no months.
    """
    groups = [times for times in groups if len(times) > 1]
    if not groups:
        return None
    if dated and all(_at_one_place(times) for times in groups):
        months = np.concatenate([np.diff(_months(times)) for times in groups])
        if months.min() > 0:
            return Step(int(np.gcd.reduce(months)), months=True)
    gaps = np.concatenate([np.diff(times) for times in groups])
    found, counts = np.unique(gaps, return_counts=True)
    usual = int(found[counts.argmax()])
    if not (gaps % usual).any():
        return Step(usual)
    least = int(np.gcd.reduce(gaps))
    there = sum(map(len, groups)) / (gaps.sum() / least + len(groups))
    return Step(least) if there >= _FEWEST_THERE else None


def places(times: Times, step: Step) -> tuple[Times, Times]:
    """The place of each time on the grid that the first begins, and which lie off it.

    Places are whole numbers from 0, (moments,); the second is bool, (moments,).
    """
    if step.months:
        months = _months(times)
        off = np.full(len(times), not _at_one_place(times))
        if off.any():
            off = _into(times) != _into(times[:1])
        far = months - months[0]
    else:
        far, off = times - times[0], np.zeros(len(times), bool)
    return far // step.count, off | (far % step.count != 0)


def cells(times: Times, step: Step) -> tuple[Times, Times]:
    """The cell of each time on the grid of 1970, from 0, and when the first begins."""
    if step.months:
        found = _months(times) // step.count
        begins = (found[:1] * step.count).astype("datetime64[M]")
        return found - found[0], begins.astype("datetime64[s]").astype(np.int64)
    # Weeks begin on Monday, as in ISO 8601; 1970 began on a Thursday.
    origin = -3 * 86_400 if step.count % _SECONDS["week"] == 0 else 0
    found = (times - origin) // step.count
    return found - found[0], found[:1] * step.count + origin


def onward(first: Times, step: Step, count: int, last_day: bool = False) -> Times:
    """`count` times from `first`, (1,), on; months keep its day as far as they have it.

    With `last_day` each is the last day of its month.
    """
    if not step.months:
        return first[0] + np.arange(count, dtype=np.int64) * step.count
    months = _months(first)[0] + np.arange(count, dtype=np.int64) * step.count
    starts = months.astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    day, clock = divmod(int(_into(first)[0]), 86_400)
    days = (ends - starts) // 86_400 - 1
    kept = days if last_day else np.minimum(days, day)
    return starts + kept * 86_400 + clock


def is_last_day(times: Times) -> bool:
    """Whether each time is on the last day of its month."""
    return bool((_months(times + 86_400) > _months(times)).all())


def spread(times: Times, step: Step) -> float:
    """How many moments of the grid there would be for each that is there."""
    far = _months(times)[[0, -1]] if step.months else times[[0, -1]]
    return math.ceil((int(far[1]) - int(far[0])) / step.count + 1) / len(times)


def _at_one_place(times: Times) -> bool:
    """Whether all times are at one day and hour of their months, or at their ends."""
    into = _into(times)
    clock = into % 86_400
    if (clock != clock[0]).any():
        return False
    return bool((into == into[0]).all()) or is_last_day(times)


def _months(times: Times) -> Times:
    """Whole months since 1970."""
    return times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def _into(times: Times) -> Times:
    """Seconds since the month of each time began."""
    starts = times.astype("datetime64[s]").astype("datetime64[M]")
    return times - starts.astype("datetime64[s]").astype(np.int64)
