"""How likely a word is that was never seen: by its letters, as rare words are spelled.

    log P(word) = log P(never seen)  +  Σ log P(letter | the letters before it)

The share of words that were never seen is estimated by that of words seen once (Good
and Turing). The letters are counted in the words seen once, with their end; names and
words of other languages are among them. All digits are one letter.

Reference: Good 1953, "The population frequencies of species and the estimation of
population parameters".
"""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.ngrams import NGrams
from unrolled.ragged import Ragged
from unrolled.text.letter_case import Case, case_of
from unrolled.text.lexicon import Lexicon

ORDER = 4
UNKNOWN, END = 0, 1
LONGEST = 60
"""Letters that are looked at; longer ones are as likely as their beginning."""


@final
class NovelWords:
    """A distribution over words that nobody has counted."""

    def __init__(
        self, letters: str, ngrams: NGrams, share: float, cases: Mapping[str, float]
    ) -> None:
        """`letters` have the ids from 2; `share` of all words is new ones.

        `cases` are the shares of the new ones that are written small, with a capital...
        """
        self.letters, self.ngrams = letters, ngrams
        self.share, self.cases = share, cases
        self._ids = {letter: number for number, letter in enumerate(letters, END + 1)}

    @classmethod
    def fit(cls, lexicon: Lexicon) -> Self:
        """From the words seen once; from all where there is none."""
        pairs = list(zip(lexicon.keys, lexicon.counts, strict=True))
        once = [_plain(key) for key, count in pairs if count == 1]
        share = (len(once) + 1) / (lexicon.total + 2)
        words = once or [_plain(key) for key, _ in pairs]
        seen = Counter(
            case_of(word)
            for word, count in zip(lexicon.written, lexicon.counts, strict=True)
            if count == 1
        )
        cases = {
            case.value: (seen[case] + 1) / (seen.total() + len(Case)) for case in Case
        }
        letters = "".join(sorted(set("".join(words))))
        ids = {letter: number for number, letter in enumerate(letters, END + 1)}
        rows = [[ids[letter] for letter in word] + [END] for word in words]
        ngrams = NGrams.fit(_ragged(rows), order=ORDER, tokens=len(letters) + 2)
        return cls(letters, ngrams, share, cases)

    def log_probability(self, key: str) -> float:
        """Of a word in small letters, in nats."""
        word = _plain(key[:LONGEST])
        row = [self._ids.get(letter, UNKNOWN) for letter in word] + [END]
        nats = float(self.ngrams.log_probabilities(_ragged([row])).sum())
        return math.log(self.share) + nats

    def log_case(self, case: Case) -> float:
        """The log P(case) of a new word that stands anywhere in a sentence."""
        return math.log(self.cases[case.value])

    def to_state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """Plain values, and the tensors of the n-grams, (n-grams,)."""
        return {
            "letters": self.letters,
            "share": self.share,
            "cases": dict(self.cases),
        }, self.ngrams.state()

    @classmethod
    def from_state(cls, found: Any, tensors: Mapping[str, Tensor]) -> Self:
        """The way back, tensors (n-grams,). Raises BrokenModelError for what is odd."""
        ngrams = NGrams.restore(tensors)
        if not isinstance(found, dict):
            raise _broken("it is no object")
        letters, share = found.get("letters"), found.get("share")
        cases = found.get("cases")
        if not isinstance(letters, str) or len(letters) + 2 != ngrams.tokens:
            raise _broken("its letters are not those that were counted")
        if not isinstance(share, float) or not 0 < share < 1:
            raise _broken("the share of new words is no number between 0 and 1")
        if (
            not isinstance(cases, dict)
            or cases.keys() != {case.value for case in Case}
            or not all(isinstance(p, float) and 0 < p <= 1 for p in cases.values())
        ):
            raise _broken("the shares of capital letters are no shares")
        return cls(letters, ngrams, share, cases)


def _plain(key: str) -> str:
    return "".join("0" if letter.isdigit() else letter for letter in key)


def _ragged(rows: list[list[int]]) -> Ragged:
    return Ragged.from_list([torch.tensor(row) for row in rows])


def _broken(what: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"what the spelling corrector knows of new words is damaged: {what}.",
        expected="letters, and a share of words that are new",
        fix="copy the model folder again, or train again",
    )
