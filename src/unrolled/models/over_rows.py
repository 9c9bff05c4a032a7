"""Sums, averages and largest values over the tokens of each row of a Ragged.

    total    Σ_t x_t        mean    Σ_t x_t / length        largest    max_t x_t

A row without tokens gives 0. On the CPU native/pooling.cpp forms them, and reads the
values once where several are asked for: the largest and the mean of 7,400 × 256 numbers
take 1.4 ms there and back on two threads, and torch's operations 4.3. Elsewhere, and
for the gradient of a gradient, there are those. The bits are the same, on any number of
threads.
"""

from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.engine import kernels
from unrolled.engine.choice import threads
from unrolled.ragged import Ragged


def total(x: Ragged) -> Tensor:
    """The sum over the tokens of each row: (rows, width); 0 for an empty row."""
    if _is_for_native(x.values):
        return _OverRows.apply(x.values, x.lengths, False, True)[1]
    none = x.values.new_zeros(len(x), x.values.shape[1])
    return none.index_add(0, x.row_of_token, x.values)


def mean(x: Ragged) -> Tensor:
    """The average over the tokens of each row: (rows, width); 0 for an empty row."""
    return total(x) / _counts(x)


def largest(x: Ragged) -> Tensor:
    """The largest value over the tokens of each row: (rows, width); 0 if empty.

    Tokens that are equally large share the gradient.
    """
    if _is_for_native(x.values):
        return _OverRows.apply(x.values, x.lengths, True, False)[0]
    return _Largest.apply(x.values, x.row_of_token, len(x))


def largest_and_mean(x: Ragged) -> tuple[Tensor, Tensor]:
    """Both, each (rows, width), from values (tokens, width) that are read once."""
    if _is_for_native(x.values):
        top, sums = _OverRows.apply(x.values, x.lengths, True, True)
        return top, sums / _counts(x)
    return largest(x), mean(x)


def _counts(x: Ragged) -> Tensor:
    return x.lengths.clamp(min=1).to(x.values)[:, None]


def _is_for_native(values: Tensor) -> bool:
    """Not for torch.jit.trace, which sees torch's operations alone."""
    fits = values.is_cpu and values.dtype in kernels.PRECISIONS and values.dim() == 2
    dense = values.layout == torch.strided and values.is_contiguous()
    plain = fits and dense and not values.is_neg()  # a sign that is not yet turned
    return plain and kernels.is_built() and not torch._C._is_tracing()


def _shared(d_top: Tensor, values: Tensor, top: Tensor, rows: Tensor) -> Tensor:
    """What each token gets of the gradient of the largest, (tokens, width)."""
    # In the place of numbers: torch compares those to numbers faster than to bool.
    is_top = top.detach().index_select(0, rows).eq_(values.detach())
    shared_by = torch.zeros_like(top).index_add_(0, rows, is_top).clamp_(min=1)
    return is_top.mul_((d_top / shared_by).index_select(0, rows))


class _Largest(torch.autograd.Function):
    """torch's own gradient of a segment's maximum takes five times as long."""

    @staticmethod
    @override
    def forward(ctx: Any, values: Tensor, rows: Tensor, count: int) -> Tensor:
        top = values.new_zeros(count, values.shape[1])
        places = rows[:, None].expand_as(values)
        top.scatter_reduce_(0, places, values, "amax", include_self=False)
        ctx.save_for_backward(values, rows, top)
        return top

    @staticmethod
    @override
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor, None, None]:
        values, rows, top = ctx.saved_tensors
        return _shared(grad[0], values, top, rows), None, None


class _OverRows(torch.autograd.Function):
    """The largest values and the sums, each (rows, width) or None if not wanted."""

    @staticmethod
    @override
    def forward(
        ctx: Any, values: Tensor, lengths: Tensor, wants_top: bool, wants_sum: bool
    ) -> tuple[Tensor | None, Tensor | None]:
        (tokens, width), rows = values.shape, len(lengths)
        top = values.new_empty(rows, width) if wants_top else None
        sums = values.new_empty(rows, width) if wants_sum else None
        wide, given = values.dtype == torch.float64, lengths.data_ptr()
        size = (values.data_ptr(), tokens, width)
        kernels._native.pool(wide, given, rows, *size, _at(top), _at(sums), threads())
        ctx.set_materialize_grads(False)
        ctx.shape = values.shape
        # A sum's gradient is the same whatever was added.
        ctx.save_for_backward(lengths, *((values, top) if wants_top else ()))
        return top, sums

    @staticmethod
    @override
    def backward(
        ctx: Any, *grad: Tensor | None
    ) -> tuple[Tensor | None, None, None, None]:
        lengths, *seen = ctx.saved_tensors
        given = next((g for g in grad if g is not None), None)
        if given is None:
            return None, None, None, None
        values, top = seen or (None, None)
        if torch.is_grad_enabled():  # this gradient is to have one, too
            return _back_by_torch(lengths, values, top, grad), None, None, None
        d_top, d_sum = (g if g is None else g.resolve_neg().contiguous() for g in grad)
        d_x, rows, (tokens, width) = given.new_empty(ctx.shape), len(lengths), ctx.shape
        size = (lengths.data_ptr(), rows, _at(values), tokens, width)
        grads = (_at(top), _at(d_top), _at(d_sum), d_x.data_ptr())
        kernels._native.pool_back(d_x.dtype == torch.float64, *size, *grads, threads())
        return d_x, None, None, None


def _back_by_torch(
    lengths: Tensor, values: Tensor | None, top: Tensor | None, grad: tuple[Any, ...]
) -> Tensor:
    """The gradient of the values, (tokens, width), that can be differentiated."""
    rows = torch.arange(len(lengths)).repeat_interleave(lengths)
    d_top, d_sum = grad
    if d_top is None or values is None or top is None:
        return d_sum.index_select(0, rows)
    shared = _shared(d_top, values, top, rows)
    return shared if d_sum is None else shared + d_sum.index_select(0, rows)


def _at(tensor: Tensor | None) -> int:
    return 0 if tensor is None else tensor.data_ptr()
