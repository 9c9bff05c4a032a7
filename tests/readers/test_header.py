"""Whether the first row names the columns: each rule, and each doubt."""

import pytest

from unrolled.readers._header import header_of


def twenty(*columns: list[str]) -> list[list[str]]:
    return [[column[i % len(column)] for column in columns] for i in range(20)]


@pytest.mark.parametrize(
    ("first", "below", "why"),
    [
        (["Text", "y"], [["a", "b"]], "it holds the usual name Text"),
        (["phrase_1", "LABEL "], [["a", "b"]], "it holds the usual name LABEL "),
        (["p0", "p1"], [["0", "a"], ["1", "b"]], "below it column 1 is all numbers"),
        (["w", "h"], [["a", "1,5"], ["b", "-2e3"]], "below it column 2 is all numbers"),
        (
            ["said", "mood"],
            twenty([f"text {n}" for n in range(20)], ["happy", "sad"]),
            '"mood" is none of the 2 values below it',
        ),
    ],
)
def test_a_header_is_seen(first, below, why):
    assert header_of(first, below) == why


@pytest.mark.parametrize(
    ("first", "below"),
    [
        (["He is great", "5"], [["fine", "4"]]),
        (["He is great", "good"], [["fine", "bad"]]),
        (["why", "question"], [["how", "question"], ["a", "b"]]),
        (["1", "2"], [["3", "4"]]),
        (["a", ""], [["1", "2"]]),
        (["a", "a"], [["1", "2"]]),
        (["a" * 41, "b"], [["1", "2"]]),
        (
            ["he is great", "sad"],
            twenty([f"t{n}" for n in range(20)], ["happy", "sad"]),
        ),
        (["mood", "x"], twenty(["happy", "sad"], [f"t{n}" for n in range(20)])[:19]),
        (["mood", "x"], twenty(["a", "b", "c"], [f"t{n}" for n in range(20)])),
        (["mood", "x"], []),
    ],
)
def test_a_row_of_data_is_no_header(first, below):
    assert header_of(first, below) == ""


def test_rows_of_another_length_say_nothing():
    assert header_of(["a", "b"], [["1"], ["x", "y"], ["1", "2", "3"]]) == ""
