"""Words that differ from a given one in a few letters, found without looking at all.

    word   the    deleted up to 2 letters:   the  he te th  e h t
    asked  teh    deleted up to 2 letters:   teh  eh th te  h t e
                                             both have te, th, ...: they are near

What two words have left in common after deletions bounds the edits between them. With i
letters taken from the asked word and j from the other, i + j is the distance in single
deletions and insertions; a letter exchanged, or two swapped, counts 2.

Each rest is kept as one number, a hash of 32 bits, in a sorted array; 100,000 words
take some 40 megabytes. Of short words fewer letters are deleted, or all would be near
to all. Words of more than 30 letters are near to nothing.

Reference: Mor and Fraenkel 1982, "A hash code method for detecting and correcting
spelling errors"; symmetric in the deletions as in Bocek et al. 2007, "Fast similarity
search in large dictionaries".
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple, final

import numpy as np
from numpy.typing import NDArray

LONGEST = 30
MOST = 2
"""Letters that a word loses, at most."""
SHORT = 5
"""Words of less letters lose one only."""
MOST_AT_ONCE = 2_000_000  # letters whose rests are built at the same time
# An odd multiplier with well mixed bits (2**64 over the golden ratio), and its powers:
# one for each place, so that the order of letters matters.
_MIX = 0x9E3779B97F4A7C15
_POWERS = np.array([pow(_MIX, n + 1, 2**64) for n in range(LONGEST)], np.uint64)


class Near(NamedTuple):
    """Words near to one word."""

    places: NDArray[np.int64]
    """Where they stand in the list of words, (near,)."""
    distances: NDArray[np.int64]
    """Letters deleted and inserted from the one to the other, (near,)."""


@final
class NearWords:
    """A list of words among which the near ones are found."""

    def __init__(self, words: Sequence[str], *, short: int = SHORT) -> None:
        """Words of less than `short` letters lose one letter only."""
        self._short = short
        self._lengths = np.array([len(word) for word in words], np.int64)
        parts = [
            _rests_of_all(
                words,
                np.flatnonzero(self._lengths == length),
                _deletions(length, short),
            )
            for length in range(1, LONGEST + 1)
        ]
        # Both as one number: to sort them takes a fraction of the time of argsort.
        both = np.concatenate([rest for rest, _ in parts]).astype(np.uint64)
        both <<= np.uint64(32)
        both |= np.concatenate([place for _, place in parts]).astype(np.uint64)
        both.sort()
        self._rests = (both >> np.uint64(32)).astype(np.uint32)
        self._places = both.astype(np.uint32).astype(np.int32)

    def near(self, word: str) -> Near:
        """The words near to `word`, itself among them if it is in the list."""
        if not 0 < len(word) <= LONGEST:
            return Near(np.zeros(0, np.int64), np.zeros(0, np.int64))
        left, gone = _deletions(len(word), self._short)
        rests = _rests(_codes([word], len(word)), left)[0]
        first = np.searchsorted(self._rests, rests, "left")
        many = np.searchsorted(self._rests, rests, "right") - first
        begin = np.cumsum(many) - many
        found = np.repeat(first - begin, many) + np.arange(int(many.sum()))
        places = self._places[found].astype(np.int64)
        taken = np.repeat(gone, many)
        distances = 2 * taken + self._lengths[places] - len(word)
        order = np.lexsort((distances, places))
        places, distances = places[order], distances[order]
        fewest = np.ones(len(places), bool)
        fewest[1:] = places[1:] != places[:-1]
        return Near(places[fewest], distances[fewest])


def most_deletions(length: int, short: int = SHORT) -> int:
    """How many letters are deleted at most from a word of that length."""
    return min(1 if length < short else MOST, length)


@cache
def _deletions(length: int, short: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Letters that are left, (rests, length), and how many are gone, (rests,).

    A row is filled up with `length`, the place of nothing.
    """
    kept = [
        [place for place in range(length) if place not in gone] + [length] * many
        for many in range(most_deletions(length, short) + 1)
        for gone in combinations(range(length), many)
    ]
    left = np.array(kept, np.int64).reshape(len(kept), length)
    return left, (left == length).sum(1)


def _codes(words: Sequence[str], length: int) -> NDArray[np.uint64]:
    """Numbers of the letters, (words, length + 1), the last one 0: nothing."""
    letters = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4")
    codes = np.zeros((len(words), length + 1), np.uint64)
    codes[:, :-1] = letters.reshape(len(words), length)
    codes[:, :-1] += np.uint64(1)
    return codes


def _rests(codes: NDArray[np.uint64], left: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Hashes, (words, rests), of the letters that are left of each word."""
    total = np.zeros((len(codes), len(left)), np.uint64)
    for place in range(left.shape[1]):
        total += codes[:, left[:, place]] * _POWERS[place]
    total ^= total >> np.uint64(29)
    total *= np.uint64(_MIX)
    return (total >> np.uint64(32)).astype(np.uint32)


def _rests_of_all(
    words: Sequence[str],
    places: NDArray[np.int64],
    deletions: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Hashes of all words of one length, and the place of each one's word."""
    left, _ = deletions
    many, length = left.shape
    rests = [
        _rests(_codes([words[int(place)] for place in some], length), left).ravel()
        for some in _groups(places, max(MOST_AT_ONCE // left.size, 1))
    ]
    hashes = np.concatenate(rests) if rests else np.zeros(0, np.uint32)
    return hashes, np.repeat(places.astype(np.int32), many)


def _groups(places: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(places), size):
        yield places[start : start + size]
