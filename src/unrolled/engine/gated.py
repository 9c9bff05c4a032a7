"""Any gated cell over a ragged batch, with back-propagation through time by hand.

There: one product W x + b for the inputs of all moments; then moment after moment, on
the rows still running. The rows are sorted by length, so those are always the first
ones, and a row that has ended costs nothing more.

    rows sorted:   ███████████        time →
                   ███████            at each moment: u = R h + c, one step of the cell
                   ████

Back: the same moments from last to first, each giving δa = ∂L/∂a and δu = ∂L/∂u. Only
δh ← δh + δu R has to be done inside the loop. All else is summed over time by one
product for each weight, when the loop is over:

    ∂L/∂W = Σ δa xᵀ     ∂L/∂b = Σ δa     ∂L/∂x = δa W
    ∂L/∂R = Σ δu hᵀ     ∂L/∂c = Σ δu     ∂L/∂P = Σ δh mᵀ

Reference: Werbos 1990, "Backpropagation through time: what it does and how to do it",
Proceedings of the IEEE 78(10), 1550-1560. Deferring the weight gradients to one product
follows Appleyard et al. 2016, arXiv:1604.01946.
"""

from collections.abc import Iterable
from itertools import zip_longest
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear, pad

from unrolled.cells._base import AbstractGatedCell, Back, State
from unrolled.engine.moment import Moment, early_width, step
from unrolled.engine.products import Products
from unrolled.engine.weights import Weights
from unrolled.time_major import TimeMajor


class Gradients(NamedTuple):
    """∂L/∂ of everything that went in, in the shapes of what went in."""

    x: Tensor
    weights: Weights
    state: State


def forward(
    cell: AbstractGatedCell, weights: Weights, x: Tensor, state: State, plan: TimeMajor
) -> tuple[Tensor, State, list[Moment]]:
    """Outputs (tokens, size), last states and the moments, all in the order of `plan`.

    x is (tokens, inputs) in the order of time; each state is (rows, ·), longest first.
    """
    a = linear(x, weights.W, weights.b)
    outputs, ended, moments = [], [], []
    for t, running in enumerate(plan.counts):
        if running < len(state[0]):
            ended.append(tuple(s[running:] for s in state))
            state = tuple(s[:running] for s in state)
        now = a[plan.starts[t] : plan.starts[t + 1]]
        state, moment = step(cell, weights, now, state)
        outputs.append(state[0])
        moments.append(moment)
    size = weights.R.shape[1]
    output = torch.cat(outputs) if outputs else x.new_zeros(0, size)
    last = zip(state, *reversed(ended), strict=True)  # the rows that ended last: on top
    return output, tuple(torch.cat(parts) for parts in last), moments


def backward(
    cell: AbstractGatedCell,
    weights: Weights,
    x: Tensor,
    moments: list[Moment],
    grad: tuple[Tensor, State],
    plan: TimeMajor,
    told: list[State] | None = None,
) -> Gradients:
    """The gradients from `grad` = ∂L/∂(outputs, last states), in the plan's order.

    `told` gets those of the states after each moment, last moment first, and after them
    what of these the next moment has handed back, each (running, ·).
    """
    d_output, d_last = grad
    d_state = tuple(d[:0] for d in d_last)
    deltas = Deltas([], [], [], [])
    for t in reversed(range(len(moments))):
        d_state = join(d_state, d_last, slice(len(d_state[0]), plan.counts[t]))
        d_h = d_state[0] + d_output[plan.starts[t] : plan.starts[t + 1]]
        d_m = d_h if weights.P is None else d_h @ weights.P
        if told is not None:
            grad_of = (d_h, d_m, *d_state[1:])
            told.append((*whole(cell, weights, grad_of, moments[t]), *d_state))
        back, d_state = step_back(cell, weights, (d_m, *d_state[1:]), moments[t])
        deltas.add(back, d_h)
    d_first = join(d_state, d_last, slice(len(d_state[0]), None))  # and length 0
    d_a = deltas.over_time(deltas.a, like=weights.W.T)
    return Gradients(
        x=d_a @ weights.W,
        weights=weight_gradients(cell, weights, (x, d_a), moments, deltas),
        state=d_first,
    )


