"""Cells to numbers with gaps, and to whole series."""

import math

import pytest
import torch

from unrolled.errors import UnreadableDataError
from unrolled.series import Series
from unrolled.tasks._base import Example
from unrolled.tasks._forecast.cells import column_of, series_of


def example(cell) -> Example:
    return Example(cell, None, "a.jsonl, line 3")


def plain(found: torch.Tensor) -> list[list[float | None]]:
    return [[None if math.isnan(n) else n for n in row] for row in found.tolist()]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ([1.0, None, 3.0], [[1.0], [None], [3.0]]),
        ([1.0, math.nan], [[1.0], [None]]),
        ([[1.0, 2.0], [None, 4.0]], [[1.0, 2.0], [None, 4.0]]),
        ("1 2.5 ? 4", [[1.0], [2.5], [None], [4.0]]),
        ("1,NA,,3", [[1.0], [None], [None], [3.0]]),
        ("1; 2", [[1.0], [2.0]]),
        ("[1, null]", [[1.0], [None]]),
        ("[[1, 2], [3, null]]", [[1.0, 2.0], [3.0, None]]),
        (7.0, [[7.0]]),
        ("7", [[7.0]]),
        ([], []),
    ],
)
def test_a_cell_is_a_series(cell, expected):
    found = series_of(example(cell))
    assert found.values.dtype == torch.float64
    assert plain(found.values) == expected
    assert len(found.channels) == found.values.shape[1]


def test_a_series_stays_as_it_is():
    one = Series(name="a", values=torch.zeros(2, 1).double(), channels=("y",))
    assert series_of(example(one)) is one


@pytest.mark.parametrize(
    ("cell", "holds"),
    [
        ("", "nothing"),
        ("1 two 3", '"two" at moment 2, which is no number'),
        ([1.0, math.inf], '"inf" at moment 2, which is no number'),
        ([[1.0, 2.0], [3.0]], "moments of unequal size (the first and no. 2)"),
        ([1.0, [2.0]], "moments of unequal size (the first and no. 2)"),
        ([[], []], "moments of no numbers"),
        ("[1, 2", '"[1, 2", no list of numbers'),
        ([[1.0, "x"]], '"x" at moment 1, which is no number'),
        ([1e39], '"1e+39" at moment 1, which is no number'),
    ],
)
def test_what_is_no_series_is_refused_by_its_row(cell, holds: str):
    with pytest.raises(UnreadableDataError) as caught:
        series_of(example(cell))
    assert str(caught.value) == (
        f"a.jsonl, line 3: where a series should be, there is {holds}.\n"
        "  expected: numbers such as 112 118 ? 129 or [112, 118, null, 129], or a list"
        " of one size for each moment: [[1, 2], [3, 4]]\n"
        "  to fix:   correct that row, or leave it out\n"
        "  code:     unreadable-data"
    )


def test_a_column_has_a_number_or_a_gap_in_each_row():
    cells = ["1", " 2.5 ", "", "NA", "NaN", "null", "?", "yes", "false", 3.0, "1e2"]
    found = column_of(cells, [f"line {n}" for n in range(len(cells))], "y")
    assert [None if math.isnan(n) else n for n in found] == [
        *(1.0, 2.5, None, None, None, None, None, 1.0, 0.0, 3.0, 100.0)
    ]
    assert column_of(["1", "2"], ["line 2", "line 3"], "y") == [1.0, 2.0]


@pytest.mark.parametrize(
    ("cell", "what", "mend"),
    [
        ("1,5", "no number", "write it as 1234.5, leave that cell empty, or name"),
        ("1_000", "no number", "write it as 1234.5"),
        ("inf", "no finite number", "write the column in larger units"),
        ("1e39", "no finite number", "write the column in larger units"),
        (-1e300, "no finite number", "write the column in larger units"),
        ([1.0], "no number", "write it as 1234.5"),
    ],
)
def test_what_is_no_number_is_refused_by_its_line(cell, what: str, mend: str):
    with pytest.raises(UnreadableDataError) as caught:
        column_of(["1", cell], ["a.csv, line 2", "a.csv, line 3"], "sales")
    found = f'a.csv, line 3: column "sales" holds "{cell}", which is {what}.'
    assert caught.value.found == found
    expected = "a number between -3.4e38 and 3.4e38, or nothing for a gap"
    assert caught.value.expected == expected
    assert caught.value.fix.startswith(mend)
