"""Attention of a decoder's rows over the tokens of a source, at one moment.

Each row i of the decoder has a query and looks at the tokens j of its own source:

    k_j  = key_j + w_c · seen_j                   with coverage; or else the key itself
    s_j  = v · tanh(k_j + query_i)                additive score
    s_j  = k_j · query_i                          multiplicative score
    a_j  = exp(s_j) / Σ exp(s)                    over the tokens of the row: weights
    context_i = Σ_j a_j value_j                   0 for a source without tokens

The rows of a decoder end one after the other, so the first n rows of the memory are
live, and with them the first Σ lengths[:n] tokens. Nothing is recorded for autograd:
the loop that calls this keeps the weights, and `attend_back` forms the rest anew. On
the CPU native/attention_kernel.h does the work, elsewhere torch's operations; a row has
the same bits alone and beside others, on any number of threads.

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

from unrolled.engine import kernels
from unrolled.engine.choice import chosen, threads


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

    @cached_property
    def is_plain(self) -> bool:
        """Whether the compiled kernels can read it."""
        tokens, dtype = self.starts[-1], self.keys.dtype
        if self.keys.dim() != 2 or self.values.dim() != 2:
            return False
        each = ((one, (tokens, one.shape[1])) for one in (self.keys, self.values))
        return dtype in kernels.PRECISIONS and all(_is_plain(*e, dtype) for e in each)


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
    asked = _Asked.of(query.contiguous(), memory, scoring, seen)
    if not asked.is_native():
        with torch.no_grad():
            return _attend_by_torch(asked)
    weights = query.new_empty(asked.live)
    context = query.new_empty(len(query), memory.values.shape[1])
    tables = asked.tables(weights)
    kernels._native.attend(*asked.call(), tables, context.data_ptr(), threads())
    return weights, context


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
    asked = _Asked.of(query.contiguous(), memory, scoring, seen)
    d_context, d_weights = grad
    grad = (
        d_context.contiguous(),
        None if d_weights is None else d_weights.contiguous(),
    )
    if not asked.is_native() or not asked.fits_back(weights, grad, sums):
        with torch.no_grad():
            return _attend_back_by_torch(asked, weights, grad, sums)
    d_query = torch.empty_like(asked.query)
    d_seen = None if asked.seen is None else torch.empty_like(asked.seen)
    back = [_at(one) for one in (*grad, d_query, d_seen, *sums)]
    tables = asked.tables(weights)
    kernels._native.attend_back(*asked.call(), tables, back, threads())
    return d_query, d_seen


class _Asked(NamedTuple):
    """One moment's question."""

    query: Tensor
    memory: Memory
    v: Tensor | None
    coverage: Tensor | None
    """None also where nothing was seen."""
    seen: Tensor | None
    """None also without coverage."""
    live: int
    """Tokens of the rows that ask."""

    @staticmethod
    def of(
        query: Tensor, memory: Memory, scoring: Scoring, seen: Tensor | None
    ) -> "_Asked":
        live = memory.starts[len(query)]
        if scoring.coverage is None or seen is None:
            return _Asked(query, memory, scoring.v, None, None, live)
        return _Asked(query, memory, *scoring, seen, live)

    def is_native(self) -> bool:
        """Whether the compiled kernels are to answer, and can."""
        if chosen().path not in (None, "native") or not kernels.is_built():
            return False
        size, dtype = self.memory.keys.shape[-1], self.memory.keys.dtype
        return (
            self.memory.is_plain
            and _is_plain(self.query, (len(self.query), size), dtype)
            and _is_plain(self.v, (size,), dtype)
            and _is_plain(self.coverage, (size,), dtype)
            and _is_plain(self.seen, (self.live,), dtype)
        )

    def fits_back(
        self, weights: Tensor, grad: tuple[Tensor, Tensor | None], sums: Sums
    ) -> bool:
        """Whether the kernels can read and write what the way back adds."""
        keys, values = self.memory.keys, self.memory.values
        (d_context, d_weights), dtype, size = grad, keys.dtype, keys.shape[1:]
        return (
            _is_plain(weights, (self.live,), dtype)
            and _is_plain(d_context, (len(self.query), values.shape[1]), dtype)
            and _is_plain(d_weights, (self.live,), dtype)
            and _is_plain(sums.keys, keys.shape, dtype)
            and _is_plain(sums.values, values.shape, dtype)
            and _is_plain(sums.v, size, dtype)
            and _is_plain(sums.coverage, size, dtype)
        )

    def call(self) -> tuple[str, bool, int, int, int, int, int]:
        """What every call begins with: the set, the precision, and the sizes."""
        (rows, size), width = self.query.shape, self.memory.values.shape[1]
        sizes = (self.memory.lengths.data_ptr(), rows, self.live, size, width)
        return kernels.chosen_set(), self.query.dtype is torch.float64, *sizes

    def tables(self, weights: Tensor) -> list[int]:
        """The addresses, in the order of native/attention.cpp."""
        keys, values = self.memory.keys, self.memory.values
        given = (keys, values, self.query, self.v, self.coverage, self.seen, weights)
        return [_at(one) for one in given]

    @property
    def rows(self) -> Tensor:
        """The row of each live token, (live tokens,)."""
        return self.memory.row_of_token[: self.live]

    def keys(self) -> Tensor:
        """The keys as they are met, (live tokens, size)."""
        keys = self.memory.keys[: self.live]
        if self.coverage is None or self.seen is None:
            return keys
        return torch.addcmul(keys, self.seen[:, None], self.coverage)


