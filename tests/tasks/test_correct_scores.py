"""Scores of corrections: an example that was counted by hand."""

import pytest

from unrolled.tasks._correct.rows import Row
from unrolled.tasks._correct.scores import correct_scores

ROWS = [
    Row("He go to school .", ("He goes to school .",), ""),
    Row("She like it alot .", ("She likes it a lot .", "She likes it ."), ""),
    Row("They are here .", ("They are here .",), ""),
    Row("We are there .", ("We are there .",), ""),
]


def test_scores_are_those_counted_by_hand():
    predictions = [
        "He goes to school .",
        "She like it a lot .",
        "They is here .",
        "We are there .",
    ]
    found = correct_scores(ROWS, predictions)
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["recall"] == pytest.approx(2 / 3)
    assert found["f0.5"] == pytest.approx(2 / 3)
    assert found["false_alarms"] == 0.5
    assert found["right_texts"] == 2
    assert found["exact"] == 0.5
    assert found["by_kind"]["VERB:SVA"]["support"] == 2


def test_a_copy_has_nothing_right_and_nothing_wrong():
    found = correct_scores(ROWS, [row.text for row in ROWS])
    assert found["precision"] == 1.0
    assert found["recall"] == found["f0.5"] == found["false_alarms"] == 0.0
    assert 0 < found["gleu"] < 1


def test_any_of_the_right_texts_is_exact_whatever_its_blanks():
    found = correct_scores(ROWS[1:2], ["She likes  it ."])
    assert found["exact"] == 1.0


def test_no_rows_have_no_scores():
    assert correct_scores([], []) == {}
