"""Edit distance: worked cases, and every pair of short texts against the plain rule."""

from functools import cache
from itertools import product

import pytest

from unrolled.text.edit_distance import Neighbors


@cache
def plainly(one: str, other: str) -> int:
    """The definition, without a table."""
    if not one or not other:
        return len(one) + len(other)
    return min(
        plainly(one[1:], other) + 1,
        plainly(one, other[1:]) + 1,
        plainly(one[1:], other[1:]) + (one[0] != other[0]),
    )


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("kitten", "sitting", 3),
        ("Marry", "Mary", 1),
        ("Jon", "John", 1),
        ("", "Ann", 3),
        ("Ann", "", 3),
        ("Zoë", "Zoe", 1),
        ("same", "same", 0),
    ],
)
def test_worked_cases(one, other, edits):
    assert Neighbors([other]).distances(one).tolist() == [edits]


def test_all_short_texts_of_two_letters_have_the_plain_distance():
    texts = ["".join(t) for n in range(5) for t in product("ab", repeat=n)]
    neighbors = Neighbors(texts)
    for text in texts:
        found = neighbors.distances(text).tolist()
        assert found == [plainly(text, other) for other in texts]


def test_the_nearest_is_found_and_of_equals_the_first():
    neighbors = Neighbors(["Maria", "Mary", "Marc"])
    assert neighbors.nearest("Mary") == ("Mary", 0)
    assert neighbors.nearest("Marx") == ("Mary", 1)
    with pytest.raises(ValueError, match="argmin"):
        Neighbors([]).nearest("Mary")
