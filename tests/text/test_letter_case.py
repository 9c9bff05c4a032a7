"""Capital letters: worked cases."""

import pytest

from unrolled.text.letter_case import Case, case_of, written_like


@pytest.mark.parametrize(
    ("word", "case"),
    [
        ("word", Case.LOWER),
        ("Word", Case.CAPITAL),
        ("I", Case.CAPITAL),
        ("NASA", Case.UPPER),
        ("iPhone", Case.MIXED),
        ("McDonald", Case.MIXED),
        ("2nd", Case.LOWER),
        ("北京", Case.LOWER),
        ("", Case.LOWER),
    ],
)
def test_the_case_of_a_word(word, case):
    assert case_of(word) is case


@pytest.mark.parametrize(
    ("word", "model", "written"),
    [
        ("receive", "recieve", "receive"),
        ("receive", "Recieve", "Receive"),
        ("receive", "RECIEVE", "RECEIVE"),
        ("Paris", "pariss", "Paris"),
        ("iPhone", "Iphne", "iPhone"),
        ("iPhone", "IPHNE", "IPHONE"),
        ("a lot", "Alot", "A lot"),
        ("", "Word", ""),
    ],
)
def test_a_word_is_written_like_another(word, model, written):
    assert written_like(word, model) == written
