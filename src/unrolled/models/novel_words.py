"""How likely a word is that was never seen: by its letters, as rare words are spelled.

    log P(word) = log P(new) + log P(capitals) + Σ log P(letter | those before it)

The share of words that were never seen is estimated by that of words seen once (Good
and Turing). Letters are counted in the rarest words, with their end, those that are
written small apart from those with capitals: names have their own ways. All digits are
one letter.

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
from unrolled.text.spelling.lexicon import Lexicon

ORDER = 5
RARE = 3
"""Times a word may have been seen whose letters are counted."""
UNKNOWN, END = 0, 1
LONGEST = 60
"""Letters that are looked at; longer ones are as likely as their beginning."""
STRAY = 0.01
"""The share of words written small that have a capital inside a sentence, in titles."""
LEAST = 1e-300
"""In place of a probability of 0, which many letters multiply to."""
KINDS = ("small", "capital")


@final
class NovelWords:
    """A distribution over words that nobody has counted."""

    def __init__(
        self,
        letters: str,
        ngrams: Mapping[str, NGrams],
        *,
        share: float,
        cases: Mapping[str, float],
    ) -> None:
        """`letters` have the ids from 2; `ngrams` are by KINDS.

        `share` is that of new words among all, `cases` those of small, capital, ...
        letters among the new ones.
        """
        self._letters, self._ngrams = letters, ngrams
        self._share, self._cases = share, cases
        self._ids = {letter: number for number, letter in enumerate(letters, END + 1)}

    @classmethod
    def fit(cls, lexicon: Lexicon) -> Self:
        """From the words that are rare in it; from all where none is."""
        words = list(zip(lexicon.written, lexicon.counts, strict=True))
        rare = [word for word, count in words if count <= RARE] or lexicon.written
        once = Counter(case_of(word) for word, count in words if count == 1)
        plain = [_plain(word.lower()) for word in rare]
        letters = "".join(sorted(set("".join(plain))))
        new = cls(
            letters,
            {},
            share=(once.total() + 1) / (lexicon.total + 2),
            cases={
                case.value: (once[case] + 1) / (once.total() + len(Case))
                for case in Case
            },
        )
        small = [case_of(word) is Case.LOWER for word in rare]
        for kind in KINDS:
            rows = [
                new._row(word)
                for word, is_small in zip(plain, small, strict=True)
                if is_small is (kind == "small")
            ]
            ngrams = NGrams.fit(
                _ragged(rows or [[END]]), order=ORDER, tokens=len(letters) + 2
            )
            new._ngrams = {**new._ngrams, kind: ngrams}
        return new

    def log_probability(self, word: str, *, opens: bool = False) -> float:
        """Of a word as it is written, in nats.

        Where it `opens` a sentence, a capital may belong to a word written small.
        """
        case = case_of(word)
        shares = {case: self._cases[case.value]}
        if case is not Case.LOWER:
            stray = 1.0 if opens and case is Case.CAPITAL else STRAY
            shares[Case.LOWER] = self._cases[Case.LOWER.value] * stray
        p = sum(
            share * math.exp(self._log_letters(word, kind))
            for kind, share in shares.items()
        )
        return math.log(self._share) + math.log(max(p, LEAST))

    def _log_letters(self, word: str, case: Case) -> float:
        kind = "small" if case is Case.LOWER else "capital"
        row = self._row(_plain(word[:LONGEST].lower()))
        return float(self._ngrams[kind].log_probabilities(_ragged([row])).sum())

    def _row(self, word: str) -> list[int]:
        return [*(self._ids.get(letter, UNKNOWN) for letter in word), END]

    def to_state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """Plain values, and the tensors of the n-grams, (n-grams,)."""
        tensors = {
            f"{kind}.{name}": tensor
            for kind, ngrams in self._ngrams.items()
            for name, tensor in ngrams.state().items()
        }
        values = {"letters": self._letters, "share": self._share}
        return {**values, "cases": dict(self._cases)}, tensors

    @classmethod
    def from_state(cls, found: Any, tensors: Mapping[str, Tensor]) -> Self:
        """The way back, tensors (n-grams,). Raises BrokenModelError for what is odd."""
        ngrams = {
            kind: NGrams.restore(
                {
                    name.removeprefix(f"{kind}."): tensor
                    for name, tensor in tensors.items()
                    if name.startswith(f"{kind}.")
                }
            )
            for kind in KINDS
        }
        if not isinstance(found, dict):
            raise _broken("it is no object")
        letters, share, cases = (found.get(k) for k in ("letters", "share", "cases"))
        if not isinstance(letters, str) or any(
            len(letters) + 2 != counted.tokens for counted in ngrams.values()
        ):
            raise _broken("its letters are not those that were counted")
        if not isinstance(share, float) or not _is_share(share):
            raise _broken("the share of new words is no number between 0 and 1")
        if (
            not isinstance(cases, dict)
            or cases.keys() != {case.value for case in Case}
            or not all(map(_is_share, cases.values()))
        ):
            raise _broken("the shares of capital letters are no shares")
        return cls(letters, ngrams, share=share, cases=cases)


def _is_share(found: object) -> bool:
    return isinstance(found, float) and 0 < found < 1


def _plain(word: str) -> str:
    return "".join("0" if letter.isdigit() else letter for letter in word)


def _ragged(rows: list[list[int]]) -> Ragged:
    return Ragged.from_list([torch.tensor(row) for row in rows])


def _broken(what: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"what the spelling corrector knows of new words is damaged: {what}.",
        expected="letters, and a share of words that are new",
        fix="copy the model folder again, or train again",
    )
