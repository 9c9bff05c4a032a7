"""Word for word into another language, learned from pairs of sentences: IBM model 1.

A sentence e_1 ... e_l has the empty word e_0 before it, its translation is f_1 ... f_m.
Each f_j comes from one e_i, and any of them is as good as any other.

    P(f | e) = Π_j  1 / (l + 1)  Σ_i t(f_j | e_i)

t(f | e) is learned by expectation and maximization, from all t alike. Each iteration
shares every f_j out among the words of its sentence, and counts what each e has got:

    c(f | e) = Σ t(f_j | e_i) / Σ_k t(f_j | e_k)          over all e_i = e and f_j = f
    t(f | e) = c(f | e) / Σ_f c(f | e)

No iteration makes the translations less probable.

    the house    la maison     "la" is left to "the", which stands in both,
    the flower   la fleur      and "maison" to "house"

A word becomes the one that it most probably gives. It is left out if the empty word
gives that one more often, and copied if it is not known.

Reference: Brown, Della Pietra, Della Pietra and Mercer 1993, "The mathematics of
statistical machine translation: parameter estimation", section 4.1.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self, final

import numpy as np
import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.word_links import EMPTY, Links
from unrolled.ragged import Ragged
from unrolled.text.vocabulary import UNKNOWN, Vocabulary

LEAST = 0.01
"""Probabilities below it are not kept, but for the largest of each word."""
MOST_LINKS = 20_000_000  # a gigabyte; with more, every second, third, ... pair is read

Pair = tuple[Sequence[str], Sequence[str]]
"""A sentence and its translation, as tokens."""


@final
class WordTranslation:
    """A dictionary with probabilities, which translates one word after the other."""

    def __init__(
        self, source: Vocabulary, target: Vocabulary, options: list[dict[int, float]]
    ) -> None:
        """For each number of `source` its words of `target`, the most probable first.

        Number 0 of `source` is the empty word.
        """
        self.source, self.target, self._options = source, target, options

    @classmethod
    def learn(cls, pairs: Sequence[Pair], *, iterations: int = 5) -> Self:
        """From sentences and their translations, by one iteration or more."""
        pairs = _some(pairs)
        source = Vocabulary.build(tokens for tokens, _ in pairs)
        target = Vocabulary.build(tokens for _, tokens in pairs)
        links = Links.of(
            _rows([EMPTY, *source.ids(tokens)] for tokens, _ in pairs),
            _rows(target.ids(tokens) for _, tokens in pairs),
        )
        shares = np.full(len(links.source), 1 / len(target))
        for _ in range(max(iterations, 1)):
            counts, _ = links.expect(shares)
            shares = links.normalized(counts)
        options: list[dict[int, float]] = [{} for _ in source.tokens]
        for entry in np.lexsort((-shares, links.source)).tolist():
            found, share = options[links.source[entry]], float(shares[entry])
            if share >= LEAST or not found:
                found[int(links.target[entry])] = share
        return cls(source, target, options)

    def translate(self, tokens: Sequence[str]) -> list[str]:
        """The translation of a sentence, word for word."""
        given = self._options[EMPTY]
        found: list[str] = []
        for token, number in zip(tokens, self.source.ids(tokens), strict=True):
            options = {} if number == UNKNOWN else self._options[number]
            best = next(iter(options), None)
            if best is None:
                found.append(token)
            elif options[best] >= given.get(best, 0.0):
                found.append(self.target.token(best))
        return found

    def options(self, token: str | None) -> dict[str, float]:
        """What a word may become, with t(f | e), the most probable first.

        None asks for the empty word. A word that is not known has none.
        """
        number = EMPTY if token is None else self.source.ids([token])[0]
        if token is not None and number == UNKNOWN:
            return {}
        found = self._options[number].items()
        return {self.target.token(word): share for word, share in found}

    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """What a model folder keeps: both vocabularies as JSON, and tensors.

        `many` (source words,) entries of each word, their `target` and `probability`
        (entries,), float64.
        """
        words = {"source": self.source.to_json(), "target": self.target.to_json()}
        shares = [share for found in self._options for share in found.values()]
        return words, {
            "many": torch.tensor([len(found) for found in self._options]).int(),
            "target": torch.tensor([w for found in self._options for w in found]).int(),
            "probability": torch.tensor(shares, dtype=torch.float64),
        }

    @classmethod
    def restore(cls, words: Any, tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `state`, (entries,). Raises BrokenModelError."""
        words = words if isinstance(words, dict) else {}
        source = Vocabulary.from_json(words.get("source"))
        target = Vocabulary.from_json(words.get("target"))
        many = _read(tensors, "many", torch.int32)
        word = _read(tensors, "target", torch.int32)
        share = _read(tensors, "probability", torch.float64)
        if len(many) != len(source) or (many < 0).any():
            raise _broken(f"{len(source)} words have {len(many)} numbers of entries")
        if not int(many.sum()) == len(word) == len(share):
            raise _broken("the entries are not as many as their words and numbers")
        if ((word < 0) | (word >= len(target))).any():
            raise _broken("an entry is of no word of the vocabulary")
        if not ((share >= 0) & (share <= 1)).all():
            raise _broken("a probability is not from 0 to 1")
        entries = zip(word.tolist(), share.tolist(), strict=True)
        options = [dict(next(entries) for _ in range(count)) for count in many.tolist()]
        if sum(map(len, options)) != len(word):
            raise _broken("a word has the same translation twice")
        return cls(source, target, options)


def _some(pairs: Sequence[Pair]) -> Sequence[Pair]:
    """All pairs or, where they have too many links, as many as are read."""
    links = sum((len(source) + 1) * len(target) for source, target in pairs)
    return pairs[:: links // MOST_LINKS + 1]


def _rows(rows: Iterable[list[int]]) -> Ragged:
    listed = list(rows)
    ids = torch.tensor([number for row in listed for number in row]).long()
    return Ragged(ids, torch.tensor([len(row) for row in listed]).long())


def _read(tensors: Mapping[str, Tensor], name: str, kind: torch.dtype) -> Tensor:
    found = tensors.get(name)
    if found is None or found.dtype != kind or found.dim() != 1:
        raise _broken(f'"{name}" is no list of {str(kind).removeprefix("torch.")}')
    return found


def _broken(what: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"the word translation of the model is damaged: {what}.",
        expected="words of both languages and the probabilities between them, as"
        " `learn` made them",
        fix="copy the model folder again, or train again",
    )
