"""Words with about the same consonants, however their vowels are written.

    neighbor → njbr         accidentally → akdntl       physics → fsks
    naybor   → nbr          accidetnly   → akdtnl       fisics  → fsks

What is left of a word are its consonants: h, w and y are vowels here, letters that
often stand for the same sound are one, a letter written twice is one, and a vowel at
the beginning stays. Words are near if that is equal or a few letters off. It finds what
is too many edits away to be found by its letters, and much else besides.

Reference: the idea is that of Soundex, Russell 1918, United States patent 1,261,167.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import final

import numpy as np

from unrolled.text.spelling.near_words import Near, NearWords

MOST_DISTANT = 2
_SAME = str.maketrans("cqzg", "kksj")
_SILENT = re.compile(r"[aeiouyhw'-]")
_TWICE = re.compile(r"(.)\1+")


def consonants(word: str) -> str:
    """What is left of a word in small letters."""
    simple = word.replace("ph", "f").replace("ck", "k").translate(_SAME)
    return _TWICE.sub(r"\1", simple[:1] + _SILENT.sub("", simple[1:]))


@final
class LikeConsonants:
    """A list of words among which those with like consonants are found."""

    def __init__(self, words: Sequence[str]) -> None:
        groups: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(words):
            groups[consonants(word)].append(place)
        self._groups = [np.array(places, np.int64) for places in groups.values()]
        self._index = NearWords(list(groups))

    def near(self, word: str) -> Near:
        """Words with like consonants, and how far those are from each other."""
        found = self._index.near(consonants(word))
        close = found.distances <= MOST_DISTANT
        groups = [self._groups[place] for place in found.places[close]]
        sizes = [len(group) for group in groups]
        places = np.concatenate([*groups, np.zeros(0, np.int64)])
        return Near(places, np.repeat(found.distances[close], sizes))
