"""The rows of one series, each at its time, to moments that follow step by step.

    1949-01  112          moment 0
    1949-02  118     →    moment 1
    1949-04  129          moment 3; moment 2 is missing: a gap

Rows out of order, two rows of one time and times off the step are refused with their
lines, unless the settings say what is to be done.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from unrolled.errors import UnreadableDataError
from unrolled.tasks._forecast import steps
from unrolled.tasks._forecast.series_settings import SeriesSettings
from unrolled.tasks._forecast.stamps import Stamps
from unrolled.tasks._forecast.steps import Step

_FARTHEST, _FEW = 20, 10_000
"""A grid of more moments than _FEW has at most so many for each row."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Rows:
    """The rows of one series."""

    name: str
    rows: np.ndarray
    """Their numbers in the table, of the first one where several were joined,
    (rows,) int64."""
    times: np.ndarray
    """Of each moment, (moments,) int64: seconds since 1970, or counts."""
    numbers: np.ndarray
    """Values and covariates side by side, (moments, columns) float64; NaN is a gap."""
    there: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    """Which moments have a row, (moments,) bool; none before the grid is made."""
    found: dict[str, int] = field(default_factory=dict)
    """What was mended, in words, and how often."""

    def at(self, moment: int) -> int:
        """The number in the table of a row, before the grid is made."""
        return int(self.rows[moment])

    def where(self) -> str:
        """The series in messages: ' of series "a"'; empty for the only one."""
        return f' of series "{self.name}"' if self.name else ""


def in_order(
    rows: Rows, stamps: Stamps, places: Sequence[str], settings: SeriesSettings
) -> Rows:
    """The rows with rising times, one of each. Raises UnreadableDataError."""
    if (np.diff(rows.times) > 0).all():
        return rows
    if settings.repeats == "refuse":
        _refuse_repeats(rows, stamps, places)
    back = np.flatnonzero(np.diff(rows.times) < 0)
    if len(back) and not settings.sort:
        earlier, later = rows.at(int(back[0])), rows.at(int(back[0]) + 1)
        raise UnreadableDataError(
            found=f"{places[later]}: {stamps.shown[later]}{rows.where()} comes after"
            f" {stamps.shown[earlier]} ({_line(places[earlier])}).",
            expected="the rows of a series in the order of their times",
            fix="put them in order, or set series.sort=yes",
        )
    order = np.argsort(rows.times, kind="stable")
    mended = {**rows.found, "rows put in order": len(rows.times)} if len(back) else {}
    rows = replace(
        rows,
        rows=rows.rows[order],
        times=rows.times[order],
        numbers=rows.numbers[order],
        found=mended or rows.found,
    )
    return _joined(rows, rows.times, rows.times, settings, "rows of one time joined")


def on_grid(
    rows: Rows,
    step: Step,
    stamps: Stamps,
    places: Sequence[str],
    settings: SeriesSettings,
) -> Rows:
    """The rows at every step from the first to the last; those missing are gaps.

    Times off the grid go into its cells if the user has given a step, and are refused
    otherwise. Raises UnreadableDataError.
    """
    at, off = steps.places(rows.times, step)
    if off.any():
        if not settings.step:
            raise irregular(rows, stamps, places)
        cell, first = steps.cells(rows.times, step)
        begins = steps.onward(first, step, int(cell[-1]) + 1)
        words = f"rows put on a grid of {step}"
        rows = replace(rows, found={**rows.found, words: len(rows.times)})
        rows = _joined(rows, cell, begins[cell], settings, "rows of one moment joined")
        at = steps.places(rows.times, step)[0]
    moments = int(at[-1]) + 1
    if moments > max(_FEW, _FARTHEST * len(at)):
        raise _too_far(rows, stamps, places, moments, step)
    there = np.zeros(moments, bool)
    there[at] = True
    missing = moments - len(at)
    if not missing:
        return replace(rows, there=there)
    last_day = step.months and steps.is_last_day(rows.times)
    numbers = np.full((moments, rows.numbers.shape[1]), np.nan)
    numbers[at] = rows.numbers
    return replace(
        rows,
        times=steps.onward(rows.times[:1], step, moments, last_day),
        numbers=numbers,
        there=there,
        found={**rows.found, "missing moments, now gaps": missing},
    )


