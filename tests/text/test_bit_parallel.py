"""Bit vectors: worked cases, and random sequences against the plain tables."""

import random
from functools import cache

import pytest

from unrolled.text.bit_parallel import common, common_places, distance


@cache
def apart(one: str, other: str) -> int:
    """The definition of the distance, without a table."""
    if not one or not other:
        return len(one) + len(other)
    return min(
        apart(one[1:], other) + 1,
        apart(one, other[1:]) + 1,
        apart(one[1:], other[1:]) + (one[0] != other[0]),
    )


@cache
def shared(one: str, other: str) -> int:
    """The definition of the longest common subsequence."""
    if not one or not other:
        return 0
    if one[0] == other[0]:
        return 1 + shared(one[1:], other[1:])
    return max(shared(one[1:], other), shared(one, other[1:]))


@pytest.mark.parametrize(
    ("one", "other", "changes", "letters"),
    [
        ("kitten", "sitting", 3, 4),
        ("cabbage", "baggage", 3, 4),
        ("", "abc", 3, 0),
        ("abc", "", 3, 0),
        ("", "", 0, 0),
        ("abc", "abc", 0, 3),
        ("ab", "ba", 2, 1),
    ],
)
def test_worked_cases(one, other, changes, letters):
    assert distance(one, other) == changes
    assert common(one, other) == letters


def test_random_texts_have_the_plain_distance_and_the_plain_common_length():
    draw = random.Random(1)
    for _ in range(300):
        one, other = (
            "".join(draw.choices("abc", k=draw.randrange(9))) for _ in range(2)
        )
        assert distance(one, other) == apart(one, other), (one, other)
        assert common(one, other) == shared(one, other), (one, other)


def test_the_places_spell_a_common_subsequence_of_the_greatest_length():
    draw = random.Random(2)
    for _ in range(300):
        one, other = (
            "".join(draw.choices("abcd", k=draw.randrange(12))) for _ in range(2)
        )
        places = common_places(one, other)
        assert places == sorted(set(places))
        assert len(places) == shared(one, other)
        letters = iter(other)
        assert all(one[place] in letters for place in places), (one, other)


def test_sequences_longer_than_a_machine_word_are_counted_too():
    one = [str(number) for number in range(500)]
    other = [word for word in one if word not in ("3", "77", "499")] + ["new"]
    assert distance(one, other) == 3
    assert common(one, other) == 497
