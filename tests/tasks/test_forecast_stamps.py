"""The times of rows: dates in the forms that files have, and counts."""

from datetime import datetime

import numpy as np
import pytest

from unrolled.errors import UnreadableDataError
from unrolled.tasks._forecast.stamps import (
    Stamps,
    date_of,
    looks_like_dates,
    read_stamps,
)


def seconds(text: str) -> int:
    since = datetime.fromisoformat(text) - datetime(1970, 1, 1)
    return since.days * 86_400 + since.seconds


def stamps(*cells, header: str = "date") -> Stamps:
    places = [f"a.csv, line {n}" for n in range(2, len(cells) + 2)]
    return read_stamps([list(cells)], [header], places)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-07-01 13:00:00", "2016-07-01 13:00"),
        ("2016-07-01T13:00", "2016-07-01 13:00"),
        ("2016-07-01T13:00:00Z", "2016-07-01 13:00"),
        ("2016-07-01T13:00:00+02:00", "2016-07-01 11:00"),
        ("2016-07-01", "2016-07-01"),
        (" 2016/7/1 ", "2016-07-01"),
        ("2016/07/01 13:30", "2016-07-01 13:30"),
        ("2016-07-01 13-30-00", "2016-07-01 13:30"),
        ("1949-01", "1949-01-01"),
        ("1949/11", "1949-11-01"),
        ("Jan 1949", "1949-01-01"),
        ("January-1949", "1949-01-01"),
        ("sept. 1949", "1949-09-01"),
        ("1949Q3", "1949-07-01"),
        ("1949-q4", "1949-10-01"),
        ("1700", "1700-01-01"),
    ],
)
def test_a_date_in_many_forms(text: str, expected: str):
    assert date_of(text) == seconds(expected)


@pytest.mark.parametrize(
    "text", ["", "soon", "2016-13-01", "2016-02-30", "Foo 1949", "31.12.2016", "1949Q5"]
)
def test_what_is_no_date(text: str):
    assert date_of(text) is None


def test_whole_numbers_of_four_digits_are_years():
    found = stamps("1700", "1701", 1702.0, header="YEAR")
    assert not found.counted
    assert found.kind == "years"
    assert found.values.tolist() == [
        seconds(f"{year}-01-01") for year in (1700, 1701, 1702)
    ]
    assert found.shown == ["1700", "1701", "1702.0"]


@pytest.mark.parametrize(
    ("cells", "header", "kind", "values"),
    [
        (["1467331200", "1467334800"], "time", "seconds", [1467331200, 1467334800]),
        ([1467331200000.0], "time", "milliseconds", [1467331200]),
        (["20160701"], "date", "dates", [1467331200]),
        (["0", "1", "3"], "time", "counts", [0, 1, 3]),
        (["1700", "1701"], "t", "counts", [1700, 1701]),
        (["0.0", "0.1", "0.3"], "t", "counts", [0, 1, 3]),
        (["0.33", "0.67", "1.00", "1.33"], "t", "counts", [0, 1, 2, 3]),
    ],
)
def test_numbers_as_times(cells, header: str, kind: str, values: list[int]):
    found = stamps(*cells, header=header)
    assert found.kind.startswith(kind)
    assert found.counted == (kind == "counts")
    assert found.values.tolist() == values
    assert found.values.dtype == np.int64


def test_times_finer_than_a_second_are_counted():
    found = stamps("2016-07-01 00:00:00.00", "2016-07-01 00:00:00.25")
    assert found.counted
    assert found.values.tolist() == [0, 1]
    assert found.unit == pytest.approx(0.25)


def test_parts_of_a_time_in_columns_of_their_own():
    columns = [["2016", "2016"], ["7", "Dec"], ["1", "31"], ["0", "23"]]
    headers = ["year", "month", "day", "hour"]
    found = read_stamps(columns, headers, ["line 2", "line 3"])
    assert found.values.tolist() == [
        seconds("2016-07-01"),
        seconds("2016-12-31 23:00"),
    ]
    hours = read_stamps([["2016-07-01"], ["13"]], ["date", "hour"], ["line 2"])
    assert hours.values.tolist() == [seconds("2016-07-01 13:00")]
    quarters = read_stamps([["2016"], ["2"]], ["year", "quarter"], ["line 2"])
    assert quarters.values.tolist() == [seconds("2016-04-01")]


def test_a_part_that_makes_no_time_is_refused_by_line():
    with pytest.raises(UnreadableDataError, match=r"^line 2: column \"year,month\""):
        read_stamps([["2016"], ["13"]], ["year", "month"], ["line 2"])


def test_what_is_no_time_is_refused_by_line():
    with pytest.raises(UnreadableDataError) as caught:
        stamps("2016-07-01", "31.12.2016")
    assert str(caught.value) == (
        'a.csv, line 3: column "date" holds "31.12.2016", which is no time.\n'
        "  expected: a date such as 2016-07-01, 2016-07-01 13:00, 1949-01, Jan 1949 or"
        " 1949, or a count\n"
        "  to fix:   write it so, or name the column that holds the times with --input"
        "\n  code:     unreadable-data"
    )


def test_an_empty_time_is_refused_by_line():
    with pytest.raises(UnreadableDataError) as caught:
        stamps("2016-07-01", "")
    assert str(caught.value) == (
        'a.csv, line 3: column "date" is empty, where the time of the row should be.\n'
        "  expected: a time in every row\n"
        "  to fix:   fill it in, or leave that row out\n"
        "  code:     unreadable-data"
    )


def test_a_column_of_dates_is_known_by_its_look():
    assert looks_like_dates(["2016-07-01", "2016-07-02"])
    assert not looks_like_dates(["2016-07-01", "soon"])
    assert not looks_like_dates(["1700", "1701"])
    assert not looks_like_dates([])
    assert not looks_like_dates([1.0])
