"""Known words: their capitals, their counts, and damage."""

import json

import pytest

from unrolled.errors import BrokenModelError
from unrolled.text.spelling.lexicon import Lexicon


def test_words_are_counted_without_regard_to_capitals():
    counts = {"the": 812, "The": 90, "paris": 1, "Paris": 40, "NASA": 7}
    lexicon = Lexicon.build(counts, ["new", "The"], most=10)
    assert lexicon.to_json() == {
        "words": ["the", "Paris", "NASA", "new"],
        "counts": [903, 41, 7, 1],
    }
    assert lexicon.total == 952
    assert (lexicon.count("paris"), lexicon.count("Paris")) == (41, 0)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("the", True),
        ("The", True),
        ("THE", True),
        ("tHE", False),
        ("Paris", True),
        ("PARIS", True),
        ("paris", False),
        ("Nasa", False),
        ("rome", True),  # Rome was seen too seldom to tell
        ("new", False),
    ],
)
def test_a_word_is_known_with_its_capitals(word, known):
    counts = {"the": 10, "Paris": 40, "NASA": 7, "Rome": 2}
    assert Lexicon.build(counts, [], most=10).knows(word) is known


def test_the_most_frequent_words_are_kept():
    lexicon = Lexicon.build({"a": 3, "c": 2, "b": 2, "d": 0, "": 9}, [], most=2)
    assert lexicon.written == ["a", "b"]


def test_it_comes_back_from_json():
    lexicon = Lexicon.build({"a": 3, "Paris": 2}, [], most=5)
    again = Lexicon.from_json(json.loads(json.dumps(lexicon.to_json())))
    assert again.to_json() == lexicon.to_json()


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (3, "they are no object"),
        ({"words": ["a"]}, "words or counts are missing"),
        ({"words": [1], "counts": [1]}, "a word is no text"),
        ({"words": [""], "counts": [1]}, "a word is no text"),
        ({"words": ["a", "A"], "counts": [1, 1]}, "a word stands there twice"),
        ({"words": ["a"], "counts": [1, 2]}, "1 words have 2 counts"),
        ({"words": ["a"], "counts": [True]}, "a count is no whole number from 1"),
        ({"words": ["a"], "counts": [0]}, "a count is no whole number from 1"),
    ],
)
def test_damage_is_told(found, why):
    with pytest.raises(BrokenModelError) as told:
        Lexicon.from_json(found)
    assert told.value.found == (
        f"the words of the spelling corrector are damaged: {why}."
    )
