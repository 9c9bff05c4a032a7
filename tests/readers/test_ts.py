"""Series of the UEA archive: dimensions, gaps, labels, and what is refused."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: texts as the numbers of their letters."""
    lines = [
        f"{','.join(str(ord(letter)) for letter in text)}:{label}\n"
        for label, text in rows
    ]
    head = "# five rows\n@problemName Letters\n@classLabel true negative neutral"
    return {"a.ts": {"a.ts": f"{head} positive\n@data\n{''.join(lines)}"}}


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back."""
    assert path == "a.ts"
    found = [([float(ord(letter)) for letter in text], label) for label, text in rows]
    return ("series", "label"), found


TWO = """\
@problemName Two
@timeStamps false
@univariate false
@dimensions 2
@equalLength false
@classLabel true walking running
@data
"""


def table_of(text: str, **said) -> Table:
    Path("a.ts").write_text(text, encoding="utf-8")
    return read("a.ts", **said)


def test_dimensions_become_vectors_and_gaps_none():
    found = table_of(TWO + "1,2.5,?:-1,NaN,1e3:walking\n# a note\n\n4:5:running\n")
    assert found == Table(
        ("series", "label"),
        [
            ([[1.0, -1.0], [2.5, None], [None, 1000.0]], "walking"),
            ([[4.0, 5.0]], "running"),
        ],
        ["a.ts, line 8", "a.ts, line 11"],
        "a.ts",
        ["encoding: UTF-8", "series: 2 dimensions, 2 classes"],
    )


def test_one_dimension_is_a_number_for_each_moment():
    found = table_of("@univariate true\n@targetLabel true\n@data\n1,2:0.5\n3:1\n")
    assert found.rows == [([1.0, 2.0], "0.5"), ([3.0], "1")]
    assert found.notes[-1] == "series: univariate"


def test_there_may_be_no_label():
    found = table_of("@CLASSLABEL false\n@Data\n1,2:3,4\n")
    assert found.columns == ("series",)
    assert found.rows == [([[1.0, 3.0], [2.0, 4.0]],)]
    assert found.notes[-1] == "series: any number of dimensions, no label"


@pytest.mark.parametrize(
    ("line", "problem", "wanted"),
    [
        ("1,2:3,4:hopping", 'the label "hopping"', "one of walking, running"),
        (
            "1,2:walking",
            "1 dimension",
            "2, divided by colons, and the label behind them",
        ),
        (
            "1,2:3:walking",
            "the first dimension has 2 moments, dimension 2 1",
            "as many in each dimension of a series",
        ),
        (
            "1,two:3,4:walking",
            'dimension 1 holds "two" at moment 2, where a number should be',
            "numbers divided by commas, ? for a gap",
        ),
        (
            "1,2:3,:walking",
            "dimension 2 holds nothing at moment 2, where a number should be",
            "numbers divided by commas, ? for a gap",
        ),
        (
            "1,2:3,inf:walking",
            'dimension 2 holds "inf" at moment 2, where a number should be',
            "numbers divided by commas, ? for a gap",
        ),
        (
            "1,1_0:3,4:walking",
            'dimension 1 holds "1_0" at moment 2, where a number should be',
            "numbers divided by commas, ? for a gap",
        ),
        ("", None, None),
    ],
)
def test_a_row_is_refused_by_its_line_or_left_out(line, problem, wanted):
    text = TWO + f"1:2:walking\n{line}\n3:4:running\n"
    if problem is None:
        assert len(table_of(text).rows) == 2
        return
    with pytest.raises(UnreadableDataError) as caught:
        table_of(text)
    assert str(caught.value) == (
        f"a.ts, line 9: {problem}.\n"
        f"  expected: {wanted}\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = table_of(text, skip_bad_rows=True)
    assert [row[1] for row in found.rows] == ["walking", "running"]
    assert found.bad_rows == [f"a.ts, line 9: {problem}."]


def test_a_row_cut_short_where_all_are_said_to_be_equal():
    text = "@univariate true\n@equalLength true\n@classLabel true a b\n@data\n"
    with pytest.raises(UnreadableDataError) as caught:
        table_of(text + "1,2,3:a\n4,5:b\n")
    assert caught.value.found == "a.ts, line 6: 2 moments."
    assert caught.value.expected == ("3, as in line 5: the file says @equalLength true")


@pytest.mark.parametrize(
    ("text", "found", "wanted", "fix"),
    [
        (
            "@timeStamps true\n@data\n(0,1.5),(1,1.7):a\n",
            "a.ts says @timeStamps true: its moments have times.",
            "series of values alone, their moments at equal steps",
            "write the values alone, and @timeStamps false",
        ),
        (
            "@univariate true\n1,2:a\n",
            'a.ts, line 2: "1,2:a" before @data.',
            "lines that begin with @ or #, then @data, then a series a line",
            "add the line @data before the first series",
        ),
        (
            "@univariate true\n",
            "a.ts has no line @data.",
            "lines that begin with @, then @data, then a series a line",
            "add it before the first series, or check that the file is whole",
        ),
        (
            "@univariate true\n@data\n",
            "a.ts holds no rows.",
            "at least one row of data",
            "check that the right file was named, and that it was written out",
        ),
    ],
)
def test_what_is_no_such_file(text: str, found: str, wanted: str, fix: str):
    with pytest.raises(UnreadableDataError) as caught:
        table_of(text)
    assert str(caught.value) == (
        f"{found}\n  expected: {wanted}\n  to fix:   {fix}\n  code:     unreadable-data"
    )
