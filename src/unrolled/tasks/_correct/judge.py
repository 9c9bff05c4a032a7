"""How much likelier a sentence gets by a change: n-grams of right sentences.

    He go    to school        log P = −21.3
    He goes  to school        log P = −17.9        gain 3.4 nats

Only the words near the change are weighed: those further away than an n-gram is long
have the same probability before and after. Words that were seen once stand for all that
were never seen, each of which then has the same small share.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.ngrams import NGrams
from unrolled.ragged import Ragged
from unrolled.tasks._correct.tags import Changed
from unrolled.tasks._tag.input import WordInput
from unrolled.text.vocabulary import UNKNOWN

ORDER = 3
OFTEN = 2  # occurrences of a word that is counted as itself
PREFIX = "language."

WordLists = Sequence[Sequence[str]]


@final
class Judge:
    """N-grams of the right side of the training rows."""

    def __init__(self, reads: WordInput, ngrams: NGrams) -> None:
        self.reads, self.ngrams = reads, ngrams
        self._known = ngrams.tokens - 1  # the last id is the end of a row
        counts = reads.vocabulary.counts
        rare = counts[UNKNOWN] + len(counts) - self._known  # words seen once, mostly
        self._share = math.log(max(rare, 1))  # of one rare word among them, in nats
        self._ids: dict[str, int] = {}

    @classmethod
    def fit(cls, reads: WordInput, rows: WordLists) -> Self:
        """From right sentences as words, which the vocabulary was learned from."""
        known = _known(reads)
        ids = [[*_ids(reads, row, known), known] for row in rows]
        flat = torch.tensor([i for row in ids for i in row], dtype=torch.int64)
        ragged = Ragged(flat, torch.tensor([len(row) for row in ids]))
        return cls(reads, NGrams.fit(ragged, order=ORDER, tokens=known + 1))

    def gains(self, asked: Sequence[tuple[Sequence[str], Changed]]) -> list[float]:
        """How much likelier each change makes its words, in nats."""
        rows = [
            self._window(words, change, new)
            for words, change in asked
            for new in (change.words, words[change.start : change.stop])
        ]
        if not rows:
            return []
        flat = torch.tensor([i for row in rows for i in row], dtype=torch.int64)
        lengths = torch.tensor([len(row) for row in rows])
        each = self.ngrams.log_probabilities(Ragged(flat, lengths))
        each -= self._share * (flat == UNKNOWN)
        sums = torch.zeros(len(rows), dtype=torch.float64)
        owner = torch.arange(len(rows)).repeat_interleave(lengths)
        sums.index_add_(0, owner, each)
        return (sums[::2] - sums[1::2]).tolist()

    def _window(
        self, words: Sequence[str], change: Changed, middle: Sequence[str]
    ) -> list[int]:
        """Ids of the words near a change, with these words in its place."""
        first, last = max(change.start - ORDER + 1, 0), change.stop + ORDER - 1
        near = [*words[first : change.start], *middle, *words[change.stop : last]]
        ids = [self._id(word) for word in near]
        return [*ids, self._known] if last > len(words) else ids

    def is_usual(self, word: str) -> bool:
        """Whether the word was seen often enough to be counted as itself."""
        return self._id(word) != UNKNOWN

    def _id(self, word: str) -> int:
        found = self._ids.get(word)
        if found is None:
            [found] = _ids(self.reads, [word], self._known)
            self._ids[word] = found
        return found

    def state(self) -> dict[str, Tensor]:
        """For a model folder: (n-grams,)."""
        return {f"{PREFIX}{name}": one for name, one in self.ngrams.state().items()}

    @classmethod
    def restore(cls, reads: WordInput, tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `state`, (n-grams,). Raises BrokenModelError."""
        kept = {
            name.removeprefix(PREFIX): one
            for name, one in tensors.items()
            if name.startswith(PREFIX)
        }
        ngrams: Any = NGrams.restore(kept)
        if ngrams.tokens != _known(reads) + 1:
            raise BrokenModelError(
                found=f"the n-grams of the model are of {ngrams.tokens} words, and its"
                f" vocabulary has {_known(reads) + 1}.",
                expected="n-grams of the words of the vocabulary",
                fix="copy the model folder again, or train again",
            )
        return cls(reads, ngrams)


def _known(reads: WordInput) -> int:
    """How many ids are of words that were seen often; they come first."""
    counts = reads.vocabulary.counts
    return 1 + sum(count >= OFTEN for count in counts[1:])


def _ids(reads: WordInput, words: Sequence[str], known: int) -> list[int]:
    ids = reads.vocabulary.ids(reads.keys(list(words)))
    return [number if number < known else UNKNOWN for number in ids]
