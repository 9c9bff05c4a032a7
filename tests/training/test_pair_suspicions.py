"""What may be wrong with pairs of texts."""

import pytest

from tests.training.made_up import examples
from unrolled.training.pair_suspicions import echoes, stretched

# 60 characters against 90: the usual answer is half as long again as its input.
USUAL = [("x" * 60, "y" * 90)] * 300


def test_pairs_without_fault_raise_no_suspicion():
    rows = examples([*USUAL, ("Go.", "Allez-y maintenant !")])
    assert echoes("train", rows) == []
    assert stretched("train", rows) == []
    assert stretched("train", []) == echoes("train", []) == []


@pytest.mark.parametrize(("count", "level"), [(3, "note"), (4, "warning")])
def test_answers_that_are_their_input_are_counted(count, level):
    rows = examples([*USUAL, *[("the same", " the same")] * count])
    [found] = echoes("train", rows)
    assert (found.level, found.about) == (level, "echoes")
    share = 100 * count / (300 + count)
    assert found.text == (
        f"train: {count} of {300 + count} rows ({share:.1f} %) have their input as"
        " answer."
    )
    assert found.fix == "leave them out, unless these words are the same on both sides"
    assert found.places == [f"row {n}" for n in range(301, 301 + count)]


def test_rows_without_an_answer_are_no_echoes():
    assert echoes("train", examples([("None", None)])) == []


def test_answers_of_an_unusual_length_are_shown_the_worst_first():
    # usual is 1.5, so 60 characters make 110 with the 20 forgiven; 4 times is 440
    long, longer = ("a" * 60, "b" * 421), ("a" * 60, "b" * 1_000)
    short = ("a" * 60, "b" * 7)  # 27 is less than a quarter of 110
    rows = examples([*USUAL, long, longer, short])
    [found] = stretched("valid", rows)
    assert (found.level, found.about) == ("note", "lengths of pairs")
    assert found.text == (
        "valid: 3 of 303 rows (1.0 %) have an answer far longer or shorter than the"
        " usual 1.50 characters for each of the input."
    )
    assert found.fix == (
        "look whether the two sides belong together; leave them out if not"
    )
    assert found.places == [
        "row 302: 60 → 1,000",
        "row 303: 60 → 7",
        "row 301: 60 → 421",
    ]


@pytest.mark.parametrize("target", ["b" * 420, "b" * 8])
def test_just_below_four_times_is_usual(target):
    assert stretched("train", examples([*USUAL, ("a" * 60, target)])) == []


def test_many_of_unusual_length_are_a_warning():
    rows = examples([*USUAL, *[("a" * 60, "b" * 500)] * 4])
    [found] = stretched("train", rows)
    assert found.level == "warning"


def test_rows_that_are_no_texts_are_passed_over():
    rows = examples([([1.0], "a" * 900), ("", "b" * 900), ("a" * 900, None)])
    assert stretched("train", rows) == []
