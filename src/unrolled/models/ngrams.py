"""The next token from the few before it, counted: interpolated modified Kneser-Ney.

With h a context, w a token, h' the context without its first token, and a(h w) the
count of an n-gram:

    p(w | h) = (a(h w) - D(a(h w))) / S(h)  +  r(h) p(w | h')
    S(h) = Σ_w a(h w)        r(h) = Σ_w D(a(h w)) / S(h)

At the longest length a counts how often h w was seen, at shorter ones after how many
different tokens. A discount D is taken from every count, one for 1, one for 2 and one
for 3 and more, and shared out by the shorter context. An unseen context leaves all to
the shorter one (S = 0, r = 1); the shortest leaves its share to all tokens alike, so
that no probability is 0.

From how many n-grams were counted once, twice, ..., n1, n2, n3, n4, for each length:

    Y = n1 / (n1 + 2 n2)      D(k) = k - (k + 1) Y n(k+1) / n(k)      k = 1, 2, 3

One boundary stands before each row: what has been said so far in a row is a context
that is known to be complete.

Reference: Chen and Goodman 1999, "An empirical study of smoothing techniques for
language modeling", the section on modified Kneser-Ney smoothing; Kneser and Ney 1995,
"Improved backing-off for m-gram language modeling".
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Self, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unrolled.models.ngram_counts import (
    NOWHERE,
    Line,
    NgramTable,
    Numbers,
    array,
    count,
    walk,
)
from unrolled.models.ngram_files import from_tensors, to_tensors
from unrolled.ragged import Ragged
from unrolled.time_major import spans

Reals = NDArray[np.float64]
# Where counts of counts are missing, as in tables of few n-grams, or the formula leaves
# 0 to k: half of k. It is then the proper distribution that matters.
USUAL = (0.0, 0.5, 1.0, 1.5)


@final
class NGrams:
    """A distribution over `tokens` next tokens, given up to `order` - 1 before them."""

    def __init__(
        self, tables: list[NgramTable], counts: list[Numbers], *, boundary: int
    ) -> None:
        """`tables` and `counts` (n-grams,) are of length 1, 2, ..., up to the order."""
        self._tables, self._counts, self._boundary = tables, counts, boundary
        pairs = list(zip(tables, counts, strict=True))
        shares = [_smooth(table, counted) for table, counted in pairs]
        self._gains = [gain for gain, _ in shares]
        self._rests = [rest for _, rest in shares]
        one = self._gains[0][: self.tokens] + self._rests[0][0] / self.tokens
        self._shortest = one

    @property
    def order(self) -> int:
        """The length of the longest n-grams."""
        return len(self._tables)

    @property
    def tokens(self) -> int:
        """The size of the vocabulary."""
        return len(self._tables[0]) - 1

    @classmethod
    def fit(
        cls, rows: Ragged, *, order: int, tokens: int, boundary: int | None = None
    ) -> Self:
        """Count the n-grams of token ids, (tokens,), each row a text.

        The ids are below `tokens`, the size of the vocabulary. A row that should know
        its end has an id for it as its last token. `boundary` is the id that stands
        before each row; without one it is a symbol of its own, that no token is mixed
        up with.
        """
        return cls.of_orders(rows, [order], tokens=tokens, boundary=boundary)[0]

    @classmethod
    def of_orders(
        cls,
        rows: Ragged,
        orders: Sequence[int],
        *,
        tokens: int,
        boundary: int | None = None,
    ) -> list[Self]:
        """Like `fit`, (tokens,), for several orders at the price of the largest."""
        boundary = tokens if boundary is None else boundary
        _check(rows, tokens)
        line = Line.of(rows, boundary)
        counted = count(line, order=max(orders), width=tokens + 1)
        tables = [one.table for one in counted]
        continued = [one.continued for one in counted]
        return [
            cls(
                tables[:order],
                [*continued[: order - 1], counted[order - 1].seen],
                boundary=boundary,
            )
            for order in orders
        ]

    def log_probabilities(self, rows: Ragged) -> Tensor:
        """Of each token given those before it in its row: nats, (tokens,) float64."""
        _check(rows, self.tokens)
        line = Line.of(rows, self._boundary)
        asked = line.depth > 0
        p = np.ones(len(line.ids))
        p[asked] = self._shortest[line.ids[asked]]
        smoothed = zip(self._gains[1:], self._rests[1:], strict=True)
        for step, (gain, rest) in zip(
            walk(line, self._tables[1:]), smoothed, strict=True
        ):
            p[step.here] *= rest[step.context]
            known = step.found != NOWHERE
            p[step.here[known]] += gain[step.found[known]]
        return torch.from_numpy(np.log(p[asked]))

    def next(self, contexts: Ragged) -> Tensor:
        """Probabilities of every next token, (rows, tokens) float64.

        `contexts` has the ids of each row from its beginning, or the last order - 1 or
        more of them.
        """
        _check(contexts, self.tokens)
        p, weight = np.zeros((len(contexts), self.tokens)), np.ones(len(contexts))
        places = self._contexts(contexts)
        for level in range(self.order - 1, 0, -1):  # from the longest context
            rows = np.flatnonzero(places[level - 1] != NOWHERE)
            context, table = places[level - 1][rows], self._tables[level]
            many = table.followers[context]
            found = spans(
                torch.from_numpy(table.first[context]), torch.from_numpy(many)
            ).numpy()
            row = np.repeat(rows, many)
            p[row, table.last[found]] += weight[row] * self._gains[level][found]
            weight[rows] *= self._rests[level][context]
        return torch.from_numpy(p + weight[:, None] * self._shortest)

    def _contexts(self, contexts: Ragged) -> list[Numbers]:
        """For length 1, 2, ...: the place of what each row ends with, (rows,)."""
        line = Line.of(_ends(contexts, self.order - 1), self._boundary)
        last = np.cumsum(contexts.lengths.clamp(max=self.order - 1).numpy() + 1) - 1
        places = [line.ids[last]]
        for step in walk(line, self._tables[1:-1]):
            ends = np.full(len(line.ids), NOWHERE)
            ends[step.here] = step.found
            places.append(ends[last])
        return places

    def state(self) -> dict[str, Tensor]:
        """Counts as a model folder keeps them: (n-grams,) in few bytes each."""
        return to_tensors(self._tables, self._counts, boundary=self._boundary)

    @classmethod
    def restore(cls, tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `state`, (n-grams,). Raises BrokenModelError."""
        tables, counts, boundary = from_tensors(tensors)
        return cls(tables, counts, boundary=boundary)


