"""Edits of an input: one thing changed, the rest as it was."""

from typing import Any

import pytest
import torch

from unrolled.errors import SettingError
from unrolled.series import Series
from unrolled.tracing.what_if import edited

TEXT = "He is not great, is he?"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"change": (3, "awful")}, "He is not awful, is he?"),
        ({"change": ("great", "awful")}, "He is not awful, is he?"),
        ({"drop": "not"}, "He is great, is he?"),
        ({"drop": 0}, "is not great, is he?"),
        ({"drop": 4}, "He is not great is he?"),
        ({"drop": 7}, "He is not great, is he"),
        ({"swap": (0, 1)}, "is He not great, is he?"),
        ({"swap": ("great", "not")}, "He is great not, is he?"),
        ({"insert": (2, "surely")}, "He is surely not great, is he?"),
        ({"insert": (0, "Well")}, "Well He is not great, is he?"),
        ({"insert": (8, "No")}, "He is not great, is he? No"),
        ({"insert": (4, "!")}, "He is not great ! , is he?"),
        ({"change": ("not great", "awful")}, "He is awful, is he?"),
        ({"drop": "is not"}, "He great, is he?"),
        ({"swap": ("He is", "is he")}, "is he not great, He is?"),
        ({"swap": (1, 1)}, TEXT),
        ({"insert": ("not great", "surely")}, "He is surely not great, is he?"),
    ],
)
def test_words_of_a_text(edit, expected):
    assert edited(TEXT, **edit) == expected


def test_a_word_beside_a_mark_is_dropped_with_its_blank():
    assert edited("a great, film", drop="great") == "a , film"
    assert edited("a film great", drop="great") == "a film"
    assert edited("great", drop=0) == ""
    assert edited("", insert=(0, "new")) == "new"
    assert edited("don't", drop="n't") == "do"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"change": (0, "B")}, "Bnna"),
        ({"drop": "A"}, "nna"),
        ({"swap": (0, 3)}, "annA"),
        ({"insert": (4, "h")}, "Annah"),
    ],
)
@pytest.mark.parametrize("unit", ["character", "byte"])
def test_letters_of_a_text(edit, expected, unit):
    assert edited("Anna", unit=unit, **edit) == expected


def test_a_word_can_be_named_where_letters_are_read():
    text = "the king and his kingdom"
    assert edited(text, unit="character", change=("king ", "ox ")) == (
        "the ox and his kingdom"
    )
    with pytest.raises(SettingError, match='"king" stands there 2 times') as refusal:
        edited(text, unit="character", drop="king")
    assert refusal.value.fix == "give its place: 4, 17"
    with pytest.raises(SettingError, match='"in" does not stand there'):
        edited("king", drop="in")  # no whole word


def test_what_overlaps_cannot_be_swapped():
    with pytest.raises(SettingError) as refusal:
        edited(TEXT, swap=("is not", "not great"))
    assert str(refusal.value) == (
        '"is not" and "not great" overlap.\n'
        "  expected: two places that share no letter\n"
        "  to fix:   change the words one by one\n"
        "  code:     setting"
    )


def test_lists_of_words_and_of_numbers():
    words: Any = ["a", "cat", "sat"]
    assert edited(words, drop="cat") == ["a", "sat"]
    assert edited(words, insert=(3, "down")) == ["a", "cat", "sat", "down"]
    assert edited([1.0, 2.0, 3.0], change=(1, 9.0)) == [1.0, 9.0, 3.0]
    assert edited([[1.0, 2.0], [3.0, 4.0]], swap=(0, 1)) == [[3.0, 4.0], [1.0, 2.0]]
    assert words == ["a", "cat", "sat"]


def test_a_series_keeps_its_moments():
    values = torch.tensor([[1.0], [2.0], [3.0]], dtype=torch.float64)
    series = Series(name="", values=values, channels=("sales",))

    def made(**edit: Any) -> list[float]:
        found: Any = edited(series, **edit)
        assert (found.channels, len(found)) == (("sales",), 3)
        return found.values[:, 0].tolist()

    assert made(change=(1, 7.0)) == [1.0, 7.0, 3.0]
    assert made(swap=(0, 2)) == [3.0, 2.0, 1.0]
    assert str(made(drop=2)) == "[1.0, 2.0, nan]"
    assert values[:, 0].tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(SettingError, match="inserted into a series with moments"):
        made(insert=(0, 1.0))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            {},
            "0 edits (none).\n"
            "  expected: exactly one of change, drop, swap and insert\n"
            "  to fix:   give one; for two, edit what the first one gave\n",
        ),
        (
            {"drop": 1, "swap": (0, 1)},
            "2 edits (drop, swap).\n"
            "  expected: exactly one of change, drop, swap and insert\n"
            "  to fix:   give one; for two, edit what the first one gave\n",
        ),
        (
            {"drop": 3},
            "place 3 of 3.\n"
            "  expected: a number from 0 to 2\n"
            "  to fix:   count from 0: 0 is, 1 it, 2 is\n",
        ),
        (
            {"drop": "was"},
            '"was" does not stand there.\n'
            "  expected: a word that stands there once, or its place as a number from"
            " 0\n"
            "  to fix:   give one of: 0 is, 1 it, 2 is\n",
        ),
        (
            {"drop": "is"},
            '"is" stands there 2 times.\n'
            "  expected: a word that stands there once, or its place as a number from"
            " 0\n"
            "  to fix:   give its place: 0, 2\n",
        ),
        (
            {"drop": 0, "unit": "line"},
            'the unit "line" of a text.\n'
            "  expected: one of word, subword, character, byte\n"
            "  to fix:   name what one token of the model is\n",
        ),
    ],
)
def test_what_cannot_be_done_is_told(edit, message):
    with pytest.raises(SettingError) as refusal:
        edited("is it is", **edit)
    assert str(refusal.value) == message + "  code:     setting"


def test_a_word_can_be_inserted_behind_the_last_and_no_further():
    assert edited("it is", insert=(2, "so")) == "it is so"
    with pytest.raises(SettingError) as refusal:
        edited("it is", insert=(3, "so"))
    assert (refusal.value.found, refusal.value.expected) == (
        "place 3 of 2.",
        "a number from 0 to 2",
    )


def test_nothing_can_be_dropped_from_an_empty_text():
    with pytest.raises(SettingError) as refusal:
        edited("", drop=0)
    assert str(refusal.value) == (
        "place 0 of 0.\n"
        "  expected: something to edit\n"
        "  to fix:   give a longer input\n"
        "  code:     setting"
    )
