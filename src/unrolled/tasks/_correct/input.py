"""Sentences as the network of edits reads them: words, spellings, and how familiar.

    <s> She go to school     ids, letters, affixes, shapes     (_tag/input.py)
                             counts of words and of pairs      (_correct/familiar.py)

All of it is learned from right sentences.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.edit_tagger import Read
from unrolled.models.tagger import Words
from unrolled.models.word_spelling import Spellings
from unrolled.ragged import Ragged
from unrolled.tasks._correct.align import is_clitic
from unrolled.tasks._correct.familiar import LISTED, Familiar
from unrolled.tasks._correct.tags import BEGIN
from unrolled.tasks._tag.input import WordInput
from unrolled.tasks._tag.settings import WordSettings

WordLists = Sequence[Sequence[str]]


class Encoded(NamedTuple):
    """Sentences as numbers, each with <begin>."""

    ids: Ragged
    forms: Ragged
    familiar: Ragged
    """Values (tokens, numbers) int64."""
    spellings: Spellings

    @property
    def read(self) -> Read:
        """What the network takes: ids and forms (tokens,), familiar (tokens, 4)."""
        words = Words(self.ids, self.forms.values, self.spellings)
        return Read(words, self.familiar.values)


@final
class EditInput:
    """What was learned of right sentences."""

    def __init__(
        self, words: WordInput, familiar: Familiar, listed: frozenset[str]
    ) -> None:
        """`listed` are right words from elsewhere, in small letters."""
        self.words, self.familiar, self.listed = words, familiar, listed

    @classmethod
    def learn(
        cls, rows: WordLists, settings: WordSettings, listed: frozenset[str]
    ) -> Self:
        """From the words of right sentences."""
        begun = _begun(rows)
        words = WordInput.learn(begun, settings)
        words.has_capitals = True  # else capitals could not be put right
        familiar = Familiar.fit(words.ids(begun), words=len(words.vocabulary))
        return cls(words, familiar, listed)

    def encode(self, rows: WordLists, own: WordLists | None = None) -> Encoded:
        """Sentences as numbers; `own` are their right ones, if those were counted."""
        begun = _begun(rows)
        words = self.words.encode(begun)
        mine = None if own is None else self.words.ids(_begun(own))
        familiar = self.familiar.numbers(words.ids, mine)
        flat = [word for row in begun for word in row]
        for place in (familiar[:, 0] == 0).nonzero()[:, 0].tolist():
            if flat[place].lower() in self.listed:
                familiar[place, 0] = LISTED
        forms = words.ids.with_values(words.forms)
        ragged = words.ids.with_values(familiar)
        return Encoded(words.ids, forms, ragged, words.spellings)

    def notes(self) -> list[str]:
        """What was found, in words."""
        return self.words.notes()

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """For a model folder; tensors are (words,) and (pairs,)."""
        files = {**self.words.to_json(), "listed.json": sorted(self.listed)}
        return files, self.familiar.state()

    @classmethod
    def restore(cls, files: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `state`, (words,). Raises BrokenModelError."""
        words = WordInput.from_json(files)
        listed = files.get("listed.json")
        if not isinstance(listed, list) or not all(isinstance(w, str) for w in listed):
            raise BrokenModelError(
                found="listed.json holds no list of words.",
                expected="the right words that `fit` was given",
                fix="copy the model folder again, or train again",
            )
        familiar = Familiar.restore(tensors, words=len(words.vocabulary))
        return cls(words, familiar, frozenset(listed))


def _begun(rows: WordLists) -> list[list[str]]:
    return [[BEGIN, *row] for row in rows]


def counts_of(rows: WordLists) -> Counter[str]:
    """How often each word stands there, as it is written.

    Of "do n't" also "don't", which one looks for where a person wrote "dont".
    """
    found = Counter(word for row in rows for word in row)
    for row in rows:
        found.update(
            word + behind
            for word, behind in pairwise(row)
            if is_clitic(behind) and word[-1].isalpha()
        )
    return found


def flat(numbers: Sequence[Sequence[int]]) -> Ragged:
    """Rows of whole numbers, values (tokens,) int64."""
    values = torch.tensor([n for row in numbers for n in row], dtype=torch.int64)
    return Ragged(values, torch.tensor([len(row) for row in numbers]))