def whole(
    cell: AbstractGatedCell, weights: Weights, grad: State, moment: Moment
) -> State:
    """All of ∂L/∂ each state after a moment, (running, ·).

    `grad` holds those of h and of what it was projected from, then of further states.
    """
    d_h, *rest = grad
    found = cell.total_gradient(grad=tuple(rest), kept=moment.kept, v=weights.v)
    return d_h, *found[1:]


class Deltas(NamedTuple):
    """What each moment of the way back gives, last moment first."""

    a: list[Tensor]
    u: list[Tensor]
    h: list[Tensor]
    v: list[Tensor]

    def add(self, back: Back, d_h: Tensor) -> None:
        """One moment more, with ∂L/∂h of it, (rows, hidden)."""
        self.a.append(back.a)
        self.u.append(back.u)
        self.h.append(d_h)
        if back.v is not None:
            self.v.append(back.v)

    @staticmethod
    def over_time(parts: list[Tensor], like: Tensor) -> Tensor:
        """(tokens, ...) in the order of time; without moments, as wide as `like`."""
        return torch.cat(parts[::-1]) if parts else like.new_zeros(0, like.shape[-1])


def join(d_state: State, d_last: State, rows: slice) -> State:
    """The gradients of the states, with those rows that (going back) begin here."""
    pairs = zip(d_state, d_last, strict=True)
    return tuple(torch.cat([d, end[rows]]) for d, end in pairs)


def step_back(
    cell: AbstractGatedCell,
    weights: Weights,
    grad: State,
    moment: Moment,
    products: Products | None = None,
) -> tuple[Back, State]:
    """The cell's step back, and then through R: ∂L/∂h gains δu R."""
    back = cell.step_back(grad=grad, kept=moment.kept, v=weights.v)
    sources = [back.state]
    d_u, R = back.u, weights.R
    if cell.late:
        early = early_width(cell, weights)
        d_p = d_u[:, early:] @ R[early:]
        through = cell.operand_back(grad=d_p, kept=moment.kept)
        sources.append(through.state)
        no_late = (0, d_p.shape[1])
        back = back._replace(
            a=back.a + pad(through.a, no_late), u=back.u + pad(through.u, no_late)
        )
        d_u, R = back.u[:, :early], R[:early]
    sources.append((d_u @ R if products is None else products.through(d_u, R),))
    each = zip(zip_longest(*sources), grad, strict=True)
    return back, tuple(_sum(parts, like=state) for parts, state in each)


def _sum(parts: Iterable[Tensor | None], *, like: Tensor) -> Tensor:
    """The sum of the parts that are there; zeros if there is none."""
    there = [part for part in parts if part is not None]
    return sum(there[1:], there[0]) if there else torch.zeros_like(like)


def weight_gradients(
    cell: AbstractGatedCell,
    weights: Weights,
    inputs: tuple[Tensor, Tensor],
    moments: list[Moment],
    deltas: Deltas,
    products: Products | None = None,
) -> Weights:
    """One product over all moments for each weight.

    `inputs` are x (tokens, inputs) and δa (tokens, blocks · hidden), in time's order.
    """
    x, d_a = inputs
    d_u = deltas.over_time(deltas.u, like=weights.W.T)
    h = deltas.over_time([m.h for m in reversed(moments)], like=weights.R)
    products = products or Products(half=False)
    d_R = products.weight(d_u, h)
    if cell.late:
        early = early_width(cell, weights)
        d_late = d_u[:, early:]
        operands = [m.p for m in reversed(moments) if m.p is not None]
        p = deltas.over_time(operands, like=d_late)
        d_R = torch.cat([d_R[:early], d_late.T @ p])
    d_P = d_v = None
    if weights.P is not None:
        m = deltas.over_time([m.m for m in reversed(moments)], like=weights.P)
        d_P = deltas.over_time(deltas.h, like=weights.P.T).T @ m
    if weights.v is not None:
        d_v = sum(deltas.v, torch.zeros_like(weights.v))
    return Weights(
        W=products.weight(d_a, x),
        R=d_R,
        b=None if weights.b is None else d_a.sum(0),
        c=None if weights.c is None else d_u.sum(0),
        P=d_P,
        v=d_v,
    )
