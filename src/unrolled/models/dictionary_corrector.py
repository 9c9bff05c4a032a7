"""The honest baseline of spelling: the most frequent word among the nearest ones.

    written    teh        one edit away    the 36,804   tech 5   ten 140
                          two edits away   they, he, ...          (not asked)
    answer     the

An edit is a letter put in, left out or exchanged, or two neighbors swapped. Words that
are known stay as they are, and so do those with nothing near.

Reference: Norvig 2007, "How to write a spelling corrector".
"""

import math
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Self, final

import numpy as np

from unrolled.text.letter_case import written_like
from unrolled.text.spelling.edit_alignment import distance
from unrolled.text.spelling.lexicon import Lexicon
from unrolled.text.spelling.near_words import NearWords

MOST_WORDS = 100_000
MOST_EDITS = 2


@final
class DictionaryCorrector:
    """Corrects words, one at a time, by their letters and by counts of words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._index = NearWords(lexicon.keys, short=0)

    @classmethod
    def learn(cls, pairs: Sequence[tuple[str, str]], counts: Mapping[str, int]) -> Self:
        """From counts of words; of pairs (wrong, right) the right sides are words."""
        rights = {word for _, right in pairs for word in right.split()}
        return cls(Lexicon.build(counts, sorted(rights), most=MOST_WORDS))

    def knows(self, word: str) -> bool:
        """Whether the word stays as it is: one of the lexicon, or one with a digit."""
        letters = any(map(str.isalpha, word)) and not any(map(str.isdigit, word))
        return not letters or self.lexicon.knows(word)

    def candidates(self, word: str, count: int = 8) -> list[tuple[str, float]]:
        """The nearest words, the most frequent first, with their shares in nats."""
        if self.knows(word):
            return []
        return [
            (
                written_like(self.lexicon.written[place], word),
                math.log(self.lexicon.counts[place] / self.lexicon.total),
            )
            for place in self._nearest(word.lower(), count)
        ]

    def _nearest(self, key: str, count: int) -> list[int]:
        """Places of words with the fewest edits; the more frequent stand first."""
        near = self._index.near(key)
        for edits in range(1, MOST_EDITS + 1):
            # An exchange or a swap is one edit, and 2 where letters are deleted.
            places = np.sort(near.places[near.distances <= 2 * edits]).tolist()
            keys = self.lexicon.keys
            found = (p for p in places if distance(key, keys[p]) == edits)
            nearest = list(islice(found, count))
            if nearest:
                return nearest
        return []

    def best(self, word: str) -> str:
        """The first candidate; the word itself where there is none."""
        found = self.candidates(word, 1)
        return found[0][0] if found else word
