"""The next token from those before it and from a condition of the row, counted.

Rows belong to groups: the names of girls and those of boys. With p(w | h) from all rows
and p(w | h, g) from the rows of group g, each by Kneser and Ney (see ngrams.py):

    p(w | h, g)  =  λ(g) · p(w | h, g)  +  (1 - λ(g)) · p(w | h)

The weights λ and the order are those that make rows that were held out most probable;
then all is counted again with these rows among the others. A group of many rows speaks
for itself, one of few leans on all. Rows that are equal are held out together: a name
of both sexes would otherwise be known from the other one, which new names are not.

Reference: Jelinek and Mercer 1980, "Interpolated estimation of Markov source parameters
from sparse data", for weights from held-out data.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.ngrams import NGrams
from unrolled.ragged import Ragged

HELD_OUT = 0.1
"""The share of the different rows that choose weights and order."""
HALVINGS = 40  # of the interval a weight is in; its likelihood has one maximum


@final
class ConditionalNGrams:
    """N-grams of each group of rows, leaning on those of all rows."""

    def __init__(self, every: NGrams, each: list[NGrams], weights: Tensor) -> None:
        """`each` has one model for each group; `weights` are λ, (groups,)."""
        self._every, self._each, self.weights = every, each, weights

    @property
    def order(self) -> int:
        """The length of the longest n-grams."""
        return self._every.order

    @property
    def tokens(self) -> int:
        """The size of the vocabulary."""
        return self._every.tokens

    @classmethod
    def fit(
        cls,
        rows: Ragged,
        conditions: Tensor,
        *,
        groups: int,
        order: int,
        tokens: int,
        boundary: int | None = None,
    ) -> Self:
        """Count token ids, (tokens,), of rows whose group is `conditions` (rows,).

        The order is at most `order`. The rest is as in `NGrams.fit`.
        """
        held = _held_out(rows)

        def counted(chosen: Tensor, orders: list[int]) -> list[list[NGrams]]:
            """For each order the model of all chosen rows and one for each group."""
            _check(rows, conditions, groups)
            parts = [chosen & (conditions == group) for group in range(groups)]
            found = [
                NGrams.of_orders(
                    rows.gather(part), orders, tokens=tokens, boundary=boundary
                )
                for part in [chosen, *parts]
            ]
            return [list(models) for models in zip(*found, strict=True)]

        best, most, weights = order, -math.inf, torch.zeros(groups).double()
        for every, *each in counted(~held, list(range(min(2, order), order + 1))):
            trial = cls(every, each, weights)
            p = trial._both(rows.gather(held), conditions[held])
            found = _weights(p, groups)
            if (score := float(p.mixed(found).log().sum())) > most:
                best, most, weights = every.order, score, found
        ((every, *each),) = counted(torch.ones_like(held), [best])
        return cls(every, each, weights)

    def log_probabilities(self, rows: Ragged, conditions: Tensor) -> Tensor:
        """Of each token given its row so far and its group: nats, (tokens,) float64.

        `conditions` are the numbers of the groups, (rows,).
        """
        return self._both(rows, conditions).mixed(self.weights).log()

    def next(self, contexts: Ragged, conditions: Tensor) -> Tensor:
        """Probabilities of every next token, (rows, tokens) float64.

        `contexts` are as for `NGrams.next`, `conditions` (rows,).
        """
        weight = self.weights[conditions][:, None]
        alone = self._alone(contexts, conditions, NGrams.next)
        return weight * alone + (1 - weight) * self._every.next(contexts)

    def _alone(
        self,
        rows: Ragged,
        conditions: Tensor,
        ask: Callable[[NGrams, Ragged], Tensor],
    ) -> Tensor:
        """What the model of each row's own group answers, for rows or for tokens."""
        _check(rows, conditions, len(self._each))
        found = ask(self._every, rows)
        by_token = found.dim() == 1
        place = conditions[rows.row_of_token.cpu()] if by_token else conditions
        for group, model in enumerate(self._each):
            mine = conditions == group
            if mine.any():
                found[place == group] = ask(model, rows.gather(mine))
        return found

    def _both(self, rows: Ragged, conditions: Tensor) -> "_Both":
        ask = NGrams.log_probabilities
        return _Both(
            alone=self._alone(rows, conditions, ask).exp(),
            together=ask(self._every, rows).exp(),
            group=conditions[rows.row_of_token.cpu()],
        )

    def state(self) -> dict[str, Tensor]:
        """What a model folder keeps: counts (n-grams,), and weights (groups,)."""
        found = {"weights": self.weights}
        for name, model in [("every", self._every), *enumerate(self._each)]:
            found |= {f"{name}.{key}": t for key, t in model.state().items()}
        return found

    @classmethod
    def restore(cls, tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `state`, (groups,). Raises BrokenModelError."""
        weights = tensors.get("weights")
        if weights is None or weights.dtype != torch.float64 or weights.dim() != 1:
            raise _broken("their weights are no list of 64-bit numbers")
        if not ((weights >= 0) & (weights <= 1)).all():
            raise _broken("a weight is not from 0 to 1")
        names = ["every", *map(str, range(len(weights)))]
        every, *each = [NGrams.restore(_inside(name, tensors)) for name in names]
        if any((one.order, one.tokens) != (every.order, every.tokens) for one in each):
            raise _broken("a group has another order or vocabulary than all rows")
        return cls(every, each, weights)


def _held_out(rows: Ragged) -> Tensor:
    """Whether each row is held out, (rows,): always the same ones, drawn by lot."""
    numbers: dict[bytes, int] = {}
    texts = [row.cpu().numpy().tobytes() for row in rows.to_list()]
    text = torch.tensor([numbers.setdefault(t, len(numbers)) for t in texts]).long()
    lot = torch.randperm(len(numbers), generator=torch.Generator().manual_seed(0))
    return lot[text] < HELD_OUT * len(numbers)


class _Both(NamedTuple):
    """What two models say of the same tokens."""

    alone: Tensor
    """Probabilities by the model of the row's own group, (tokens,)."""
    together: Tensor
    """Probabilities by the model of all rows, (tokens,)."""
    group: Tensor
    """The group of the row of each token, (tokens,)."""

    def mixed(self, weights: Tensor) -> Tensor:
        weight = weights[self.group]
        return weight * self.alone + (1 - weight) * self.together


def _weights(p: _Both, groups: int) -> Tensor:
    """The weights under which the tokens are most probable, (groups,)."""
    low, high = torch.zeros(groups).double(), torch.ones(groups).double()
    for _ in range(HALVINGS):
        weights = (low + high) / 2
        gain = (p.alone - p.together) / p.mixed(weights)
        # One more token speaks for all rows: a group without any is not heard.
        slope = p.group.bincount(gain, minlength=groups) - 1 / (1 - weights)
        low = torch.where(slope > 0, weights, low)
        high = torch.where(slope > 0, high, weights)
    return low


def _inside(name: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    mark = f"{name}."
    return {k.removeprefix(mark): t for k, t in tensors.items() if k.startswith(mark)}


def _check(rows: Ragged, conditions: Tensor, groups: int) -> None:
    given = conditions.tolist()
    if len(given) != len(rows) or not all(0 <= group < groups for group in given):
        raise IndexError(
            f"{len(given)} conditions from {min(given, default=0)} to"
            f" {max(given, default=0)} for {len(rows)} rows of {groups} groups"
        )


def _broken(what: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"the n-grams of the model are damaged: {what}.",
        expected="a weight and sorted tables of n-grams for each group, as `fit` made"
        " them",
        fix="copy the model folder again, or train again",
    )
