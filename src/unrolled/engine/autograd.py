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
from unrolled.engine import gated, native
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
                return None, None, None, *_again(partial(_play, cell, plan), tensors, grad)
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


class NativeSweep(torch.autograd.Function):
    """(x, then states..., weights... of each direction) → (outputs, last states...).

    Everything in the order of the rows. A trace finds the tables in `seen`.
    """

    @staticmethod
    @override
    def forward(
        ctx: Any, sweep: native.Sweep, seen: list[native.Made], *tensors: Tensor | None
    ) -> tuple[Tensor, ...]:
        made = native.forward(sweep, unpack_directions(sweep.cell, tensors))
        seen.append(made)
        # Not the outputs themselves: they will hold this, and never be freed.
        ctx.sweep, ctx.tables, ctx.output = sweep, made.tables, made.output.detach()
        ctx.edits = made.output._version
        ctx.save_for_backward(*tensors)
        return made.output, *(state for last in made.last for state in last)

    @staticmethod
    @override
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor | None, ...]:
        sweep, tensors = ctx.sweep, ctx.saved_tensors
        if torch.is_grad_enabled():
            play = partial(_play_directions, sweep)
            return None, None, *_again(play, tensors, grad)
        given = unpack_directions(sweep.cell, tensors)
        made = native.Made(ctx.output, [()] * len(given[1]), ctx.tables)
        if made.output._version != ctx.edits:  # it was edited in place: make it again
            made = native.forward(sweep, given)
        d_output, *ends = (g.contiguous() for g in grad)
        count = len(sweep.cell.states)
        d_last = [tuple(ends[k : k + count]) for k in range(0, len(ends), count)]
        each = range(3 + count, len(tensors) + 2, count + len(Weights._fields))
        needs = [ctx.needs_input_grad[k : k + len(Weights._fields)] for k in each]
        wanted = (ctx.needs_input_grad[2], needs)
        d_x, d_states, d_weights = native.backward(
            sweep, given, made, (d_output, d_last), wanted
        )
        pairs = zip(d_states, d_weights, strict=True)
        return None, None, d_x, *(d for pair in pairs for part in pair for d in part)


def pack_directions(
    x: Tensor, states: Sequence[State], directions: Sequence[Weights]
) -> Tensors:
    """Everything of one or two directions that may need a gradient, in one flat tuple.

    x is (tokens, inputs) and each state (rows, ·), in the order of the rows.
    """
    pairs = zip(states, directions, strict=True)
    return x, *(tensor for pair in pairs for part in pair for tensor in part)


def unpack_directions(
    cell: AbstractGatedCell, tensors: Tensors
) -> tuple[Tensor, list[State], list[Weights]]:
    """The way back from `pack_directions`: x (tokens, inputs), states (rows, ·) each."""
    x, *rest = tensors
    count, width = len(cell.states), len(cell.states) + len(Weights._fields)
    parts = [rest[k : k + width] for k in range(0, len(rest), width)]
    states = [tuple(part[:count]) for part in parts]
    return x, states, [Weights(*part[count:]) for part in parts]


def _play_directions(sweep: native.Sweep, tensors: Tensors) -> tuple[Tensor, ...]:
    """The sweep with torch's operations, which autograd can follow."""
    x, states, directions = unpack_directions(sweep.cell, tensors)
    outputs, ends = [], []
    for place, (state, weights) in enumerate(zip(states, directions, strict=True)):
        reverse = sweep.reverse or place == 1
        plan = sweep.x.backwards if reverse else sweep.x.forwards
        begin = tuple(map(plan.sort_rows, state))
        made, last, _ = gated.forward(
            sweep.cell, weights, plan.to_time(x), begin, plan
        )
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
    grad: Sequence[Tensor],
) -> list[Tensor | None]:
    """The gradients once more, as a graph that can itself be differentiated."""
    # Aliases: a tensor in two places (tied weights) has a gradient for each of them.
    played: Tensors = tuple(t if t is None else t.view_as(t) for t in tensors)
    outputs = play(played)
    wanted = [t is not None and t.requires_grad for t in played]
    made = [t.requires_grad for t in outputs]
    found = torch.autograd.grad(
        tuple(compress(outputs, made)),
        tuple(compress(played, wanted)),
        tuple(compress(grad, made)),
        create_graph=True,
        materialize_grads=True,
    )
    each = iter(found)
    return [next(each) if wants else None for wants in wanted]
