"""Cells to numbers with gaps, and one cell to a whole series.

112, "112", " 1e2 "                 a number
"", "NA", "NaN", "null", "?"        a gap: NaN
[112, None, 132], "112 ? 132"       a series of one channel
[[1, 2], [3, None]]                 two moments of two channels
"""

import json
import math
from collections.abc import Sequence

import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError
from unrolled.readers import GAPS, Cell
from unrolled.series import Series
from unrolled.tasks._base import Example

MOST = 3.4e38
_YES = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}


def series_of(example: Example) -> Series:
    """The series of a row: as it is, or made of a list or a text of numbers.

    Raises UnreadableDataError for what is none.
    """
    cell = example.input
    if isinstance(cell, Series):
        return cell
    values = table_of(cell, example.place)
    names = tuple(f"channel {n + 1}" for n in range(values.shape[1]))
    return Series(name="", values=values, channels=names if len(names) > 1 else ("",))


def to_learn_from(examples: Sequence[Example]) -> list[Series]:
    """The series of training rows. Raises UnreadableDataError, for too little, too."""
    series = [series_of(row) for row in examples]
    if max(map(len, series), default=0) < 2:
        raise UnreadableDataError(
            found=f"{examples[0].place if examples else 'the data'}: a single value to"
            " learn from.",
            expected="series of at least two values, better of some dozens",
            fix="add rows",
        )
    return series


def table_of(cell: Cell, place: str) -> Tensor:
    """The numbers of a whole series in one cell, (moments, channels) float64.

    Raises UnreadableDataError for what is none.
    """
    rows = _items(cell, place)
    wide = [len(row) if isinstance(row, list) else 0 for row in rows]
    if len(set(wide)) > 1:
        at = next(n for n, width in enumerate(wide) if width != wide[0])
        raise _no_series(place, f"moments of unequal size (the first and no. {at + 1})")
    several = bool(rows) and isinstance(rows[0], list)
    if several and not wide[0]:
        raise _no_series(place, "moments of no numbers")
    flat = [cell for row in rows for cell in row] if several else rows
    found = [_number(one) for one in flat]
    for at, number in enumerate(found):
        if number is None:
            shown = str(flat[at])[:40]
            moment = at // max(wide[0], 1) + 1
            raise _no_series(place, f'"{shown}" at moment {moment}, which is no number')
    numbers = torch.tensor([n for n in found if n is not None], dtype=torch.float64)
    return numbers.reshape(-1, max(wide[0] if wide else 1, 1))


def column_of(cells: Sequence[Cell], places: Sequence[str], header: str) -> list[float]:
    """One number for each row of a column, NaN for a gap.

    Raises UnreadableDataError, which names the line.
    """
    try:
        found = [float(cell) for cell in cells]  # type: ignore[arg-type]
        plain = not any(isinstance(cell, str) and "_" in cell for cell in cells)
        if plain and all(-MOST <= number <= MOST for number in found):
            return found
    except (TypeError, ValueError, OverflowError):
        pass
    found = []
    for row, cell in enumerate(cells):
        number = _number(cell)
        if number is None:
            large = _is_large(cell)
            raise UnreadableDataError(
                found=f'{places[row]}: column "{header}" holds "{str(cell)[:40]}",'
                f" which is {'no finite number' if large else 'no number'}.",
                expected="a number between -3.4e38 and 3.4e38, or nothing for a gap",
                fix="write the column in larger units, or leave that cell empty"
                if large
                else "write it as 1234.5, leave that cell empty, or name other columns"
                " with --target",
            )
        found.append(number)
    return found


def _number(cell: object) -> float | None:
    """The number in a cell, NaN for a gap, None for anything else."""
    if cell is None:
        return math.nan
    if isinstance(cell, str):
        text = cell.strip().lower()
        if text in GAPS:
            return math.nan
        if text in _YES:
            return _YES[text]
        if "_" in text:
            return None
    elif not isinstance(cell, (int, float)):
        return None
    try:
        found = float(cell)
    except (ValueError, OverflowError):
        return None
    return found if found != found or abs(found) <= MOST else None


def _is_large(cell: object) -> bool:
    try:
        return abs(float(str(cell))) > MOST
    except ValueError:
        return False


def _items(cell: Cell, place: str) -> list:
    if isinstance(cell, list):
        return cell
    if not isinstance(cell, str):
        return [cell]
    text = cell.strip()
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise _no_series(place, f'"{text[:40]}", no list of numbers') from None
        return found if isinstance(found, list) else [found]
    for separator in (";", ","):
        if separator in text:
            return text.split(separator)
    if not text:
        raise _no_series(place, "nothing")
    return text.split()


def _no_series(place: str, holds: str) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{place}: where a series should be, there is {holds}.",
        expected="numbers such as 112 118 ? 129 or [112, 118, null, 129], or a list of"
        " one size for each moment: [[1, 2], [3, 4]]",
        fix="correct that row, or leave it out",
    )
