"""Likely forms: probabilities counted by hand."""

import pytest

from unrolled.text.spelling.likely_forms import LikelyForms

STEMS = ["normal", "formal", "real", "equal", "local", "legal", "moral", "final"]
SEEN = [*STEMS, *(f"{stem}ly" for stem in STEMS), "global"]


def test_a_word_lends_its_relatives_an_ending():
    forms = LikelyForms(SEEN)
    # Of 9 words on "al" that stand alone 8 have -ly, too: 8 / (9 + 3).
    assert dict(forms.likeliest(5))["globally"] == pytest.approx(8 / 12)
    assert forms.probability("globally") == pytest.approx(8 / 12)


def test_what_was_seen_is_not_offered_again():
    forms = LikelyForms(SEEN)
    assert not {word for word, _ in forms.likeliest(100)} & set(SEEN)


def test_the_probability_is_that_of_the_list():
    forms = LikelyForms(SEEN)
    for word, p in forms.likeliest(100):
        assert forms.probability(word) == p


def test_a_word_without_relatives_has_none():
    forms = LikelyForms(SEEN)
    for word in ("zebra", "", "ly", "globalx", "a" * 10_000):
        assert forms.probability(word) == 0


def test_few_words_make_no_rule():
    assert LikelyForms(["normal", "normally", "global"]).likeliest(10) == []
    assert LikelyForms([]).likeliest(10) == []


def test_signs_make_no_forms():
    forms = LikelyForms([*SEEN, "e-mail", "2nd"])
    assert all(word.isalpha() for word, _ in forms.likeliest(100))


def test_the_likeliest_come_first():
    found = LikelyForms(SEEN).likeliest(100)
    assert [p for _, p in found] == sorted((p for _, p in found), reverse=True)
    assert LikelyForms(SEEN).likeliest(1) == found[:1]
