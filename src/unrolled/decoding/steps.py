"""What a network gives so that sequences can be written with it, and what comes out.

    begin()      log-probabilities of each row's first token
    step(ids)    each row takes a token; log-probabilities of its next
    keep(rows)   goes on with these rows: some dropped, some split in two

A row has a state of its own and nothing else: what one row is given never shows in the
answers of another. Steps go forward only, so whoever wants to begin anew is given a
`Start`: it makes fresh Steps for the rows with these numbers, each with its own
condition (a given attribute, a sentence to translate).

Shapes: rows is the number of sequences under way, tokens the size of the vocabulary.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor

from unrolled.errors import DivergedError


class Steps(Protocol):
    """A network on its way through some sequences, a token of each at a time.

    All answers are float32 and log-softmaxed; -inf is allowed.
    """

    tokens: int
    """Size of the vocabulary, the end included."""

    def begin(self) -> Tensor:
        """Log-probabilities of each row's first token, (rows, tokens). Called once."""
        ...

    def step(self, ids: Tensor) -> Tensor:
        """The same of the next tokens, (rows, tokens), after int64 ids (rows,)."""
        ...

    def keep(self, rows: Tensor) -> None:
        """Goes on with these rows, int64 (kept,), in this order; repeats allowed."""
        ...


@runtime_checkable
class Looking(Protocol):
    """Steps that look back at a source."""

    def unseen(self) -> Tensor:
        """Σ_j log min(Σ_t p_tj, 1) over the source tokens of each row, (rows,)."""
        ...


Start = Callable[[Tensor], Steps]
"""Fresh Steps for the rows with these numbers, int64 (rows,), counted from 0."""


class Drawn(NamedTuple):
    """A sequence that was written."""

    ids: tuple[int, ...]
    """Its tokens, forced first ones included, without the end."""
    log_probability: float
    """Nats under the network itself, whatever was filtered; with the end, if ended."""
    ended: bool
    """Whether the network ended it; if not, it was cut at the longest length."""


class Begun(NamedTuple):
    """Where rows stand when what they must begin with is written."""

    found: Tensor
    """Log-probabilities of the next token, (rows, tokens)."""
    total: Tensor
    """Log-probability of what is written so far, float64 (rows,)."""


def begin_with(steps: Steps, prefix: tuple[int, ...]) -> Begun:
    """Begins, and writes the same first tokens in every row."""
    found = numbers(steps.begin())
    total = found.new_zeros(len(found), dtype=torch.float64)
    for token in prefix:
        total = total + found[:, token]
        found = numbers(steps.step(torch.full_like(total, token, dtype=torch.int64)))
    return Begun(found, total)


def numbers(found: Tensor) -> Tensor:
    """The same log-probabilities, (rows, tokens), if they are. Raises DivergedError."""
    if found.isnan().any():
        raise DivergedError(
            found="the network gave a log-probability that is not a number.",
            expected="numbers of at most 0, or -inf",
            fix="train again: with weights like these it can write nothing",
        )
    return found
