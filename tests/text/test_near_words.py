"""Near words: what the index finds is what trying all words finds."""

import random

import numpy as np

from unrolled.text.spelling.near_words import LONGEST, NearWords, most_deletions


def test_a_word_is_near_by_the_letters_that_both_can_do_without():
    words = ["the", "they", "tehran", "house", "horse", "houses", "a"]
    found = NearWords(words).near("hosue")
    near = {words[p]: d for p, d in zip(found.places, found.distances, strict=True)}
    # Swapped: one letter from each. Exchanged and swapped: two from each.
    assert near == {"house": 2, "horse": 2, "houses": 3}


def test_what_is_found_is_what_trying_all_words_finds():
    draw = random.Random(3)
    words = sorted(
        {"".join(draw.choices("abc", k=draw.randint(1, 9))) for _ in range(400)}
    )
    index = NearWords(words)
    for _ in range(60):
        asked = "".join(draw.choices("abcd", k=draw.randint(1, 9)))
        expected = {}
        for place, word in enumerate(words):
            common = _common(asked, word)
            gone, more = len(asked) - common, len(word) - common
            if gone <= most_deletions(len(asked)) and more <= most_deletions(len(word)):
                expected[place] = gone + more
        found = index.near(asked)
        assert dict(zip(found.places, found.distances, strict=True)) == expected


def test_any_sign_can_be_a_letter():
    words = ["naïve", "😀😀", "it's", "北京"]
    index = NearWords(words)
    for place, word in enumerate(words):
        found = index.near(word)
        assert found.distances[found.places == place] == [0]


def test_empty_and_endless_words_are_near_to_nothing():
    index = NearWords(["", "a", "b" * (LONGEST + 1)])
    for word in ("", "b" * (LONGEST + 1), "c" * 10_000):
        assert len(index.near(word).places) == 0
    assert index.near("a").places.tolist() == [1]


def test_an_empty_list_has_no_near_words():
    assert NearWords([]).near("word").places.dtype == np.int64


def _common(one: str, other: str) -> int:
    """Letters of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for letter in one:
        above = row[:]
        for place, second in enumerate(other, 1):
            row[place] = (
                above[place - 1] + 1
                if letter == second
                else max(above[place], row[place - 1])
            )
    return row[-1]
