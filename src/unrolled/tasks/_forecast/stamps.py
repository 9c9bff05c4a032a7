"""The time of each row: cells to seconds since 1970, or to plain counts.

    2016-07-01 13:00:00, 20160701, 2016-07-01T13:00Z    dates of ISO 8601
    1949-01, Jan 1949, January 1949, 1949-Q1, 1949Q1    months and quarters
    1949                                                years: four digits throughout
    1467331200, 1467331200000                           seconds, milliseconds since 1970
    0, 1, 2 or 0.0, 0.1, 0.2                            counts: no date

A date without a zone is taken as it is written; one with a zone in universal time.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from unrolled.errors import UnreadableDataError
from unrolled.readers import Cell

COUNTERS = ("t", "step", "index", "moment", "n", "unnamed: 0")
"""Headers of columns that count, whatever the numbers are."""
_MONTH = {
    name: number
    for number, names in enumerate(
        [
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "september", "sept"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ],
        start=1,
    )
    for name in names
}
_YEAR_MONTH = re.compile(r"(\d{4})[-/. ](\d{1,2})")
_QUARTER = re.compile(r"(\d{4})[- ]?[Qq]([1-4])")
_NAMED = re.compile(r"([A-Za-z]+)\.?[- ,]*(\d{4})")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(.*)")
_TSF = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d)-(\d\d)-(\d\d)")
_EPOCH = datetime(1970, 1, 1)
_NEAR = 0.05  # of a unit, as written numbers are rounded
_PARTS = ("year", "quarter", "month", "day", "hour", "minute", "second")


class Stamps(NamedTuple):
    """The times of the rows of a table."""

    values: np.ndarray
    """(rows,) int64: seconds since 1970, or counts."""
    shown: list[str]
    """Each as it stands in the file, for messages."""
    counted: bool
    """Whether they are counts and no dates."""
    kind: str
    """What they were taken for, in words."""
    unit: float = 1.0
    """What one count is in the file, as 0.1."""


def read_stamps(
    columns: Sequence[Sequence[Cell]], headers: Sequence[str], places: Sequence[str]
) -> Stamps:
    """The times in one column of cells, or in several that hold a part each.

    Raises UnreadableDataError, which names line and column.
    """
    shown = [
        " ".join(str(c).strip() for c in row) for row in zip(*columns, strict=True)
    ]
    header = ",".join(headers)
    if len(columns) > 1:
        return _parts(columns, headers, places, shown)
    numbers = _numbers(columns[0])
    if numbers is not None:
        return _numeric(numbers, shown, header.strip().lower())
    dates: dict[str, int] = {}
    values = np.zeros(len(shown), np.int64)
    fine = False
    for row, text in enumerate(shown):
        if text not in dates:
            found = _date(text)
            if found is None:
                raise _no_date(places[row], header, text)
            fine = fine or found.microsecond > 0
            dates[text] = _seconds(found)
        values[row] = dates[text]
    if fine:
        exact = np.array([_exact(_date(text)) for text in shown])
        return _counts(exact, shown)._replace(kind="times finer than a second, counted")
    return Stamps(values, shown, counted=False, kind="dates")


def looks_like_dates(cells: Sequence[Cell]) -> bool:
    """Whether all of these cells are texts that are dates."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    if not texts or len(texts) < len(cells) or _numbers(texts) is not None:
        return False
    return all(_date(text) is not None for text in texts)


def date_of(text: str) -> int | None:
    """The seconds since 1970 of one date; None where the text is none."""
    found = _date(text.strip())
    return None if found is None else _seconds(found)


def _numbers(cells: Sequence[Cell]) -> np.ndarray | None:
    """The cells as finite numbers, or None where one is none."""
    try:
        found = np.array([float(cell) for cell in cells])  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if np.isfinite(found).all() else None


def _numeric(numbers: np.ndarray, shown: list[str], header: str) -> Stamps:
    counts = _counts(numbers, shown)
    if counts.unit != 1 or header in COUNTERS:
        return counts
    low, high = numbers.min(), numbers.max()
    if low >= 1000 and high <= 2999:
        return Stamps(_years(numbers), shown, counted=False, kind="years")
    if low >= 1e7 and high < 1e8:
        dates = [_date(f"{int(number)}") for number in numbers]
        if all(date is not None for date in dates):
            found = [_seconds(date) for date in dates if date is not None]
            return Stamps(np.array(found), shown, counted=False, kind="dates")
    if low >= 1e8 and high < 1e11:
        return counts._replace(counted=False, kind="seconds since 1970")
    if low >= 1e11 and high < 1e14 and not (numbers % 1000).any():
        found = (numbers / 1000).astype(np.int64)
        return Stamps(found, shown, counted=False, kind="milliseconds since 1970")
    return counts


