"""A chain of tags: what neighbors are worth, and the sum over all paths through it.

A path y gives each token of a row one of `tags` tags. Its score, in nats, is what a
network says of each token, e, and what the chain says of neighbors, T, of the first
tag and of the last:

    s(y) = start[y₁] + e₁[y₁] + Σ (T[yₜ₋₁, yₜ] + eₜ[yₜ]) + stop[yₙ]
    log Z = log Σ exp s(y)    over all tagsⁿ paths, in n steps:

    α₁ = start + e₁    αₜ[j] = log Σᵢ exp(αₜ₋₁[i] + T[i, j]) + eₜ[j]
    log Z = log Σ exp(αₙ + stop)

A row of length 0 has one path, of score 0. What is here is the law, for reading and for
scores of any size; `scaled_chain.py` sums faster and must agree with it.

Shapes: scores have values (tokens, tags); T is (tags, tags), [from, to]; start and stop
are (tags,); s(y) of one path a row and log Z are (rows,).

Reference: Lafferty et al. 2001, "Conditional random fields: probabilistic models for
segmenting and labeling sequence data", section 3; Rabiner 1989, "A tutorial on hidden
Markov models", equations 19 to 21.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from typing_extensions import override

from unrolled.ragged import Ragged
from unrolled.randomness import computing_on

FORBIDDEN = -1e4
"""The score of a forbidden move, in nats. Its exponential is 0 in every precision."""


class Chain(NamedTuple):
    """What is known of neighboring tags, in nats; a forbidden entry is FORBIDDEN.

    transitions (tags, tags), [from, to]; start (tags,); stop (tags,).
    """

    transitions: Tensor
    start: Tensor
    stop: Tensor


def sum_in_logarithms(scores: Ragged, chain: Chain) -> Tensor:
    """The sum log Z, (rows,), from scores (tokens, tags); torch finds the gradient."""
    plan = scores.forwards
    if not plan.counts:
        return scores.values.new_zeros(len(scores))
    first, *others = plan.to_time(scores.values).split(plan.counts)
    alpha, ended = first + chain.start, []
    for e in others:
        ended.append(alpha[len(e) :])
        alpha = (alpha[: len(e), :, None] + chain.transitions).logsumexp(1) + e
    last = torch.cat([alpha, *reversed(ended)])
    sums = (last + chain.stop).logsumexp(1)
    empty = sums.new_zeros(len(scores) - len(sums))
    return plan.unsort_rows(torch.cat([sums, empty]))


def path_score(scores: Ragged, chain: Chain, tags: Ragged) -> Tensor:
    """s(y), (rows,), of the path that `tags` (tokens,) int64 gives each row."""
    return _PathScore.apply(scores.values, *chain, tags)


class _PathScore(torch.autograd.Function):
    """By hand, because the gradient of a look-up in T depends on threads in torch."""

    @staticmethod
    @override
    def forward(ctx: Any, *given: Any) -> Tensor:
        e, transitions, start, stop, tags = given
        ctx.tags, ctx.shape = tags, e.shape
        y, row, begins = tags.values, tags.row_of_token, _begins(tags)
        follows = ~begins
        each = e.gather(1, y[:, None])[:, 0]
        each[begins] += start[y[begins]]
        each[_ends(begins)] += stop[y[_ends(begins)]]
        each[follows] += transitions[y.roll(1)[follows], y[follows]]
        with computing_on(1):
            return e.new_zeros(len(tags)).index_add_(0, row, each)

    @staticmethod
    @once_differentiable
    @override
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor | None, ...]:
        tags, (tokens, number) = ctx.tags, ctx.shape
        y, d_each = tags.values, grad[0][tags.row_of_token]
        begins = _begins(tags)
        follows, ends = ~begins, _ends(begins)
        d_e = d_each.new_zeros(tokens, number).scatter_(1, y[:, None], d_each[:, None])
        moves = y.roll(1)[follows] * number + y[follows]
        with computing_on(1):
            d_transitions = _count(moves, d_each[follows], number**2)
            d_start = _count(y[begins], d_each[begins], number)
            d_stop = _count(y[ends], d_each[ends], number)
        return d_e, d_transitions.view(number, number), d_start, d_stop, None


def _begins(tags: Ragged) -> Tensor:
    """Which tokens are the first of their row, (tokens,)."""
    first = torch.zeros(len(tags.values), dtype=torch.bool)
    first[tags.offsets[:-1][tags.lengths > 0]] = True
    return first.to(tags.values.device)


def _ends(begins: Tensor) -> Tensor:
    """Which tokens are the last of their row: those before one that begins."""
    return begins.roll(-1)


def _count(places: Tensor, weights: Tensor, size: int) -> Tensor:
    """The sum of the weights at each place, (size,)."""
    return weights.new_zeros(size).index_add_(0, places, weights)
