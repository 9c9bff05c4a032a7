"""How often words were seen next to each other in right text, as small numbers.

    words     She    go     to     school
    alone     9      8      11     6          log2 of the count, 0 for never
    before    7      0      6      5          with the word before it
    behind    0      6      5      1          with the word behind it
    across    5      1      2      0          the words before and behind it, as a pair

A sentence that was counted itself must not tell of its own words: what it holds is
taken off before. So its right words look as those of a new sentence will.
"""

from collections.abc import Mapping
from typing import Any, Self, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.ragged import Ragged
from unrolled.text.vocabulary import UNKNOWN

MOST = 12  # log2 of the largest count that is told apart
NUMBERS = ("alone", "before", "behind", "across")
SIZES = (MOST + 3,) + (MOST + 2,) * (len(NUMBERS) - 1)
LISTED = MOST + 2
"""Instead of 0, of a word that was never seen and is known from elsewhere."""
PREFIX = "familiar."

Numbers = NDArray[np.int64]


@final
class Familiar:
    """Counts of words and of pairs."""

    def __init__(self, alone: Numbers, keys: Numbers, counts: Numbers) -> None:
        """`alone` (words,); `keys` (pairs,) in order, and `counts` of them (pairs,)."""
        self.alone, self.keys, self.counts = alone, keys, counts
        self._width = len(alone) + 1  # one more id is the end of a sentence

    @classmethod
    def fit(cls, rows: Ragged, *, words: int) -> Self:
        """From ids of right sentences, (tokens,), each with its beginning."""
        ids = rows.values.numpy()
        pairs = _pairs(rows, words + 1)
        keys, counts = np.unique(pairs, return_counts=True)
        alone = np.bincount(ids, minlength=words)
        alone[UNKNOWN] = 0  # of many words, none of them familiar
        return cls(alone, keys, counts)

    def numbers(self, rows: Ragged, own: Ragged | None = None) -> Tensor:
        """The numbers of each word, (tokens, 4) int64, from ids (tokens,).

        `own` are the ids of each row's right sentence, (tokens,), where that was
        counted; not itself where it was not.
        """
        ids = rows.values.numpy()
        width, row = self._width, rows.row_of_token.numpy()
        before, behind = _neighbors(rows, width - 1)
        asked = [before * width + ids, ids * width + behind, before * width + behind]
        found = [self.alone[ids], *(self._count(keys) for keys in asked)]
        if own is not None:
            mine = _Own(own, width)
            found[0] = found[0] - mine.alone(row, ids)
            for place, keys in enumerate(asked, 1):
                found[place] = found[place] - mine.pairs(row, keys)
        columns = [_logarithm(np.maximum(counts, 0)) for counts in found]
        return (
            torch.from_numpy(np.stack(columns, 1))
            if len(ids)
            else torch.zeros(0, len(NUMBERS), dtype=torch.int64)
        )

    def _count(self, keys: Numbers) -> Numbers:
        if not len(self.keys):
            return np.zeros(len(keys), np.int64)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, self.counts[places], 0)

    def state(self) -> dict[str, Tensor]:
        """For a model folder: (words,) and (pairs,)."""
        return {
            f"{PREFIX}alone": torch.from_numpy(self.alone),
            f"{PREFIX}keys": torch.from_numpy(self.keys),
            f"{PREFIX}counts": torch.from_numpy(self.counts.astype(np.int32)),
        }

    @classmethod
    def restore(cls, tensors: Mapping[str, Tensor], *, words: int) -> Self:
        """The way back from `state`, (words,), (pairs,). Raises BrokenModelError."""
        names = ("alone", "keys", "counts")
        found: Any = [tensors.get(f"{PREFIX}{name}") for name in names]
        right = all(
            one is not None and one.dim() == 1 and not one.is_floating_point()
            for one in found
        )
        if not right or len(found[0]) != words or len(found[1]) != len(found[2]):
            raise BrokenModelError(
                found="the counts of words of the model are damaged.",
                expected=f"one for each of {words:,} words, and pairs with theirs",
                fix="copy the model folder again, or train again",
            )
        return cls(*(one.long().numpy() for one in found))


class _Own:
    """What the right sentence of each row holds."""

    def __init__(self, rows: Ragged, width: int) -> None:
        self._square = width * width
        row = rows.row_of_token.numpy()
        ids = row * self._square + rows.values.numpy()
        self._words = np.unique(ids, return_counts=True)
        lengths = rows.lengths.numpy()
        pairs = _pairs(rows, width) + np.repeat(np.arange(len(rows)), lengths) * (
            self._square
        )
        self._pairs = np.unique(pairs, return_counts=True)

    def alone(self, row: Numbers, ids: Numbers) -> Numbers:
        return _looked_up(*self._words, row * self._square + ids)

    def pairs(self, row: Numbers, keys: Numbers) -> Numbers:
        return _looked_up(*self._pairs, row * self._square + keys)


def _looked_up(keys: Numbers, counts: Numbers, asked: Numbers) -> Numbers:
    if not len(keys):
        return np.zeros(len(asked), np.int64)
    places = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[places] == asked, counts[places], 0)


def _neighbors(rows: Ragged, end: int) -> tuple[Numbers, Numbers]:
    """The ids before and behind each word; beyond both ends of a row `end`."""
    ids = rows.values.numpy()
    before, behind = np.roll(ids, 1), np.roll(ids, -1)
    some = rows.lengths > 0
    before[rows.offsets[:-1][some].numpy()] = end
    behind[rows.offsets[1:][some].numpy() - 1] = end
    return before, behind


def _pairs(rows: Ragged, width: int) -> Numbers:
    """Each word with the one behind it, as one number: (tokens,)."""
    return rows.values.numpy() * width + _neighbors(rows, width - 1)[1]


def _logarithm(counts: Numbers) -> Numbers:
    """0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7, ..., up to MOST + 1."""
    return np.minimum(np.frexp(counts.astype(np.float64))[1], MOST + 1).astype(np.int64)