def _counts(numbers: np.ndarray, shown: list[str]) -> Stamps:
    """Whole numbers as they are; others in units of their usual difference."""
    unit = 1.0
    if (numbers != np.round(numbers)).any():
        rising = np.unique(numbers)
        span = rising[-1] - rising[0]
        usual = np.quantile(np.diff(rising), 0.25, method="lower") if span else 1.0
        unit = span / max(round(span / usual), 1) if span else 1.0
        far = (numbers - rising[0]) / unit
        if (np.abs(far - np.round(far)) > _NEAR).any():
            unit = 1e-6  # no common unit; whoever seeks a step will say so by line
        numbers = (numbers - rising[0]) / unit
    values = np.round(numbers).astype(np.int64)
    return Stamps(values, shown, counted=True, kind="counts", unit=unit)


def _years(numbers: np.ndarray) -> np.ndarray:
    found = (numbers.astype(np.int64) - 1970).astype("datetime64[Y]")
    return found.astype("datetime64[s]").astype(np.int64)


def _parts(
    columns: Sequence[Sequence[Cell]],
    headers: Sequence[str],
    places: Sequence[str],
    shown: list[str],
) -> Stamps:
    """Times of which each column holds a part: a year, a month, or a date, an hour."""
    names = [header.strip().lower() for header in headers]
    values = np.zeros(len(shown), np.int64)
    for row, cells in enumerate(zip(*columns, strict=True)):
        parts = dict(zip(names, (str(cell).strip() for cell in cells), strict=True))
        found = _from_parts(parts)
        if found is None:
            raise _no_date(places[row], ",".join(headers), shown[row])
        values[row] = _seconds(found)
    return Stamps(values, shown, counted=False, kind="dates")


def _from_parts(parts: dict[str, str]) -> datetime | None:
    numbers = {name: parts[name] for name in _PARTS if name in parts}
    rest = [text for name, text in parts.items() if name not in numbers]
    try:
        whole = {name: int(float(text)) for name, text in numbers.items()}
        begins = _date(" ".join(rest)) if rest else datetime(whole["year"], 1, 1)
        if begins is None:
            return None
        if "quarter" in whole:
            whole["month"] = whole.pop("quarter") * 3 - 2
        clock = (whole.get("hour", 0), whole.get("minute", 0), whole.get("second", 0))
        day = whole.get("day", begins.day)
        return datetime(begins.year, whole.get("month", begins.month), day, *clock)
    except (KeyError, ValueError, OverflowError, TypeError):
        month = _MONTH.get(numbers.get("month", "").lower().rstrip("."))
        return _from_parts({**parts, "month": str(month)}) if month else None


def _date(text: str) -> datetime | None:
    """The date in a text, in universal time if it names a zone; None if it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _loose(text)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def _loose(text: str) -> datetime | None:
    try:
        if re.fullmatch(r"\d{4}", text):
            return datetime(int(text), 1, 1)
        if found := _YEAR_MONTH.fullmatch(text):
            return datetime(int(found[1]), int(found[2]), 1)
        if found := _QUARTER.fullmatch(text):
            return datetime(int(found[1]), int(found[2]) * 3 - 2, 1)
        if found := _NAMED.fullmatch(text):
            return datetime(int(found[2]), _MONTH[found[1].lower()], 1)
        if found := _SLASHED.fullmatch(text):
            year, month, day, rest = found.groups()
            return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}{rest}")
        if found := _TSF.fullmatch(text):
            return datetime.fromisoformat(
                f"{found[1]}T{found[2]}:{found[3]}:{found[4]}"
            )
    except (ValueError, KeyError):
        pass
    return None


def _seconds(found: datetime) -> int:
    since = found - _EPOCH
    return since.days * 86_400 + since.seconds


def _exact(found: datetime | None) -> float:
    return (found - _EPOCH).total_seconds() if found else 0.0


def _no_date(place: str, header: str, text: str) -> UnreadableDataError:
    if not text:
        return UnreadableDataError(
            found=f'{place}: column "{header}" is empty, where the time of the row'
            " should be.",
            expected="a time in every row",
            fix="fill it in, or leave that row out",
        )
    return UnreadableDataError(
        found=f'{place}: column "{header}" holds "{text[:40]}", which is no time.',
        expected="a date such as 2016-07-01, 2016-07-01 13:00, 1949-01, Jan 1949 or"
        " 1949, or a count",
        fix="write it so, or name the column that holds the times with --input",
    )