def best_order(
    train: Ragged,
    valid: Ragged,
    *,
    tokens: int,
    orders: Sequence[int] = (2, 3, 4, 5, 6),
    boundary: int | None = None,
) -> NGrams:
    """Of the orders the one that makes `valid`, (tokens,), most probable."""
    models = NGrams.of_orders(train, orders, tokens=tokens, boundary=boundary)
    return max(models, key=lambda model: float(model.log_probabilities(valid).sum()))


def discounts(counts: Numbers) -> Reals:
    """What is taken from a count of 0, 1, 2 and of 3 or more: (4,).

    `counts` are those of all n-grams of one length, (n-grams,).
    """
    n = np.bincount(np.minimum(counts, 5), minlength=6)[:5]
    taken = np.array(USUAL)
    if n[1] == 0:
        return taken
    y = n[1] / (n[1] + 2 * n[2])
    for k, (here, above) in enumerate(pairwise(n[1:]), 1):
        formula = k - (k + 1) * y * above / here if here and above else 0
        if 0 < formula < k:
            taken[k] = formula
    return taken


def _smooth(table: NgramTable, counts: Numbers) -> tuple[Reals, Reals]:
    """What each n-gram gets, (n-grams,), and r of its context, (contexts,)."""
    context = table.context
    taken = discounts(counts)[np.minimum(counts, 3)]
    total = np.bincount(context, counts, minlength=table.contexts)
    left = np.bincount(context, taken, minlength=table.contexts)
    some = np.maximum(total, 1)
    return (counts - taken) / some[context], np.where(total > 0, left / some, 1.0)


def _ends(rows: Ragged, most: int) -> Ragged:
    """The last tokens of each row, `most` at most."""
    lengths = rows.lengths.clamp(max=most)
    index = spans(rows.offsets[1:] - lengths, lengths)
    return Ragged(rows.values.cpu()[index], lengths)


def _check(rows: Ragged, tokens: int) -> None:
    ids = array(rows.values)
    if len(ids) and not 0 <= ids.min() <= ids.max() < tokens:
        raise IndexError(f"ids from {ids.min()} to {ids.max()} of {tokens} tokens")
