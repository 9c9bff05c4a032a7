"""One moment of one layer: the recurrent product, the cell, the projection.

Every engine in Python that walks along time takes its steps here: the reference one row
at a time, the gated path with all rows still running, a stream with what has just
arrived. So they can only differ in how they lay out the work.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine.products import Products
from unrolled.engine.weights import Weights


class Moment(NamedTuple):
    """What one step leaves behind for the way back."""

    h: Tensor
    """The first state before the step, (rows, size)."""
    p: Tensor | None
    """The operand of the late blocks, (rows, hidden), if the cell has any."""
    m: Tensor
    """The first state after the step and before the projection, (rows, hidden)."""
    kept: NamedTuple
    """What the cell keeps."""


def step(
    cell: AbstractGatedCell,
    weights: Weights,
    a: Tensor,
    state: State,
    products: Products | None = None,
) -> tuple[State, Moment]:
    """The state after one moment. `a` = W x + b is (rows, blocks · hidden)."""
    h, p = state[0], None
    if cell.late:
        early = early_width(cell, weights)
        u = linear(h, weights.R[:early], cut(weights.c, 0, early))
        p = cell.operand(a=a[:, :early], u=u, state=state)
        late = linear(p, weights.R[early:], cut(weights.c, early, None))
        u = torch.cat([u, late], dim=-1)
    else:
        into = linear if products is None else products.into
        u = into(h, weights.R, weights.c)
    new, kept = cell.step(a=a, u=u, state=state, v=weights.v)
    m = new[0]
    if weights.P is not None:
        new = (linear(m, weights.P), *new[1:])
    return new, Moment(h=h, p=p, m=m, kept=kept)


def early_width(cell: AbstractGatedCell, weights: Weights) -> int:
    """How many rows of R take h itself; the ones after it are the late blocks."""
    hidden = len(weights.W) // len(cell.gates)
    return hidden * (len(cell.gates) - len(cell.late))


def cut(bias: Tensor | None, start: int, stop: int | None) -> Tensor | None:
    """A part of a bias (blocks · hidden,) that may be absent."""
    return None if bias is None else bias[start:stop]
