"""A table to series: wide, long, or with a whole series in each row.

    wide    date        HUFL  HULL  OT          every column of numbers is a channel
    long    store  date  sales  holiday         the rows of each store are a series
    whole   item  series                        [112, 118, None, 132] in one cell

Empty cells are gaps, and so are moments that are missing in regular times. Rows below
the last value that hold covariates known ahead are the future. `columns.py` says which
column is what, `stamps.py` and `steps.py` what times are, `grid.py` what becomes of
those that are out of order, repeated or off the step.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from unrolled.errors import SettingError, UnreadableDataError
from unrolled.readers import Table
from unrolled.series import Series
from unrolled.tasks._base import Example, Gathered
from unrolled.tasks._forecast import steps
from unrolled.tasks._forecast.cells import column_of
from unrolled.tasks._forecast.columns import Roles, choose, said
from unrolled.tasks._forecast.grid import Rows, in_order, irregular, on_grid
from unrolled.tasks._forecast.series_settings import SeriesSettings
from unrolled.tasks._forecast.stamps import Stamps, read_stamps
from unrolled.tasks._forecast.steps import Step
from unrolled.tasks._forecast.whole import whole_rows


def gather(
    table: Table, named: Mapping[str, str], settings: SeriesSettings
) -> Gathered:
    """The series in a table. `named` maps input, target and given to headers.

    Raises UnreadableDataError, MissingColumnError and SettingError.
    """
    roles = choose(table, named, settings)
    headers = {
        role: ",".join(table.columns[place] for place in places)
        for role, places in _by_role(roles).items()
        if places
    }
    made = (
        whole_rows(table, roles) if roles.whole else _gathered(table, roles, settings)
    )
    examples, mended = made
    notes = [said(table, roles), *mended]
    if roles.left_out:
        left = ", ".join(f'"{table.columns[place]}"' for place in roles.left_out)
        notes.append(f"columns left out: {left}")
    return Gathered(examples, headers, [*notes, *_seen(examples)])


def _by_role(roles: Roles) -> dict[str, list[int]]:
    if roles.whole:
        return {"input": roles.values, "given": roles.ids}
    return {"input": roles.times, "target": roles.values, "given": roles.ids}


def _gathered(
    table: Table, roles: Roles, settings: SeriesSettings
) -> tuple[list[Example], list[str]]:
    """The series of rows that are moments, and what was mended."""
    stamps = _stamps(table, roles)
    beside = [*roles.past, *roles.known]
    numbers = np.array(
        [
            column_of([row[p] for row in table.rows], table.places, table.columns[p])
            for p in [*roles.values, *beside]
        ]
    ).T
    groups = [
        in_order(rows, stamps, table.places, settings)
        for rows in _groups(table, roles, stamps, numbers)
    ]
    step = _step(groups, stamps, table.places, settings)
    grid = step or Step(1)  # no series has two moments
    groups = [on_grid(g, grid, stamps, table.places, settings) for g in groups]
    mended: dict[str, int] = {}
    for words, count in (item for group in groups for item in group.found.items()):
        mended[words] = mended.get(words, 0) + count
    notes = [] if stamps.counted else [f"times: {stamps.kind}, step {step or 'none'}"]
    notes += [f"{words}: {count:,}" for words, count in mended.items()]
    dated = "" if stamps.counted or step is None else str(step)
    examples = [
        Example(series, None, _place(table, group))
        for group in groups
        for series in _series(table, roles, settings, group, dated)
    ]
    return examples, notes


def _stamps(table: Table, roles: Roles) -> Stamps:
    if not roles.times:
        counts = np.arange(len(table.rows))
        shown = [f"row {number + 1}" for number in range(len(counts))]
        return Stamps(counts, shown, counted=True, kind="rows are counted")
    columns = [[row[place] for row in table.rows] for place in roles.times]
    return read_stamps(columns, [table.columns[p] for p in roles.times], table.places)


def _groups(
    table: Table, roles: Roles, stamps: Stamps, numbers: np.ndarray
) -> list[Rows]:
    """The rows of each series, in the order in which series begin in the table."""
    found: dict[str, list[int]] = {}
    for number, row in enumerate(table.rows):
        name = ", ".join(str(row[place]).strip() for place in roles.ids)
        found.setdefault(name, []).append(number)
    return [
        Rows(
            name=name,
            rows=np.array(rows),
            times=stamps.values[rows],
            numbers=numbers[rows],
        )
        for name, rows in found.items()
    ]


def _step(
    groups: list[Rows],
    stamps: Stamps,
    places: Sequence[str],
    settings: SeriesSettings,
) -> Step | None:
    """The step of all series; None where no series has two moments."""
    if settings.step and stamps.counted:
        raise SettingError(
            found=f'series.step is "{settings.step}", and the rows have no dates:'
            f" {stamps.kind}.",
            expected="dates, which a step can be counted in",
            fix="leave series.step out, or name the column of the dates with --input",
        )
    if settings.step:
        return steps.parse(settings.step)
    step = steps.infer([group.times for group in groups], dated=not stamps.counted)
    longest = max(groups, key=lambda group: len(group.times))
    if step is None and len(longest.times) > 1:
        raise irregular(longest, stamps, places)
    return step


def _series(
    table: Table, roles: Roles, settings: SeriesSettings, group: Rows, step: str
) -> list[Series]:
    """The series of a group: one with all channels, or one for each."""
    names = [table.columns[place] for place in roles.values]
    apart = settings.channels == "apart"
    parts = [[n] for n in range(len(names))] if apart else [list(range(len(names)))]
    static = tuple(str(table.rows[group.rows[0]][p]).strip() for p in roles.static)
    made = []
    for part in parts:
        own = names[part[0]] if apart and len(names) > 1 else ""
        values = group.numbers[:, part]
        there = np.flatnonzero(~np.isnan(values).all(1))
        if not len(there):
            raise _nothing_measured(table, group, [names[n] for n in part])
        first, end = int(there[0]), int(there[-1]) + 1
        past, known = _beside(table, roles, group)
        reach = len(known) if roles.known else end
        made.append(
            Series(
                name=", ".join(filter(None, [group.name, own])),
                values=torch.from_numpy(values[first:end].copy()),
                channels=tuple(names[n] for n in part),
                past=past[first:end],
                known=known[first:],
                static=static,
                times=torch.from_numpy(group.times[first:reach].astype(np.int64))
                if step
                else torch.zeros(0, dtype=torch.int64),
                step=step,
            )
        )
    return made


def _beside(table: Table, roles: Roles, group: Rows) -> tuple[Tensor, Tensor]:
    """The covariates of each moment: of the past, and known ahead.

    A moment that was missing has those known ahead of the moment before.
    """
    numbers = group.numbers[:, len(roles.values) :]
    past, known = np.split(numbers, [len(roles.past)], axis=1)
    at = np.flatnonzero(group.there)
    before = at[np.searchsorted(at, np.arange(len(known)), "right") - 1]
    for column, place in enumerate(roles.known):
        empty = np.flatnonzero(np.isnan(known[at, column]))
        if len(empty):
            row = group.rows[empty[0]]
            raise UnreadableDataError(
                found=f'{table.places[row]}: column "{table.columns[place]}" is empty,'
                " where a covariate known ahead should be.",
                expected="a number in every row, those of the future included",
                fix="fill it in, or name the column in series.past instead",
            )
    return torch.from_numpy(past.copy()), torch.from_numpy(known[before])


def _nothing_measured(
    table: Table, group: Rows, names: list[str]
) -> UnreadableDataError:
    shown = ", ".join(f'"{name}"' for name in names)
    return UnreadableDataError(
        found=f"{_place(table, group)}: no value in column {shown}{group.where()}.",
        expected="at least one measured value in every series",
        fix="leave those rows out, or name other columns with --target",
    )


def _place(table: Table, group: Rows) -> str:
    """Where a series stands: "sales.csv, lines 2 to 97"."""
    first, last = table.places[group.rows.min()], table.places[group.rows.max()]
    if first == last:
        return first
    head, _, start = first.rpartition(" ")
    return f"{head}s {start} to {last.rpartition(' ')[2]}"


def _seen(examples: list[Example]) -> list[str]:
    """What a person should know of the series, in words."""
    series = [e.input for e in examples if isinstance(e.input, Series)]
    lengths = sorted(map(len, series))
    if not lengths:
        return []
    same = lengths[0] == lengths[-1]
    span = f"{lengths[0]:,}" if same else f"{lengths[0]:,} to {lengths[-1]:,}"
    count = "1 series" if len(series) == 1 else f"{len(series):,} series"
    notes = [f"{count} of {span} moments"]
    gaps = sum(int(one.values.isnan().sum()) for one in series)
    short = sum(length == 1 for length in lengths)
    constant = sum(len(one) > 1 and _is_constant(one.values) for one in series)
    told = {"gaps": gaps, "series of one value": short, "constant series": constant}
    return notes + [f"{words}: {n:,}" for words, n in told.items() if n]


def _is_constant(values: Tensor) -> bool:
    """Whether every channel of (moments, channels) has one value alone, gaps aside."""
    low = values.nan_to_num(nan=float("inf")).amin(0)
    return bool((low == values.nan_to_num(nan=float("-inf")).amax(0)).all())
