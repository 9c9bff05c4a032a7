"""One step of a cell in one call, for loops that walk along time in Python.

`step` and `step_back` are those of engine/moment.py and engine/gated.py: what they
take, what they give, in every number. For an LSTM and for a GRU that resets after the
product all that happens between the products is one call of native/step_kernel.h, where
torch would start some fifteen operations, each reading and writing every gate. For any
other cell, and away from the CPU, torch's operations are what is called.

What the call gives has the same bits for a row alone and beside others; the products
are torch's. Gradients are not recorded: where they would be, torch is asked, too.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.cells._base import AbstractGatedCell, Back, State
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import gated, kernels, moment
from unrolled.engine.choice import chosen
from unrolled.engine.moment import Moment
from unrolled.engine.products import Products
from unrolled.engine.weights import Weights

_SERVED = {LSTM(peepholes=False), LSTM(peepholes=True), GRU(reset="after")}


class Kept(NamedTuple):
    """What the step back reads, in place of what the cell itself would keep."""

    gates: Tensor
    """(rows, 4 · hidden): i, f, g, o, or r, z, n and R_n h + c_n."""
    c: Tensor | None
    """Before, (rows, hidden), of an LSTM."""
    c_new: Tensor | None
    """And after."""


def step(
    cell: AbstractGatedCell,
    weights: Weights,
    a: Tensor,
    state: State,
    products: Products | None = None,
) -> tuple[State, Moment]:
    """The state after one moment. `a` = W x + b is (rows, blocks · hidden)."""
    if not _is_native(cell, weights, a, state):
        return moment.step(cell, weights, a, state, products)
    h, c = state[0].contiguous(), state[1].contiguous() if len(state) > 1 else None
    into = linear if products is None else products.into
    u = into(h, weights.R, weights.c)
    m = a.new_empty(len(h), a.shape[1] // len(cell.gates))
    kept = Kept(
        a.new_empty(len(m), 4 * m.shape[1]),
        c,
        None if c is None else torch.empty_like(c),
    )
    v = None if weights.v is None else weights.v.contiguous()
    tables = (a.contiguous(), u, v, h, c, kept.gates, m, kept.c_new)
    _call(cell, m, tables, back=False)
    new = m if weights.P is None else linear(m, weights.P)
    after = (new,) if kept.c_new is None else (new, kept.c_new)
    return after, Moment(h=h, p=None, m=m, kept=kept)


def step_back(
    cell: AbstractGatedCell,
    weights: Weights,
    grad: State,
    moment: Moment,
    products: Products | None = None,
) -> tuple[Back, State]:
    """The cell's step back, and then through R: ∂L/∂h gains δu R."""
    kept = moment.kept
    if not isinstance(kept, Kept):
        return gated.step_back(cell, weights, grad, moment, products)
    products = products or Products(half=False)
    d_h, *d_c = (d.to(moment.m).expand_as(moment.m).contiguous() for d in grad)
    d_a = d_h.new_empty(len(d_h), len(cell.gates) * d_h.shape[1])
    v = None if weights.v is None else weights.v.contiguous()
    there = (None, None, v, moment.h, kept.c, kept.gates, None, kept.c_new)
    if kept.c is None or kept.c_new is None:
        d_u, around = torch.empty_like(d_a), torch.empty_like(d_h)
        _call(cell, d_h, (*there, d_h, None, d_a, d_u, around, None), back=True)
        back = Back(a=d_a, u=d_u, state=(around,))
        return back, (products.through(d_u, weights.R).add_(around),)
    d_before = torch.empty_like(d_h)
    _call(cell, d_h, (*there, d_h, *d_c, d_a, None, None, d_before), back=True)
    d_v = None
    if weights.v is not None:
        d_i, d_f, _, d_o = d_a.chunk(4, dim=1)
        d_v = torch.stack([d_i * kept.c, d_f * kept.c, d_o * kept.c_new]).sum(1)
    back = Back(a=d_a, u=d_a, state=(None, d_before), v=d_v)
    return back, (products.through(d_a, weights.R), d_before)


def _is_native(
    cell: AbstractGatedCell, weights: Weights, a: Tensor, state: State
) -> bool:
    """Whether the kernels have the cell, and all are tensors that they can read."""
    if cell not in _SERVED or chosen().path not in (None, "native"):
        return False
    if torch.is_grad_enabled() or not kernels.serves(cell, a.dtype):
        return False
    blocks, size = weights.R.shape
    rows, hidden = len(a), blocks // len(cell.gates)
    wanted = [
        (a, (rows, blocks)),
        (state[0], (rows, size)),
        (weights.R, (blocks, size)),
    ]
    wanted += [(c, (rows, hidden)) for c in state[1:]]
    if weights.v is not None:
        wanted.append((weights.v, (3, hidden)))
    return all(
        one.shape == shape and one.dtype is a.dtype and one.is_cpu
        for one, shape in wanted
    )


def _call(
    cell: AbstractGatedCell,
    like: Tensor,
    tables: tuple[Tensor | None, ...],
    *,
    back: bool,
) -> None:
    """Runs the kernel on tables in the order of native/step.cpp."""
    wide, lstm = like.dtype is torch.float64, len(cell.states) == 2
    addresses = [0 if one is None else one.data_ptr() for one in tables]
    sizes = (*like.shape, addresses)
    kernels._native.step(kernels.chosen_set(), wide, lstm, *sizes, back)
