"""Edits side by side: worked cases, and every pair of short words by trying."""

import itertools

import pytest

from unrolled.text.spelling.edit_alignment import align, distance


@pytest.mark.parametrize(
    ("right", "wrong", "steps"),
    [
        ("house", "hosue", [("h", "h"), ("o", "o"), ("us", "su"), ("e", "e")]),
        ("marry", "mary", [("m", "m"), ("a", "a"), ("r", ""), ("r", "r"), ("y", "y")]),
        ("of", "off", [("o", "o"), ("", "f"), ("f", "f")]),
        ("is", "as", [("i", "a"), ("s", "s")]),
        ("", "a", [("", "a")]),
        ("", "", []),
    ],
)
def test_pieces_stand_side_by_side(right, wrong, steps):
    assert align(right, wrong) == steps


def test_the_distance_is_that_of_the_fewest_edits():
    """Every word that edits can reach, edit by edit; no letter is edited twice."""
    letters = "ab"
    words = ["".join(w) for n in range(5) for w in itertools.product(letters, repeat=n)]
    for one, other in itertools.product(words, words):
        assert distance(one, other) == _by_trying(one, other)


def test_an_alignment_has_as_many_edits_as_the_distance():
    words = ["".join(w) for n in range(5) for w in itertools.product("abc", repeat=n)]
    for one, other in itertools.product(words[::3], words[::5]):
        steps = align(one, other)
        assert "".join(a for a, _ in steps) == one
        assert "".join(b for _, b in steps) == other
        assert sum(a != b for a, b in steps) == distance(one, other)


def _by_trying(a: str, b: str) -> int:
    if not a or not b:
        return len(a) + len(b)
    ways = [_by_trying(a[1:], b) + 1, _by_trying(a, b[1:]) + 1]
    ways.append(_by_trying(a[1:], b[1:]) + (a[0] != b[0]))
    if len(a) > 1 < len(b) and a[:2] == b[1::-1]:
        ways.append(_by_trying(a[2:], b[2:]) + 1)
    return min(ways)
