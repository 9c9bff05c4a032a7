"""Which word may come from which: the links between sentences and their translations.

    entries    the different pairs (e, f) of words that stand in a pair of sentences
    links      the places where they do: (l + 1) · m for sentences of l and m words,
               those of each f_j side by side

Each sentence begins with the empty word, number 0. What an iteration of
`word_translation` reads and writes has one number for each entry: (entries,).
"""

from typing import NamedTuple, Self, final

import numpy as np
from numpy.typing import NDArray

from unrolled.ragged import Ragged
from unrolled.time_major import spans

Numbers = NDArray[np.int64]
Reals = NDArray[np.float64]
EMPTY = 0
"""The number of the empty word."""


@final
class Links(NamedTuple):
    """The links of pairs of sentences."""

    source: Numbers
    """The word e of each entry, (entries,), in order."""
    target: Numbers
    """Its word f, (entries,), in order for each e."""
    entry: NDArray[np.int32]
    """The entry of each link, (links,)."""
    many: Numbers
    """How many links each word of the translations has, (target tokens,)."""

    @classmethod
    def of(cls, source: Ragged, target: Ragged) -> Self:
        """From word ids, (tokens,); each row of `source` has the empty word too."""
        row = target.row_of_token
        many = source.lengths[row]
        place = spans(source.offsets[:-1][row], many)
        width = int(target.values.max()) + 1 if len(target.values) else 1
        words = target.values.repeat_interleave(many)
        keys = (source.values[place] * width + words).numpy()
        found, entry = np.unique(keys, return_inverse=True)
        return cls(found // width, found % width, entry.astype(np.int32), many.numpy())

    def expect(self, shares: Reals) -> tuple[Reals, float]:
        """c(f | e) under t(f | e), both (entries,), and the nats of the translations.

        The nats are log P(f | e) of all translations together.
        """
        if not len(self.many):
            return np.zeros_like(shares), 0.0
        weight = shares[self.entry]
        total = np.add.reduceat(weight, np.cumsum(self.many) - self.many)
        weight /= np.repeat(total, self.many)
        counts = np.zeros_like(shares)
        counts += np.bincount(self.entry, weight, minlength=len(shares))
        return counts, float(np.log(total / self.many).sum())

    def normalized(self, counts: Reals) -> Reals:
        """t(f | e) from c(f | e), both (entries,); 0 of a word that has got nothing."""
        if not len(counts):
            return counts
        total = np.bincount(self.source, counts)[self.source]
        return np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
