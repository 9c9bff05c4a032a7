"""New words: a distribution, and its way through a model folder."""

import json
import math

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.models.novel_words import NovelWords
from unrolled.text.spelling.lexicon import Lexicon

WORDS = {
    "the": 90,
    "baker": 1,
    "maker": 1,
    "faker": 2,
    "Anna": 1,
    "Hanna": 1,
    "NASA": 4,
}


def novel() -> NovelWords:
    return NovelWords.fit(Lexicon.build(WORDS, [], most=99))


def test_a_word_spelled_like_rare_ones_is_likelier():
    found = novel()
    assert found.log_probability("taker") > found.log_probability("rekat")
    assert found.log_probability("Janna") > found.log_probability("Annaj")


def test_names_are_spelled_like_names():
    found = novel()
    assert found.log_probability("Banna") > found.log_probability("banna")
    assert found.log_probability("caker") > found.log_probability("Caker")


def test_a_capital_means_less_at_the_beginning_of_a_sentence():
    found = novel()
    inside = found.log_probability("Caker")
    assert found.log_probability("Caker", opens=True) > inside + math.log(50)
    assert found.log_probability("caker", opens=True) == found.log_probability("caker")


def test_words_are_a_distribution():
    """Small ones with the letters of small ones, up to a length, sum to less than 1."""
    found = NovelWords.fit(Lexicon.build({"a": 90, "ab": 1, "b": 1}, [], most=9))
    words = [""]
    total = 0.0
    for _ in range(6):
        words = [word + letter for word in words for letter in "ab"]
        total += sum(math.exp(found.log_probability(word)) for word in words)
    # Of 92 words 2 were seen once: (2 + 1) / (92 + 2) is new, of that 3 / 6 small.
    assert 0.4 * 3 / 94 * 3 / 6 < total <= 3 / 94 * 3 / 6


def test_all_digits_are_one():
    found = NovelWords.fit(Lexicon.build({"x1": 1, "the": 5}, [], most=9))
    assert found.log_probability("x1") == found.log_probability("x7")


@pytest.mark.parametrize("word", ["", "😀", "北京", "a" * 100_000, "Ünë"])
def test_any_word_has_a_probability(word):
    for one in (novel(), NovelWords.fit(Lexicon.build({}, [], most=9))):
        assert -1e4 < one.log_probability(word) < 0


def test_it_comes_back_from_a_model_folder():
    values, tensors = novel().to_state()
    again = NovelWords.from_state(json.loads(json.dumps(values)), tensors)
    for word in ("taker", "Banna", "x"):
        assert again.log_probability(word) == novel().log_probability(word)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (None, "it is no object"),
        ({"letters": "ab"}, "its letters are not those that were counted"),
        ({"letters": 3}, "its letters are not those that were counted"),
        ({"share": 2.0}, "the share of new words is no number between 0 and 1"),
        ({"share": "a"}, "the share of new words is no number between 0 and 1"),
        ({"cases": {}}, "the shares of capital letters are no shares"),
        ({"cases": []}, "the shares of capital letters are no shares"),
    ],
)
def test_damage_is_told(change, why):
    values, tensors = novel().to_state()
    found = None if change is None else {**values, **change}
    with pytest.raises(BrokenModelError) as told:
        NovelWords.from_state(found, tensors)
    assert why in told.value.found


def test_lost_tensors_are_told():
    values, tensors = novel().to_state()
    with pytest.raises(BrokenModelError):
        NovelWords.from_state(values, {})
    with pytest.raises(BrokenModelError):
        NovelWords.from_state(values, {name: torch.zeros(3) for name in tensors})
