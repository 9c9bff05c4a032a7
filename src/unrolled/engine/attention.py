"""Attention of a decoder's rows over the tokens of a source, at one moment.

Each row i of the decoder has a query and looks at the tokens j of its own source:

    k_j  = key_j + w_c · seen_j                   with coverage; or else the key itself
    s_j  = v · tanh(k_j + query_i)                additive score
    s_j  = k_j · query_i                          multiplicative score
    a_j  = exp(s_j) / Σ exp(s)                    over the tokens of the row: weights
    context_i = Σ_j a_j value_j                   0 for a source without tokens

The rows of a decoder end one after the other, so the first n rows of the memory are
live, and with them the first Σ lengths[:n] tokens. Nothing is recorded for autograd:
the loop that calls this keeps the weights, and `attend_back` forms the rest anew.

    d_a_j = d_context_i · value_j, and what else reached a_j
    d_s_j = a_j (d_a_j − Σ a d_a)
    d_k_j = d_s_j v ⊙ (1 − t²)    with t = tanh(k_j + query_i), and d_v += d_s_j t
            d_s_j query_i         multiplicative
    d_query_i = Σ_j d_k_j         and Σ_j d_s_j k_j
    d_key_j += d_k_j,    d_w_c += seen_j d_k_j,    d_seen_j = w_c · d_k_j
    d_value_j += a_j d_context_i

References: additive, Bahdanau, Cho and Bengio 2015, arXiv:1409.0473, section 3.1;
multiplicative, Luong, Pham and Manning 2015, arXiv:1508.04025, equation 8; coverage,
See, Liu and Manning 2017, arXiv:1704.04368, equation 11.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Memory:
    """What is attended to: the tokens of each row's source, in the decoder's order.

    Make it once for all moments: what follows from the lengths is kept.
    """

    keys: Tensor
    """(tokens, size), formed once for each sentence."""
    values: Tensor
    """(tokens, width)."""
    lengths: Tensor
    """(rows,) int64 on the CPU; a row may have none."""

    @cached_property
    def starts(self) -> list[int]:
        """Where the tokens of each row begin, and where the last ones end."""
        return [0, *self.lengths.cumsum(0).tolist()]

    @cached_property
    def row_of_token(self) -> Tensor:
        """The row that each token belongs to: (tokens,), on the device of the keys."""
        rows = torch.arange(len(self.lengths)).repeat_interleave(self.lengths)
        return rows.to(self.keys.device)


class Scoring(NamedTuple):
    """How well a token fits a query."""

    v: Tensor | None
    """(size,): the additive score v · tanh(key + query); None: key · query."""
    coverage: Tensor | None
    """(size,): w_c, by which a key changes with what its token was given so far."""


class Sums(NamedTuple):
    """Gradients that `attend_back` adds to in place, shaped as what they are of."""

    keys: Tensor
    values: Tensor
    v: Tensor | None
    coverage: Tensor | None


def attend(
    query: Tensor, memory: Memory, scoring: Scoring, seen: Tensor | None
) -> tuple[Tensor, Tensor]:
    """The weights (live tokens,), softmaxed within each row, and contexts (n, width).

    query is (n, size) for the first n rows of the memory; `seen` is (live tokens,), the
    coverage of each token, or None where there is none yet.
    """
    rows, values = _live(query, memory)
    keys = _keys(memory, scoring, seen, len(rows))
    asked = query.index_select(0, rows)
    if scoring.v is None:
        scores = (keys * asked).sum(1)
    else:
        scores = ((keys + asked).tanh_() * scoring.v).sum(1)
    top = scores.new_zeros(len(query))
    top.scatter_reduce_(0, rows, scores, "amax", include_self=False)
    powers = (scores - top.index_select(0, rows)).exp_()
    weights = powers / _totals(powers, rows, len(query)).index_select(0, rows)
    return weights, _totals(weights[:, None] * values, rows, len(query))


def attend_back(
    query: Tensor,
    memory: Memory,
    scoring: Scoring,
    seen: Tensor | None,
    weights: Tensor,
    grad: tuple[Tensor, Tensor | None],
    sums: Sums,
) -> tuple[Tensor, Tensor | None]:
    """∂L/∂query (n, size) and ∂L/∂seen (live tokens,); adds to `sums` in place.

    The first five as in `attend` and from it; `grad` holds those of the contexts
    (n, width) and of the weights (live tokens,), the latter None for zero. ∂L/∂seen is
    None where there is no coverage or nothing was seen.
    """
    rows, values = _live(query, memory)
    d_context, d_weights = grad
    d_context = d_context.index_select(0, rows)
    reached = (d_context * values).sum(1)
    reached = reached if d_weights is None else reached + d_weights
    shared = _totals(weights * reached, rows, len(query)).index_select(0, rows)
    d_scores = weights * (reached - shared)
    sums.values[: len(rows)].addcmul_(weights[:, None], d_context)
    keys = _keys(memory, scoring, seen, len(rows))
    asked = query.index_select(0, rows)
    if scoring.v is None:
        d_keys = d_scores[:, None] * asked
        d_query = _totals(d_scores[:, None] * keys, rows, len(query))
    else:
        shown = (keys + asked).tanh_()
        if sums.v is not None:
            sums.v.add_((d_scores[:, None] * shown).sum(0))
        d_keys = d_scores[:, None] * scoring.v * (1 - shown * shown)
        d_query = _totals(d_keys, rows, len(query))
    sums.keys[: len(rows)].add_(d_keys)
    if scoring.coverage is None or seen is None:
        return d_query, None
    if sums.coverage is not None:
        sums.coverage.add_((seen[:, None] * d_keys).sum(0))
    return d_query, (d_keys * scoring.coverage).sum(1)


def _live(query: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
    """The row of each live token, (live,), and its value, (live, width)."""
    live = memory.starts[len(query)]
    return memory.row_of_token[:live], memory.values[:live]


def _keys(memory: Memory, scoring: Scoring, seen: Tensor | None, live: int) -> Tensor:
    """The keys as they are met, (live tokens, size)."""
    keys = memory.keys[:live]
    if scoring.coverage is None or seen is None:
        return keys
    return torch.addcmul(keys, seen[:, None], scoring.coverage)


def _totals(each: Tensor, rows: Tensor, count: int) -> Tensor:
    """The sum of (tokens, ...) within each row, (count, ...)."""
    return each.new_zeros(count, *each.shape[1:]).index_add_(0, rows, each)
