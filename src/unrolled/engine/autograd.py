"""Joins the hand-derived sweeps of the gated path to torch's autograd.

Second derivatives: when the backward pass is itself to be differentiated
(`create_graph=True`), the sweep is played again with torch's own operations under
autograd, which can differentiate it as often as asked. That is slow and exact.
"""

from typing import Any

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import gated
from unrolled.engine.moment import Moment
from unrolled.engine.weights import Weights
from unrolled.time_major import TimeMajor


class GatedSweep(torch.autograd.Function):
    """(x, states..., weights...) → (outputs, last states...), all in the plan's order.

    The moments of the sweep are appended to `history`, for the way back and for tracing.
    """

    @staticmethod
    def forward(
        ctx: Any,
        cell: AbstractGatedCell,
        plan: TimeMajor,
        history: list[Moment],
        *tensors: Tensor | None,
    ) -> tuple[Tensor, ...]:
        x, state, weights = unpack(cell, tensors)
        output, last, moments = gated.forward(cell, weights, x, state, plan)
        history += moments
        ctx.cell, ctx.plan, ctx.moments = cell, plan, moments
        ctx.save_for_backward(*tensors)
        # A last state may be a view of what came in (rows of length 0, no rows at all).
        return output, *(s.clone() if s is s0 else s for s, s0 in zip(last, state))

    @staticmethod
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor | None, ...]:
        cell, plan, tensors = ctx.cell, ctx.plan, ctx.saved_tensors
        if torch.is_grad_enabled():
            return None, None, None, *_again(cell, plan, tensors, grad)
        x, _, weights = unpack(cell, tensors)
        d = gated.backward(cell, weights, x, ctx.moments, (grad[0], grad[1:]), plan)
        return None, None, None, d.x, *d.state, *d.weights


def pack(x: Tensor, state: State, weights: Weights) -> tuple[Tensor | None, ...]:
    """Everything that may need a gradient, in one flat tuple."""
    return x, *state, *weights


def unpack(
    cell: AbstractGatedCell, tensors: tuple[Tensor | None, ...]
) -> tuple[Tensor, State, Weights]:
    """The way back from `pack`."""
    x, *rest = tensors
    states = len(cell.states)
    return x, tuple(rest[:states]), Weights(*rest[states:])


def _again(
    cell: AbstractGatedCell,
    plan: TimeMajor,
    tensors: tuple[Tensor | None, ...],
    grad: tuple[Tensor, ...],
) -> list[Tensor | None]:
    """The gradients once more, as a graph that can itself be differentiated."""
    output, last, _ = gated.forward(cell, *_reordered(cell, tensors), plan)
    wanted = [t for t in tensors if t is not None and t.requires_grad]
    found = torch.autograd.grad(
        (output, *last), wanted, grad, create_graph=True, allow_unused=True
    )
    by_tensor = {id(t): d for t, d in zip(wanted, found, strict=True)}
    return [by_tensor.get(id(t)) for t in tensors]


def _reordered(
    cell: AbstractGatedCell, tensors: tuple[Tensor | None, ...]
) -> tuple[Weights, Tensor, State]:
    x, state, weights = unpack(cell, tensors)
    return weights, x, state
