"""Series of the Monash archive: attributes, frequency, gaps, and what is refused."""

from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: texts as the numbers of their letters."""
    lines = [
        f"{label}:{','.join(str(ord(letter)) for letter in text)}\n"
        for label, text in rows
    ]
    head = "# five rows\n@relation letters\n@attribute label string\n@data\n"
    return {"a.tsf": {"a.tsf": head + "".join(lines)}}


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back."""
    assert path == "a.tsf"
    found = [(label, [float(ord(letter)) for letter in text]) for label, text in rows]
    return ("label", "series"), found


HEAD = """\
@relation sales
@attribute series_name string
@attribute start_timestamp date
@attribute size numeric
@frequency half_hourly
@horizon 48
@missing true
@equallength false
@data
"""


def table_of(text: str, **said) -> Table:
    Path("a.tsf").write_text(text, encoding="utf-8")
    return read("a.tsf", **said)


def test_attributes_become_columns():
    found = table_of(HEAD + "T1:1979-01-31 00-00-00:2.5:1,?,3\nT2:2000-01-01:7:4\n")
    assert found == Table(
        ("series_name", "start_timestamp", "size", "frequency", "series"),
        [
            ("T1", "1979-01-31 00-00-00", 2.5, "30 min", [1.0, None, 3.0]),
            ("T2", "2000-01-01", 7.0, "30 min", [4.0]),
        ],
        ["a.tsf, line 10", "a.tsf, line 11"],
        "a.tsf",
        [
            "encoding: UTF-8",
            "attributes: series_name, start_timestamp, size; frequency: 30 min;"
            " horizon: 48",
        ],
    )


def test_a_file_may_say_nothing_of_its_series():
    found = table_of("@data\n1,2\n3\n")
    assert found.columns == ("series",)
    assert found.rows == [([1.0, 2.0],), ([3.0],)]
    assert found.notes[-1] == "attributes: none"


@pytest.mark.parametrize(
    ("line", "problem", "wanted"),
    [
        (
            "T1:1979-01-01:1,2",
            "2 colons",
            "series_name:start_timestamp:size:series",
        ),
        ("T1:1979-01-01:big:1,2", 'size is "big"', "a number"),
        (
            "T1:1979-01-01:1:1,x",
            'the series holds "x" at moment 2, where a number should be',
            "numbers divided by commas, ? for a gap",
        ),
    ],
)
def test_a_row_is_refused_by_its_line_or_left_out(line, problem, wanted):
    text = HEAD + f"{line}\nT2:2000-01-01:7:4\n"
    with pytest.raises(UnreadableDataError) as caught:
        table_of(text)
    assert str(caught.value) == (
        f"a.tsf, line 10: {problem}.\n"
        f"  expected: {wanted}\n"
        "  to fix:   correct that line, or leave such rows out with --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = table_of(text, skip_bad_rows=True)
    assert [row[0] for row in found.rows] == ["T2"]


@pytest.mark.parametrize(
    ("head", "found", "wanted"),
    [
        (
            "@attribute size whole",
            "a.tsf: @attribute size whole.",
            "@attribute, a name, and one of string, numeric, date",
        ),
        (
            "@attribute size",
            "a.tsf: @attribute size.",
            "@attribute, a name, and one of string, numeric, date",
        ),
        (
            "@attribute series string",
            'a.tsf: the attribute "series" is there twice, or is a name that is taken.',
            "a name for each attribute, none of them series or frequency",
        ),
    ],
)
def test_an_attribute_that_is_none(head: str, found: str, wanted: str):
    with pytest.raises(UnreadableDataError) as caught:
        table_of(f"{head}\n@data\n1,2\n")
    assert (caught.value.found, caught.value.expected) == (found, wanted)
