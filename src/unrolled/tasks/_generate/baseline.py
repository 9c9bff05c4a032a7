"""The n-grams beside `generate`: the same rows, the same figures, texts drawn alike.

Rows of the same categories are a group with n-grams of its own, which lean on those of
all rows. Numbers are not heard, and what training has not seen together is a group of
no rows.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.models.conditional_ngrams import ConditionalNGrams
from unrolled.ragged import Ragged

MOST = 50
"""Groups at most; rows of rarer ones belong to the group of no name."""

Key = tuple[int, ...]


@final
class GivenNGrams:
    """Counted n-grams, and which rows belong together."""

    def __init__(self, ngrams: ConditionalNGrams, groups: list[Key], at: Key) -> None:
        """`groups` are the categories of each, in the fields `at`."""
        self.ngrams, self.groups, self.at = ngrams, groups, at

    @classmethod
    def fit(
        cls, rows: Ragged, given: Tensor, at: list[int], *, order: int, tokens: int
    ) -> Self:
        """From ids with ends, values (tokens,), and what is given, (rows, fields)."""
        counts = Counter(_keys(given, tuple(at)))
        groups = sorted(key for key, _ in counts.most_common(MOST))
        places = _places(given, tuple(at), groups)
        ngrams = ConditionalNGrams.fit(
            rows, places, groups=len(groups) + 1, order=order, tokens=tokens
        )
        return cls(ngrams, groups, tuple(at))

    def nats(self, rows: Ragged, given: Tensor) -> tuple[Tensor, Tensor]:
        """−log P of each row and its tokens, both (rows,)."""
        found = self.ngrams.log_probabilities(rows, self._group(given))
        total = found.new_zeros(len(rows)).index_add(0, rows.row_of_token, -found)
        return total, rows.lengths

    def steps(self, given: Tensor) -> "_Steps":
        """Texts under way, one for each row of (rows, fields)."""
        return _Steps(self.ngrams, self._group(given))

    def state(self) -> tuple[Any, dict[str, Tensor]]:
        """A JSON value and tensors (n-grams, ...) for a model folder."""
        return {"groups": self.groups, "at": self.at}, self.ngrams.state()

    @classmethod
    def restore(cls, found: Any, tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `state`, (n-grams, ...). Raises BrokenModelError."""
        groups = [tuple(map(int, key)) for key in found["groups"]]
        ngrams = ConditionalNGrams.restore(tensors)
        if len(ngrams.weights) != len(groups) + 1:
            raise ValueError("there are not as many groups of n-grams as names of them")
        return cls(ngrams, groups, tuple(map(int, found["at"])))

    def _group(self, given: Tensor) -> Tensor:
        return _places(given, self.at, self.groups)


@final
class _Steps:
    """N-grams that write a token at a time: see decoding/steps.py."""

    def __init__(self, ngrams: ConditionalNGrams, groups: Tensor) -> None:
        self.ngrams, self.tokens, self._groups = ngrams, ngrams.tokens, groups
        self._written = torch.zeros(len(groups), 0, dtype=torch.int64)

    def begin(self) -> Tensor:
        """Log-probabilities of each row's first token, (rows, tokens)."""
        return self._next()

    def step(self, ids: Tensor) -> Tensor:
        """The same after one more id of each row, (rows,) to (rows, tokens)."""
        self._written = torch.cat([self._written, ids[:, None]], dim=1)
        return self._next()

    def keep(self, rows: Tensor) -> None:
        """Goes on with these rows, (kept,)."""
        self._written, self._groups = self._written[rows], self._groups[rows]

    def _next(self) -> Tensor:
        rows, places = self._written.shape
        contexts = Ragged(self._written.flatten(), torch.full((rows,), places))
        return self.ngrams.next(contexts, self._groups).log().float()


def _keys(given: Tensor, at: Key) -> list[Key]:
    return [tuple(row) for row in given[:, list(at)].long().tolist()]


def _places(given: Tensor, at: Key, groups: list[Key]) -> Tensor:
    """The number of each row's group, (rows,) int64; the last one for all others."""
    number = {key: place for place, key in enumerate(groups)}
    found = [number.get(key, len(groups)) for key in _keys(given, at)]
    return torch.tensor(found, dtype=torch.int64)
