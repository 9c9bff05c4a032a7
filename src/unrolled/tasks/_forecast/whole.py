"""A whole series in each row: a list, or numbers in one cell.

    item   start_timestamp       frequency   series
    T1     1979-01-01 00-00-00   yearly      [25.1, 24.3, null, 27.0]

A start and a frequency beside it give the times of its moments; otherwise they are
counted. Covariates are lists as well, with a number or a vector for each moment.
"""

import numpy as np
import torch
from torch import Tensor

from unrolled.errors import SettingError, UnreadableDataError
from unrolled.readers import Cell, Table
from unrolled.series import Series
from unrolled.tasks._base import Example
from unrolled.tasks._forecast import steps
from unrolled.tasks._forecast.cells import table_of
from unrolled.tasks._forecast.columns import Roles
from unrolled.tasks._forecast.stamps import date_of

STEPS = ("frequency", "freq", "step")
"""Usual headers of the column that says how far moments are apart."""


def whole_rows(table: Table, roles: Roles) -> tuple[list[Example], list[str]]:
    """An Example for each row, and notes. Raises UnreadableDataError."""
    rows = zip(table.rows, table.places, strict=True)
    examples = [
        Example(_series(table, row, place, roles), None, place) for row, place in rows
    ]
    dated = {e.input.step for e in examples if isinstance(e.input, Series)} - {""}
    return examples, [f"times: step {', '.join(sorted(dated))}"] if dated else []


def _series(table: Table, row: tuple[Cell, ...], place: str, roles: Roles) -> Series:
    values = table_of(row[roles.values[0]], place)
    there = (~values.isnan().all(1)).nonzero()
    if not len(there):
        raise UnreadableDataError(
            found=f"{place}: a series without a value.",
            expected="at least one measured value in every series",
            fix="leave that row out",
        )
    first, end = int(there[0]), int(there[-1]) + 1
    past = _beside(row, place, roles.past, len(values))
    known = _beside(row, place, roles.known, len(values))
    step, times = _times(table, row, place, roles, max(len(values), len(known)))
    header = table.columns[roles.values[0]]
    wide = values.shape[1]
    return Series(
        name=", ".join(str(row[p]).strip() for p in roles.ids),
        values=values[first:end],
        channels=tuple(f"{header} {n + 1}" for n in range(wide))
        if wide > 1
        else (header,),
        past=past[first:end],
        known=known[first:],
        static=tuple(str(row[p]).strip() for p in roles.static),
        times=times[first : len(known) if roles.known else end],
        step=step,
    )


def _beside(
    row: tuple[Cell, ...], place: str, columns: list[int], moments: int
) -> Tensor:
    """Covariates of all columns side by side, (moments or more, covariates)."""
    parts = [table_of(row[column], place) for column in columns]
    if not parts:
        return torch.zeros(moments, 0, dtype=torch.float64)
    shortest = min(map(len, parts))
    if shortest < moments:
        raise UnreadableDataError(
            found=f"{place}: a covariate of {shortest} moments beside a series of"
            f" {moments}.",
            expected="a covariate for every moment of the series",
            fix="correct that row",
        )
    return torch.cat([part[:shortest] for part in parts], 1)


def _times(
    table: Table, row: tuple[Cell, ...], place: str, roles: Roles, moments: int
) -> tuple[str, Tensor]:
    """Step and times of a row; neither where it does not say both."""
    said = {table.columns[p].strip().lower(): str(row[p]) for p in roles.times}
    step = next((said[name] for name in STEPS if name in said), "").strip()
    start = next((text for name, text in said.items() if name not in STEPS), "").strip()
    if not step or not start:
        return "", torch.zeros(0, dtype=torch.int64)
    begins = date_of(start)
    try:
        made = steps.parse(step.replace("_", " "))
    except SettingError as why:
        raise UnreadableDataError(
            found=f"{place}: {why.found}", expected=why.expected, fix="correct that row"
        ) from None
    if begins is None:
        raise UnreadableDataError(
            found=f'{place}: the series begins at "{start}", which is no date.',
            expected="a date such as 2016-07-01 13:00:00",
            fix="correct that row",
        )
    first = np.array([begins])
    last_day = made.months and steps.is_last_day(first)
    times = steps.onward(first, made, moments, last_day=last_day)
    return str(made), torch.from_numpy(times)
