"""Cells to series, and what is no series."""

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import parse_series


@pytest.mark.parametrize(
    ("cell", "series"),
    [
        ("1.5 2 -3.25", [1.5, 2.0, -3.25]),
        (" 1.5\t2 ", [1.5, 2.0]),
        ("1.5;2; 3", [1.5, 2.0, 3.0]),
        ("1.5, 2,3e-2", [1.5, 2.0, 0.03]),
        ("[1.5, 2, 3]", [1.5, 2.0, 3.0]),
        ("[[1, 2], [3, 4]]", [[1.0, 2.0], [3.0, 4.0]]),
        ("7", [7.0]),
        (7, [7.0]),
        (2.5, [2.5]),
        ([], []),
        ("[]", []),
        ([1, 2.5], [1.0, 2.5]),
        (["1", "2.5"], [1.0, 2.5]),
        ([[1], [2]], [[1.0], [2.0]]),
    ],
)
def test_a_cell_is_read(cell, series):
    found = parse_series(cell)
    assert found == series
    flat = [x for item in found for x in (item if isinstance(item, list) else [item])]
    assert all(type(x) is float for x in flat)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("He is great", 'holds "He", which is no number'),
        ("1 2 x", 'holds "x", which is no number'),
        ("1,5 2,5", 'holds "5 2", which is no number'),
        ("1 nan", 'holds "nan", which is no finite number'),
        ("inf", 'holds "inf", which is no finite number'),
        ("1e999", 'holds "1e999", which is no finite number'),
        ([10**400], f'holds "1{"0" * 36}...", which is no finite number'),
        ("1_000", 'holds "1_000", which is no number'),
        ("1;;2", 'holds "", which is no number'),
        ("", "is empty, where a series of numbers should be"),
        ("[1, 2", 'holds "[1, 2", no list of numbers'),
        ([True], 'holds "True", which is no number'),
        ([None], 'holds "None", which is no number'),
        ([[1, 2], 3], "mixes vectors and single numbers (item 2)"),
        ([1, [2]], "mixes vectors and single numbers (item 1)"),
        (
            [[1, 2], [3, 4], [5]],
            "holds vectors of unequal size: 2 numbers in the first, 1 in item 3",
        ),
        ([[]], "holds vectors of no numbers"),
        ([[[1]]], 'holds "[1]", which is no number'),
    ],
)
def test_what_is_no_series_is_told(cell, problem):
    with pytest.raises(UnreadableDataError) as refused:
        parse_series(cell, where="a.csv, line 4", column="beats")
    assert str(refused.value) == (
        f'a.csv, line 4: column "beats" {problem}.\n'
        "  expected: numbers such as 1.5 2 3.25 or [1.5, 2, 3.25], or a vector of one"
        " size for each moment: [[1, 2], [3, 4]]\n"
        "  to fix:   correct that cell, or leave its row out\n"
        "  code:     unreadable-data"
    )


def test_a_cell_without_a_place():
    with pytest.raises(
        UnreadableDataError, match=r'^a cell holds "x", which is no number\.'
    ):
        parse_series("x")


@pytest.mark.parametrize(
    ("cell", "series"),
    [
        ("1 ? 3", [1, None, 3]),
        ("1,,NA", [1, None, None]),
        ("[1, null]", [1, None]),
        ([1, None, float("nan")], [1, None, None]),
        ([[1, None], ["?", 2]], [[1, None], [None, 2]]),
        ("? ?", [None, None]),
    ],
)
def test_gaps_where_they_may_be(cell, series):
    def plain(found):
        if isinstance(found, list):
            return [plain(one) for one in found]
        return None if found != found else found

    assert plain(parse_series(cell, gaps=True)) == series
    with pytest.raises(UnreadableDataError):
        parse_series(cell)


@pytest.mark.parametrize("cell", ["", "1 two", [True], ["inf"]])
def test_what_is_no_series_even_with_gaps(cell):
    with pytest.raises(UnreadableDataError) as refusal:
        parse_series(cell, gaps=True)
    assert refusal.value.expected.endswith("[3, 4]]; ? or null for a gap")
