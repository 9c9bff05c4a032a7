"""Word shapes: keys, shapes, affixes and letters, word by word."""

import pytest

from unrolled.text.word_shapes import (
    BEGIN,
    END,
    LONGEST_WORD,
    SHAPES,
    affixes,
    key,
    letters,
    shape,
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("worked", "worked"),
        ("Chirag", "chirag"),
        ("USA", "usa"),
        ("1996", "0000"),
        ("B-52s", "b-00s"),
        ("٣٤", "00"),
        ("½", "½"),
        ("", ""),
    ],
)
def test_a_key_has_small_letters_and_one_digit(word, expected):
    assert key(word) == expected


def test_a_key_keeps_capitals_on_request():
    assert key("B-52s", lowercase=False) == "B-00s"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("worked", "lower"),
        ("e-mail", "lower"),
        ("Chirag", "Title"),
        ("O'brien", "Title"),
        ("USA", "UPPER"),
        ("U.S.", "UPPER"),
        ("I", "I"),
        ("McDonald's", "miXed"),
        ("1996", "number"),
        ("3.50", "number"),
        ("B-52s", "with digits"),
        (",", "mark"),
        ("''", "mark"),
        ("東", "other"),
        ("", "mark"),
    ],
)
def test_each_word_has_one_shape(word, expected):
    assert SHAPES[shape(word)] == expected


def test_affixes_are_of_the_key_and_as_many_for_any_word():
    begins = [BEGIN + part for part in ("w", "wo", "wor", "work")]
    ends = [part + END for part in ("s", "ks", "rks", "orks")]
    assert affixes("Works") == begins + ends


def test_a_short_word_is_whole_and_no_ending_of_another():
    whole = BEGIN + "ag" + END
    assert affixes("AG") == [BEGIN + "a", *[whole] * 3, "g" + END, *[whole] * 3]
    assert whole not in affixes("Chirag")
    assert affixes("I") == [BEGIN + "i" + END] * 8
    assert affixes("") == [BEGIN + END] * 8


def test_letters_have_a_mark_at_both_ends_and_a_long_word_is_cut_in_the_middle():
    assert letters("Ann") == [BEGIN, "A", "n", "n", END]
    long = "a" * 30 + "b" * 30
    half = LONGEST_WORD // 2
    assert letters(long) == [BEGIN, *"a" * half, *"b" * half, END]
