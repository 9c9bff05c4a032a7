"""Words with like consonants: worked cases."""

import pytest

from unrolled.text.spelling.consonants import LikeConsonants, consonants


@pytest.mark.parametrize(
    ("word", "left"),
    [
        ("neighbor", "njbr"),
        ("naybor", "nbr"),
        ("accidentally", "akdntl"),
        ("accidetnly", "akdtnl"),
        ("physics", "fsks"),
        ("fisics", "fsks"),
        ("back", "bk"),
        ("eye", "e"),
        ("", ""),
        ("don't", "dnt"),
    ],
)
def test_what_is_left_of_a_word(word, left):
    assert consonants(word) == left


def test_words_with_like_consonants_are_near():
    words = ["neighbor", "neighbour", "physics", "nibble", "accidentally"]
    index = LikeConsonants(words)
    found = index.near("naybor")
    near = {words[p]: d for p, d in zip(found.places, found.distances, strict=True)}
    assert near == {"neighbor": 1, "neighbour": 1, "nibble": 2}


def test_nothing_is_near_to_nothing():
    index = LikeConsonants(["neighbor"])
    assert len(index.near("").places) == 0
    assert len(index.near("bcdfghjklmnp" * 50).places) == 0
