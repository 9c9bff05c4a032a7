"""Marks of axes: round numbers, and where years and days begin."""

import numpy as np
import pytest

from unrolled.drawing import ticks


def test_values_have_round_marks():
    assert [m.label for m in ticks.of_values(112, 622)] == [
        *("200", "300", "400", "500", "600"),
    ]
    assert [m.label for m in ticks.of_values(-0.3, 0.31)] == [
        *("-0.2", "0.0", "0.2"),
    ]
    assert [m.label for m in ticks.of_values(0, 1e9)][1] == "2e+08"


@pytest.mark.parametrize(
    ("first", "step", "count", "marks"),
    [
        ("1957-01-01", "M", 60, ["1957", "1958", "1959", "1960", "1961"]),
        ("1957-03-01", "M", 8, [f"1957-{n:02}" for n in range(3, 11)]),
        ("1700-01-01", "Y", 300, [str(year) for year in range(1700, 2000, 50)]),
        ("2016-07-01T22", "h", 30, ["2016-07-02 00:00", "2016-07-02 06:00"]),
        ("2016-07-01", "D", 20, ["2016-07-07", "2016-07-14"]),
    ],
)
def test_times_have_marks_where_something_begins(first, step, count, marks):
    stamps = np.datetime64(first, step) + np.arange(count)
    times = stamps.astype("datetime64[s]").astype(np.int64).tolist()
    found = ticks.of_moments(times, 1, count)
    assert len(found) <= ticks.MOST
    assert [mark.label for mark in found][: len(marks)] == marks
    for mark in found:
        told_as = str(stamps[int(mark.at)].astype("datetime64[m]")).replace("T", " ")
        assert told_as.startswith(mark.label)


def test_a_few_hours_have_their_first_and_last_as_marks():
    hours = [3600 * (24 * 365 + hour) for hour in (13, 14)]
    found = ticks.of_moments(hours, 1, 2)
    assert [m.label for m in found] == ["1971-01-01 13:00", "1971-01-01 14:00"]
    [one] = ticks.of_moments(hours[:1], 1, 1)
    assert one == (0, "1971-01-01 13:00")


def test_marks_of_thousands_of_years_stay_few():
    years = [365 * 86_400 * year for year in range(-1900, 200)]
    assert 2 <= len(ticks.of_moments(years, 1, len(years))) <= ticks.MOST


def test_counted_moments_have_round_numbers():
    found = ticks.of_moments([], 97, 64)
    assert [m.label for m in found] == ["100", "110", "120", "130", "140", "150", "160"]
    assert found[0].at == 3
    assert ticks.of_moments([], 5, 1) == [(0, "5")]
    assert ticks.of_moments([], 13, 3) == [(0, "13"), (1, "14"), (2, "15")]


def test_moments_as_text_become_seconds():
    assert ticks.seconds_of(["1970-01-01", "1970-01-02"]) == [0, 86_400]
    assert ticks.seconds_of(["1970", "1971"]) == [0, 365 * 86_400]
    assert ticks.seconds_of(["1970-01-01 00:00", "1970-01-01 01:30"]) == [0, 5400]


@pytest.mark.parametrize(
    "moments", [["12", "13"], ["1970-01-02", "1970-01-01"], ["monday"], ["1970-13"]]
)
def test_other_names_of_moments_become_none(moments):
    assert ticks.seconds_of(moments) == []
