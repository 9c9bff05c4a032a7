"""Joins the hand-derived sweeps of the gated path to torch's autograd.

Second derivatives: when the backward pass is itself to be differentiated
(`create_graph=True`), the sweep is played again with torch's own operations under
autograd, which can differentiate it as often as asked. That is slow and exact.
"""

from collections.abc import Sequence
from itertools import compress
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import gated
from unrolled.engine.moment import Moment
from unrolled.engine.weights import Weights
from unrolled.time_major import TimeMajor

Tensors = tuple[Any, ...]
"""x, states..., weights...: a Tensor each, or None in the place of an absent weight."""


class GatedSweep(torch.autograd.Function):
    """(x, states..., weights...) → (outputs, last states...), all in the plan's order.

    The moments of the sweep are appended to `history`, if a trace is wanted.
    """

    @staticmethod
    @override
    def forward(
        ctx: Any,
        cell: AbstractGatedCell,
        plan: TimeMajor,
        history: list[Moment] | None,
        *tensors: Tensor | None,
    ) -> tuple[Tensor, ...]:
        x, state, weights = unpack(cell, tensors)
        with _full_precision(x):
            output, last, moments = gated.forward(cell, weights, x, state, plan)
        if history is not None:
            history += moments
        ctx.cell, ctx.plan, ctx.moments = cell, plan, moments
        ctx.save_for_backward(*tensors)
        return output, *last

    @staticmethod
    @override
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor | None, ...]:
        cell, plan, tensors = ctx.cell, ctx.plan, ctx.saved_tensors
        x, _, weights = unpack(cell, tensors)
        with _full_precision(x):
            if torch.is_grad_enabled():
                return None, None, None, *_again(cell, plan, tensors, grad)
            ends = (grad[0], grad[1:])
            d = gated.backward(cell, weights, x, ctx.moments, ends, plan)
        return None, None, None, d.x, *d.state, *d.weights


def _full_precision(x: Tensor) -> torch.autocast:
    """Autocast off: a sum over many moments keeps the precision of the weights."""
    return torch.autocast(x.device.type, enabled=False)


def pack(x: Tensor, state: State, weights: Weights) -> Tensors:
    """Everything that may need a gradient, in one flat tuple.

    x is (tokens, inputs) and each state (rows, ·), both in the order of time.
    """
    return x, *state, *weights


def unpack(cell: AbstractGatedCell, tensors: Tensors) -> tuple[Tensor, State, Weights]:
    """The way back from `pack`: x is (tokens, inputs), each state (rows, ·)."""
    x, *rest = tensors
    states = len(cell.states)
    return x, tuple(rest[:states]), Weights(*rest[states:])


def _again(
    cell: AbstractGatedCell, plan: TimeMajor, tensors: Tensors, grad: Sequence[Tensor]
) -> list[Tensor | None]:
    """The gradients once more, as a graph that can itself be differentiated."""
    # Aliases: a tensor in two places (tied weights) has a gradient for each of them.
    played: Tensors = tuple(t if t is None else t.view_as(t) for t in tensors)
    x, state, weights = unpack(cell, played)
    output, last, _ = gated.forward(cell, weights, x, state, plan)
    wanted = [t is not None and t.requires_grad for t in played]
    made = [t.requires_grad for t in (output, *last)]
    found = torch.autograd.grad(
        tuple(compress((output, *last), made)),
        tuple(compress(played, wanted)),
        tuple(compress(grad, made)),
        create_graph=True,
        materialize_grads=True,
    )
    each = iter(found)
    return [next(each) if wants else None for wants in wanted]
