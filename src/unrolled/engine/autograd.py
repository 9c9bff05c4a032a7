"""Joins the hand-derived sweeps of the gated path to torch's autograd.

Second derivatives: when the backward pass is itself to be differentiated
(`create_graph=True`), the sweep is played again with torch's own operations under
autograd, which can differentiate it as often as asked. That is slow and exact.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import compress
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import gated, native, packing
from unrolled.engine.choice import again, chosen
from unrolled.engine.moment import Moment
from unrolled.engine.watch import ToldBack
from unrolled.engine.weights import Weights
from unrolled.time_major import TimeMajor

_NO_GRADIENT = (None,) * 4  # of cell, plan, history and told
Tensors = tuple[Any, ...]
"""x, states..., weights...: a Tensor each, or None in the place of an absent weight."""


class GatedSweep(torch.autograd.Function):
    """(x, states..., weights...) → (outputs, last states...), all in the plan's order.

    The moments of the sweep are appended to `history`, if a trace is wanted, and
    the gradients of the states after each of them are left in `told`.
    """

    @staticmethod
    @override
    def forward(
        ctx: Any,
        cell: AbstractGatedCell,
        plan: TimeMajor,
        history: list[Moment] | None,
        told: ToldBack | None,
        *tensors: Tensor | None,
    ) -> tuple[Tensor, ...]:
        x, state, weights = unpack(cell, tensors)
        with _full_precision(x):
            output, last, moments = gated.forward(cell, weights, x, state, plan)
        if history is not None:
            history += moments
        ctx.cell, ctx.plan, ctx.moments, ctx.told = cell, plan, moments, told
        ctx.save_for_backward(*tensors)
        return output, *last

    @staticmethod
    @override
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor | None, ...]:
        cell, plan, tensors = ctx.cell, ctx.plan, ctx.saved_tensors
        x, _, weights = unpack(cell, tensors)
        with _full_precision(x):
            if torch.is_grad_enabled():
                again = _again(partial(_play, cell, plan), tensors, grad)
                return *_NO_GRADIENT, *again
            ends, found = (grad[0], grad[1:]), []
            told = None if ctx.told is None else found
            d = gated.backward(cell, weights, x, ctx.moments, ends, plan, told)
        if ctx.told is not None:
            ctx.told.place(plan.index, found)
        return *_NO_GRADIENT, d.x, *d.state, *d.weights


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


class NativeSweep(torch.autograd.Function):
    """(x, then states..., weights... of each direction) → (outputs, last states...).

    Everything in the order of the rows. A trace finds the tables in `seen`.
    """

    @staticmethod
    @override
    def forward(
        ctx: Any,
        sweep: packing.Sweep,
        seen: list[packing.Made],
        *tensors: Tensor | None,
    ) -> tuple[Tensor, ...]:
        made = native.forward(sweep, packing.unpack(sweep.cell, tensors))
        seen.append(made)
        # Not the outputs themselves: they will hold this, and never be freed.
        ctx.sweep, ctx.tables, ctx.output = sweep, made.tables, made.output.detach()
        ctx.edits, ctx.packed = made.output._version, made.packed
        ctx.choice = chosen()
        ctx.save_for_backward(*tensors)
        ctx.set_materialize_grads(False)
        return made.output, *(state for last in made.last for state in last)

    @staticmethod
    @override
    def backward(ctx: Any, *grad: Tensor | None) -> tuple[Tensor | None, ...]:
        sweep, tensors = ctx.sweep, ctx.saved_tensors
        if torch.is_grad_enabled():
            play = partial(_play_directions, sweep)
            return None, None, *_again(play, tensors, grad)
        with again(ctx.choice):
            return None, None, *NativeSweep._back(ctx, tensors, grad)

    @staticmethod
    def _back(
        ctx: Any, tensors: Tensors, grad: Sequence[Tensor | None]
    ) -> list[Tensor | None]:
        sweep = ctx.sweep
        given = packing.unpack(sweep.cell, tensors)
        packed, ctx.packed = ctx.packed or native.packed_anew(sweep, given), None
        made = packing.Made(ctx.output, [()] * len(given.states), ctx.tables, packed)
        if made.output._version != ctx.edits:  # it was edited in place: make it again
            made = native.forward(sweep, given)
        each = (None if g is None else g.resolve_neg() for g in grad)
        d_output, *ends = (None if g is None else g.contiguous() for g in each)
        if d_output is None:
            d_output = torch.zeros_like(made.output)
        count = len(sweep.cell.states)
        d_last = [ends[k : k + count] for k in range(0, len(ends), count)]
        wanted = ctx.needs_input_grad[2:]
        return native.backward(sweep, given, made, (d_output, d_last), wanted)


def _play_directions(sweep: packing.Sweep, tensors: Tensors) -> tuple[Tensor, ...]:
    """The sweep with torch's operations, which autograd can follow."""
    x, states, directions = packing.unpack(sweep.cell, tensors)
    outputs, ends = [], []
    for place, (given, weights) in enumerate(zip(states, directions, strict=True)):
        state: Any = None if given[0] is None else tuple(given)
        begun = weights.begin(sweep.cell, state, rows=len(sweep.x))
        reverse = sweep.reverse or place == 1
        plan = sweep.x.backwards if reverse else sweep.x.forwards
        first = tuple(map(plan.sort_rows, begun))
        made, last, _ = gated.forward(sweep.cell, weights, plan.to_time(x), first, plan)
        outputs.append(plan.from_time(made))
        ends += map(plan.unsort_rows, last)
    return torch.cat(outputs, dim=-1), *ends


def _play(
    cell: AbstractGatedCell, plan: TimeMajor, tensors: Tensors
) -> tuple[Tensor, ...]:
    x, state, weights = unpack(cell, tensors)
    output, last, _ = gated.forward(cell, weights, x, state, plan)
    return output, *last


def _again(
    play: Callable[[Tensors], tuple[Tensor, ...]],
    tensors: Tensors,
    grad: Sequence[Tensor | None],
) -> list[Tensor | None]:
    """The gradients once more, as a graph that can itself be differentiated."""
    # Aliases: a tensor in two places (tied weights) has a gradient for each of them.
    played: Tensors = tuple(t if t is None else t.view_as(t) for t in tensors)
    outputs = play(played)
    wanted = [t is not None and t.requires_grad for t in played]
    each = zip(outputs, grad, strict=True)
    made = [t.requires_grad and g is not None for t, g in each]
    found = torch.autograd.grad(
        tuple(compress(outputs, made)),
        tuple(compress(played, wanted)),
        tuple(compress(grad, made)),
        create_graph=True,
        materialize_grads=True,
    )
    remaining = iter(found)
    return [next(remaining) if wants else None for wants in wanted]
