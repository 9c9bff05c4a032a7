"""The dictionary corrector: worked cases of Norvig's rule."""

import math

import pytest

from unrolled.models.dictionary_corrector import DictionaryCorrector

COUNTS = {"the": 50, "ten": 20, "then": 10, "tea": 9, "Paris": 8, "don't": 3}


def corrector() -> DictionaryCorrector:
    return DictionaryCorrector.learn([("x", "new words")], COUNTS)


@pytest.mark.parametrize(
    ("word", "best"),
    [
        ("teh", "the"),  # one edit: the, ten, tea; the is the most frequent one
        ("Teh", "The"),
        ("TEH", "THE"),
        ("tehm", "the"),  # two edits: the, ten and more
        ("the", "the"),
        ("pariss", "Paris"),
        ("dont", "don't"),
        ("nwe", "new"),
        ("xylophone", "xylophone"),
        ("teh2", "teh2"),
        ("", ""),
        ("?!", "?!"),
        ("e" * 5_000, "e" * 5_000),
    ],
)
def test_the_most_frequent_of_the_nearest_words_is_taken(word, best):
    assert corrector().best(word) == best


def test_one_edit_goes_before_two_however_frequent():
    one = DictionaryCorrector.learn([], {"house": 1, "horses": 1_000})
    assert one.candidates("housee") == [("house", pytest.approx(math.log(1 / 1_001)))]


def test_candidates_are_ranked_by_count():
    found = corrector().candidates("teh", 2)
    assert [word for word, _ in found] == ["the", "ten"]


def test_nothing_learned_corrects_nothing():
    assert DictionaryCorrector.learn([], {}).best("word") == "word"