def irregular(rows: Rows, stamps: Stamps, places: Sequence[str]) -> UnreadableDataError:
    """What to say of times that keep no step."""
    gaps = np.diff(rows.times)
    values, counts = np.unique(gaps, return_counts=True)
    usual = values[counts.argmax()]
    at = int((gaps % usual != 0).argmax())
    earlier, later = rows.at(at), rows.at(at + 1)
    return UnreadableDataError(
        found=f"{places[later]}: {stamps.shown[later]}{rows.where()} comes"
        f" {_span(gaps[at], stamps)} after {stamps.shown[earlier]}, where rows"
        f" usually come {_span(usual, stamps)} after the one before.",
        expected="times at equal steps; some may be missing",
        fix="correct that time, or give the step, series.step="
        f'"{_span(usual, stamps)}" for example, and rows are put on that grid',
    )


def _joined(
    rows: Rows,
    cell: np.ndarray,
    times: np.ndarray,
    settings: SeriesSettings,
    words: str,
) -> Rows:
    """Rows of one cell made one: their mean without gaps, or the last."""
    firsts = np.flatnonzero(np.diff(cell, prepend=cell[0] - 1))
    if len(firsts) == len(cell):
        return replace(rows, times=times)
    ends = np.append(firsts[1:], len(cell))
    if settings.repeats == "last":
        numbers = rows.numbers[ends - 1]
    else:
        there = ~np.isnan(rows.numbers)
        total = np.add.reduceat(np.where(there, rows.numbers, 0.0), firsts)
        count = np.add.reduceat(there.astype(np.float64), firsts)
        numbers = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return replace(
        rows,
        rows=rows.rows[firsts],
        times=times[firsts],
        numbers=numbers,
        found={**rows.found, words: len(cell) - len(firsts)},
    )


def _refuse_repeats(rows: Rows, stamps: Stamps, places: Sequence[str]) -> None:
    first: dict[float, int] = {}
    for row, time in zip(rows.rows.tolist(), rows.times.tolist(), strict=True):
        if time in first:
            raise UnreadableDataError(
                found=f"{places[row]}: {stamps.shown[row]}{rows.where()} a second time,"
                f" after {_line(places[first[time]])}.",
                expected="one row for each time of a series",
                fix="name the column that tells series apart with --given, take one of"
                " the rows out, or set series.repeats=mean or last",
            )
        first[time] = row


def _too_far(
    rows: Rows, stamps: Stamps, places: Sequence[str], moments: int, step: Step
) -> UnreadableDataError:
    at = int(np.diff(rows.times).argmax())
    earlier, later = rows.at(at), rows.at(at + 1)
    return UnreadableDataError(
        found=f"{places[later]}: {stamps.shown[later]}{rows.where()} comes long after"
        f" {stamps.shown[earlier]} ({_line(places[earlier])}): {moments:,} moments for"
        f" {len(rows.times):,} rows at a step of {step}.",
        expected=f"at most {_FARTHEST} moments for each row",
        fix="correct that time, or give a longer step with series.step",
    )


def _line(place: str) -> str:
    """The end of a place: "line 4"."""
    return place.rpartition(", ")[2]


def _span(gap: float, stamps: Stamps) -> str:
    if stamps.counted:
        return f"{gap * stamps.unit:g}"
    for unit, seconds in (("day", 86_400), ("h", 3600), ("min", 60)):
        if gap % seconds == 0:
            return f"{int(gap) // seconds} {unit}"
    return f"{int(gap)} s"