def _is_plain(one: Tensor | None, shape: tuple[int, ...], dtype: torch.dtype) -> bool:
    """Whether a tensor, where there is one, is what the kernels take it for."""
    if one is None:
        return True
    alike = one.shape == shape and one.dtype is dtype
    return alike and one.is_cpu and one.is_contiguous()


def _at(tensor: Tensor | None) -> int:
    return 0 if tensor is None else tensor.data_ptr()


def _attend_by_torch(asked: _Asked) -> tuple[Tensor, Tensor]:
    query, rows = asked.query, asked.rows
    keys, asks = asked.keys(), query.index_select(0, rows)
    if asked.v is None:
        scores = (keys * asks).sum(1)
    else:
        scores = ((keys + asks).tanh_() * asked.v).sum(1)
    top = scores.new_zeros(len(query))
    top.scatter_reduce_(0, rows, scores, "amax", include_self=False)
    powers = (scores - top.index_select(0, rows)).exp_()
    weights = powers / _totals(powers, rows, len(query)).index_select(0, rows)
    values = asked.memory.values[: asked.live]
    return weights, _totals(weights[:, None] * values, rows, len(query))


def _attend_back_by_torch(
    asked: _Asked, weights: Tensor, grad: tuple[Tensor, Tensor | None], sums: Sums
) -> tuple[Tensor, Tensor | None]:
    query, rows, live = asked.query, asked.rows, asked.live
    d_context, d_weights = grad
    d_context = d_context.index_select(0, rows)
    reached = (d_context * asked.memory.values[:live]).sum(1)
    reached = reached if d_weights is None else reached + d_weights
    shared = _totals(weights * reached, rows, len(query)).index_select(0, rows)
    d_scores = (weights * (reached - shared))[:, None]
    sums.values[:live].addcmul_(weights[:, None], d_context)
    keys, asks = asked.keys(), query.index_select(0, rows)
    if asked.v is None:
        d_keys = d_scores * asks
        d_query = _totals(d_scores * keys, rows, len(query))
    else:
        shown = (keys + asks).tanh_()
        if sums.v is not None:
            sums.v.add_((d_scores * shown).sum(0))
        d_keys = d_scores * asked.v * (1 - shown * shown)
        d_query = _totals(d_keys, rows, len(query))
    sums.keys[:live].add_(d_keys)
    if asked.coverage is None or asked.seen is None:
        return d_query, None
    if sums.coverage is not None:
        sums.coverage.add_((asked.seen[:, None] * d_keys).sum(0))
    return d_query, (d_keys * asked.coverage).sum(1)


def _totals(each: Tensor, rows: Tensor, count: int) -> Tensor:
    """The sum of (tokens, ...) within each row, (count, ...)."""
    return each.new_zeros(count, *each.shape[1:]).index_add_(0, rows, each)
