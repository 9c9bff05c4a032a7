"""Which column of a table is what: times, values, whose series, what stands beside.

    wide    date        HUFL  HULL  OT          a row a moment, a column a series
    long    store  date  sales  holiday         the rows of each store are a series
    whole   item  series                        a row a series: [112, 118, 132, ...]

A column that the user names wins, then usual headers. Where a value column has a usual
header ("sales"), it is the only one; otherwise every column of numbers is one that has
no other part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from unrolled.errors import MissingColumnError, SettingError, UnreadableDataError
from unrolled.readers import GAPS, Cell, Table, parse_series
from unrolled.tasks._base import Column
from unrolled.tasks._forecast.series_settings import SeriesSettings
from unrolled.tasks._forecast.stamps import COUNTERS, looks_like_dates

PARTS = ("year", "quarter", "month", "day", "hour", "minute", "second")
TIMES = (
    *("date", "datetime", "timestamp", "time", "ds", "period"),
    *(PARTS[0], PARTS[2], PARTS[3], PARTS[4]),
    *COUNTERS,
)
"""Usual headers of the times of rows."""
WHOLES = ("series", "values", "sequence", "target")
"""Usual headers of whole series, one in a cell."""
VALUES = (
    *("value", "values", "y", "sales", "count", "quantity", "demand", "amount"),
    *("passengers", "price", "close", "load", "target"),
)
"""Usual headers of what is forecast."""
IDS = (
    *("unique_id", "series_id", "item_id", "series_name", "id", "name"),
    *("store", "shop", "item", "product", "sku", "station", "sensor", "city"),
    *("region", "country", "ticker", "symbol"),
)
"""Usual headers of the column that says which series a row belongs to."""
COLUMNS = (
    Column(
        "input",
        holds="the time of each row, or a whole series in each",
        usual=(*WHOLES[:1], *TIMES),
    ),
    Column(
        "target",
        holds="values of the series, one column or several",
        usual=VALUES,
        optional=True,
    ),
    Column("given", holds="which series a row belongs to", usual=IDS, optional=True),
)
"""What the user may name; the others are settings."""
_LOOK = 100


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The places of the columns of a table, by what they are for."""

    times: list[int]
    """One column, or several that hold a part of the time each; none: rows count."""
    values: list[int]
    whole: bool
    """Whether a cell of the value column is a whole series."""
    ids: list[int] = field(default_factory=list)
    past: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    static: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)


def choose(table: Table, named: Mapping[str, str], settings: SeriesSettings) -> Roles:
    """What each column is for. `named` maps input, target and given to headers.

    Raises MissingColumnError, SettingError for one column in two parts.
    """
    beside = {
        "past": _named(table, settings.past),
        "known": _named(table, settings.known),
        "static": _named(table, settings.static),
    }
    ids, values = _named(table, named.get("given")), _named(table, named.get("target"))
    times = _named(table, named.get("input"))
    told = [
        *ids,
        *values,
        *times,
        *(place for some in beside.values() for place in some),
    ]
    _refuse_twice(table, told)
    free = [place for place in range(len(table.columns)) if place not in told]
    whole = _whole(table, times or values or free)
    if whole is not None:
        if not ids:
            ids = _usual(table, IDS, [place for place in free if place != whole])[:1]
        starts = [p for p in _usual(table, _STARTS, free) if p not in (*ids, whole)]
        return Roles(times=starts, values=[whole], whole=True, ids=ids, **beside)
    times = times or _times(table, free)
    free = [place for place in free if place not in times]
    if not ids:
        ids = [
            place
            for place in _usual(table, IDS, free)[:1]
            if _comes_again(table, place)
        ]
        free = [place for place in free if place not in ids]
    values = values or _values(table, free)
    left_out = [place for place in free if place not in values]
    return Roles(
        times=times, values=values, whole=False, ids=ids, left_out=left_out, **beside
    )


_STARTS = ("start_timestamp", "start", "start_date", "start_time", "frequency", "freq")
"""Usual headers of what a row says of the times of its whole series."""


