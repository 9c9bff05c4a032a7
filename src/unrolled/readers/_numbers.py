"""A cell to the numbers of a series.

    [1.5, 2, 3.25]        a list, from JSON or written like JSON
    1.5 2 3.25            separated by blanks
    1.5;2;3.25            by semicolons
    1.5, 2, 3.25          by commas (so a comma is never a decimal sign)
    [[1, 2], [3, 4]]      a vector for each moment, all of one size
    7                     a single number: a series of length 1
    []                    a series of length 0; an empty text is no series

Not-a-number and infinity are refused: one of them would spoil every weight. Where a
series may have gaps, an item of GAPS, such as NA or nothing between commas, is one.
"""

import json
import math

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import Cell

Series = list[float] | list[list[float]]
GAPS = frozenset({"", "na", "n/a", "nan", "null", "none", "?"})
"""What stands for a number that was not measured, in small letters."""


def numbers(
    cell: Cell, *, where: str = "a cell", column: str = "", gaps: bool = False
) -> Series:
    """The numbers in a cell: one, or one vector, for each moment.

    `where` and `column` name the cell in messages, as in "series.csv, line 4". With
    `gaps` items may be missing, and are NaN. Raises UnreadableDataError for whatever is
    no such series.
    """
    try:
        values = _from_text(cell.strip()) if isinstance(cell, str) else cell
        if not isinstance(values, list):
            return [_number(values)]
        if any(isinstance(value, list) for value in values):
            return _vectors(values, gaps)
        return [_item(value, gaps) for value in values]
    except _NoSeries as why:
        named = f'{where}: column "{column}"' if column else where
        raise UnreadableDataError(
            found=f"{named} {why}.",
            expected="numbers such as 1.5 2 3.25 or [1.5, 2, 3.25], or a vector of"
            " one size for each moment: [[1, 2], [3, 4]]"
            + ("; ? or null for a gap" if gaps else ""),
            fix="correct that cell, or leave its row out",
        ) from None


class _NoSeries(Exception):  # noqa: N818 -- caught above, never seen by anyone
    """What is wrong with the cell, as the end of a sentence."""


def _from_text(text: str) -> list:
    if not text:
        raise _NoSeries("is empty, where a series of numbers should be")
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise _NoSeries(f'holds "{_short(text)}", no list of numbers') from None
        return found if isinstance(found, list) else [found]
    for separator in (";", ","):
        if separator in text:
            return text.split(separator)
    return text.split()


def _vectors(values: list, gaps: bool) -> list[list[float]]:
    made: list[list[float]] = []
    for moment, vector in enumerate(values, start=1):
        if not isinstance(vector, list):
            raise _NoSeries(f"mixes vectors and single numbers (item {moment})")
        if len(vector) != len(values[0]):
            raise _NoSeries(
                f"holds vectors of unequal size: {len(values[0])} numbers in the"
                f" first, {len(vector)} in item {moment}"
            )
        made.append([_item(value, gaps) for value in vector])
    if not made[0]:
        raise _NoSeries("holds vectors of no numbers")
    return made


def _item(value: object, gaps: bool) -> float:
    if gaps and (value is None or value != value):
        return math.nan
    if gaps and isinstance(value, str) and value.strip().lower() in GAPS:
        return math.nan
    return _number(value)


def _number(value: object) -> float:
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError
        found = float(value)
        if isinstance(value, str) and "_" in value:
            raise ValueError
    except OverflowError:
        found = math.inf
    except ValueError:
        raise _NoSeries(f'holds "{_short(value)}", which is no number') from None
    if not math.isfinite(found):
        raise _NoSeries(f'holds "{_short(value)}", which is no finite number')
    return found


def _short(value: object) -> str:
    text = str(value).strip()
    return text if len(text) <= 40 else text[:37] + "..."