def said(table: Table, roles: Roles) -> str:
    """What was chosen, in words."""
    parts = {
        "times": roles.times,
        "series" if roles.whole else "values": roles.values,
        "one series for each": roles.ids,
        "covariates of the past": roles.past,
        "known ahead": roles.known,
        "static": roles.static,
    }
    told = [f"{part}: {shown(table, some)}" for part, some in parts.items() if some]
    if not roles.times and not roles.whole:
        told.insert(0, "times: none, rows are counted")
    return "; ".join(told)


def shown(table: Table, some: list[int]) -> str:
    """Columns by their headers, at most eight of them."""
    names = [f'"{table.columns[place]}"' for place in some]
    return ", ".join(names if len(names) < 9 else [*names[:6], "...", names[-1]])


def is_number(cell: Cell) -> bool:
    """Whether one number is in a cell."""
    if isinstance(cell, str):
        try:
            float(cell)
        except ValueError:
            return False
        return True
    return isinstance(cell, (int, float))


def is_gap(cell: Cell) -> bool:
    """Whether a cell says that nothing was measured."""
    if isinstance(cell, str):
        return cell.strip().lower() in GAPS
    return isinstance(cell, float) and cell != cell


def _named(table: Table, names: str | None) -> list[int]:
    """The places of columns that were named, with commas between."""
    if not names:
        return []
    if names in table.columns:
        return [table.column(names)]
    return [table.column(name.strip()) for name in names.split(",") if name.strip()]


def _refuse_twice(table: Table, told: list[int]) -> None:
    for place in told:
        if told.count(place) > 1:
            raise SettingError(
                found=f'the column "{table.columns[place]}" of {table.source} was named'
                " for two things.",
                expected="one use of each column: time, value, series, or covariate",
                fix="name it once among --input, --target, --given, series.past,"
                " series.known and series.static",
            )


def _usual(table: Table, usual: tuple[str, ...], free: list[int]) -> list[int]:
    """The free columns with usual headers, in the order of `usual`."""
    headers = [header.strip().lower() for header in table.columns]
    found = [headers.index(name) for name in usual if name in headers]
    return [place for place in dict.fromkeys(found) if place in free]


def _whole(table: Table, candidates: list[int]) -> int | None:
    """The column whose cells are whole series, if there is one."""
    usual = _usual(table, WHOLES, candidates)
    for place in dict.fromkeys([*usual, *candidates]):
        cells = [row[place] for row in table.rows[:20]]
        if all(map(_is_whole, cells)):
            return place
    return None


def _is_whole(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return isinstance(cell, list) and not any(isinstance(c, str) for c in cell)
    words = cell.replace(",", " ").replace(";", " ").split()
    text = " ".join("0" if word.lower() in GAPS else word for word in words)
    try:
        return len(words) > 1 and len(parse_series(text)) > 1
    except UnreadableDataError:
        return False


def _times(table: Table, free: list[int]) -> list[int]:
    usual = _usual(table, TIMES, free)
    if usual:
        headers = {table.columns[place].strip().lower(): place for place in free}
        if table.columns[usual[0]].strip().lower() in PARTS:
            return [headers[part] for part in PARTS if part in headers]
        return usual[:1]
    for place in free:
        if looks_like_dates([row[place] for row in table.rows[:20]]):
            return [place]
    return []


def _comes_again(table: Table, place: int) -> bool:
    """Whether some id of a column has several rows; else it only counts rows."""
    ids = {str(row[place]) for row in table.rows}
    return len(ids) < len(table.rows) or len(table.rows) == 1


def _values(table: Table, free: list[int]) -> list[int]:
    """A free column with a usual header, else all columns of numbers."""
    usual = [
        place for place in _usual(table, VALUES, free) if _is_numeric(table, place)
    ]
    if usual:
        return usual[:1]
    times = {*TIMES, *PARTS}
    found = [
        place
        for place in free
        if table.columns[place].strip().lower() not in times
        and _is_numeric(table, place)
    ]
    if not found:
        raise MissingColumnError(
            found=f"{table.source} has no column of numbers among its"
            f" {len(table.columns)}: {', '.join(table.columns)}.",
            expected="a column of values, with a number or nothing in each row",
            fix="name it with --target; numbers are written 1234.5",
        )
    return found


def _is_numeric(table: Table, place: int) -> bool:
    """Whether most cells that are no gaps hold numbers."""
    cells = [row[place] for row in table.rows if not is_gap(row[place])][:_LOOK]
    return sum(map(is_number, cells)) * 2 > len(cells)
