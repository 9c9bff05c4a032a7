"""The decoder of engine/fed.py by the compiled kernels, for one layer of a usual cell.

All moments are one call, there and one back; native/fed.h says what goes in and out.
Every table has a line for each token, row after row, so nothing is cut, sorted or
joined. What waits until the sweep is over, the gradients of the weights, is a list of
products over all tokens. They are cut into blocks, each formed by one thread.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import kernels
from unrolled.engine.choice import chosen, threads
from unrolled.engine.fed_back import Grads
from unrolled.engine.fed_forward import Fed, Passed
from unrolled.engine.in_blocks import each
from unrolled.engine.packing import at
from unrolled.engine.weights import Weights

LINE = 16  # numbers between the lines of deltas: native/layer.h
BLOCK = 256  # lines of a weight's gradient that one thread forms at a time


class Rows(NamedTuple):
    """What there is to know of a batch besides tensors with gradients."""

    lengths: Tensor
    """Of the target rows, (rows,)."""
    sources: Tensor
    """Of the source rows, (rows,)."""
    mask: Tensor | None
    """On o, (rows, outputs)."""


class Tables(NamedTuple):
    """What the way there writes, in the order of native/fed.h."""

    gates: Tensor | None
    """(tokens, 4 · hidden); Elman keeps nothing but its output."""
    memory: Tensor | None
    """The cell states of an LSTM, (tokens, hidden)."""
    joint: Tensor
    """[h; context], (tokens, hidden + width)."""
    query: Tensor | None
    """(tokens, size), if there is a Q."""
    attention: Tensor
    """(pairs,)."""
    seen: Tensor
    """(pairs,); empty without coverage."""
    said: Tensor
    """o before its mask, (tokens, outputs)."""
    outputs: Tensor
    """o, (tokens, outputs)."""

    def detached(self) -> "Tables":
        """The same numbers, (tokens, ...), in tensors that know of no way back.

        What an autograd function keeps of its own outputs would keep it alive.
        """
        found: list[Any] = [None if one is None else one.detach() for one in self]
        return Tables(*found)


def serves(cell: AbstractGatedCell, given: Passed) -> bool:
    """Whether the kernels are to take the decoder along time, and can."""
    fed, dtype = given.fed, given.x.dtype
    if chosen().path not in (None, "native") or len(fed.layers) > 1:
        return False
    if not kernels.serves(cell, dtype) or cell.late or cell.vectors:
        return False
    all_of = (*given[:3], *given.state[0], *fed.flat())
    plain = all(t.is_cpu and t.dtype is dtype for t in all_of if t is not None)
    return plain and fed.layers[0].P is None


def forward(cell: AbstractGatedCell, given: Passed, rows: Rows) -> Tables:
    """All moments; each tensor of `given`, (..., any), is in one piece: see `whole`."""
    tokens, hidden = len(given.x), given.state[0][0].shape[1]
    fed, new = given.fed, given.x.new_empty
    pairs = int((rows.lengths * rows.sources).sum())
    said = new(tokens, len(fed.Z))
    made = Tables(
        gates=None if isinstance(cell, Elman) else new(tokens, 4 * hidden),
        memory=new(tokens, hidden) if isinstance(cell, LSTM) else None,
        joint=new(tokens, hidden + given.values.shape[1]),
        query=None if fed.Q is None else new(tokens, len(fed.Q)),
        attention=new(pairs),
        seen=new(pairs if fed.coverage is not None else 0),
        said=said,
        outputs=said if rows.mask is None else torch.empty_like(said),
    )
    _run(cell, given, rows, made)
    return made


def whole(given: Passed) -> Passed:
    """The same with every tensor, (..., any), in one piece."""

    def one(tensor: Any) -> Any:
        return None if tensor is None else tensor.contiguous()

    fed = given.fed
    flat = [one(weight) for weight in fed.flat()]
    state = [tuple(map(one, layer)) for layer in given.state]
    x, keys, values = map(one, given[:3])
    return Passed(x, keys, values, state, fed.unflat(flat))


def backward(
    cell: AbstractGatedCell, given: Passed, rows: Rows, made: Tables, grad: Grads
) -> Passed:
    """The gradients of all that went in, from those of what came out, (tokens, ...)."""
    fed, new = given.fed, given.x.new_empty
    hidden, size = given.state[0][0].shape[1], given.keys.shape[1]
    many = 4 if isinstance(cell, GRU) else len(cell.gates)
    deltas = new(len(given.x), many * hidden + LINE)
    d_outputs, d_attention, d_seen = (
        None if one is None or not one.numel() else one.contiguous() for one in grad
    )
    back = _Back(
        torch.zeros_like(made.outputs) if d_outputs is None else d_outputs,
        d_attention,
        d_seen,
        torch.empty_like(made.said),
        new(len(given.x), size),
        deltas,
        torch.empty_like(made.seen),
        torch.zeros_like(given.keys),
        torch.zeros_like(given.values),
        tuple(map(torch.zeros_like, given.state[0])),
        None if fed.v is None else given.x.new_zeros(len(rows.lengths), size),
        None if fed.coverage is None else given.x.new_zeros(len(rows.lengths), size),
    )
    _run(cell, given, rows, made, back.flat())
    d_x, d_fed = _products(cell, given, rows, made, back)
    return Passed(d_x, back.keys, back.values, [back.state], d_fed)


class _Back(NamedTuple):
    """What the way back reads and writes, in the order of native/fed.h."""

    d_outputs: Tensor
    d_attention: Tensor | None
    d_seen_given: Tensor | None
    z: Tensor
    query: Tensor
    deltas: Tensor
    seen: Tensor
    keys: Tensor
    values: Tensor
    state: State
    v: Tensor | None
    """(rows, size): the part of each row."""
    coverage: Tensor | None
    """(rows, size)."""

    def flat(self) -> list[Tensor | None]:
        """All in one list; an Elman cell has no c."""
        return [*self[:9], *(*self.state, None)[:2], *self[10:]]


def _run(
    cell: AbstractGatedCell,
    given: Passed,
    rows: Rows,
    made: Tables,
    back: Sequence[Tensor | None] = (),
) -> None:
    fed, (x, keys, values) = given.fed, given[:3]
    W, R, b, c = fed.layers[0][:4]
    outputs, hidden = len(fed.Z), R.shape[1]
    sizes = (x.shape[1], hidden, outputs, keys.shape[1], values.shape[1])
    wide = x.dtype is torch.float64
    kernel = _kernel(
        kernels.KERNELS[cell], kernels.chosen_set(), wide, *sizes, fed.Q is not None
    )
    weights = (W, R, b, c, fed.Q, fed.v, fed.coverage, fed.Z, fed.k)
    states = (*given.state[0], None)[:2]
    tables = (x, keys, values, *states, rows.mask, *made, *back)
    kernel.run(
        bool(back),
        [at(one) for one in weights],
        [at(one) for one in tables],
        at(rows.lengths),
        at(rows.sources),
        len(rows.lengths),
        len(x),
        len(keys),
        threads(),
    )


@lru_cache(maxsize=8)
def _kernel(*key: Any) -> Any:
    """The decoder of these widths, with memory for its packed weights."""
    return kernels._native.Fed(*key)


def _products(
    cell: AbstractGatedCell, given: Passed, rows: Rows, made: Tables, back: _Back
) -> tuple[Tensor, Fed]:
    """∂L/∂x, (tokens, inputs), and those of the weights."""
    fed, weights, later = given.fed, given.fed.layers[0], _Later([])
    hidden, inputs = weights.R.shape[1], given.x.shape[1]
    h = made.joint[:, :hidden]
    read = torch.cat([given.x, _before(made.outputs, rows)], dim=1)
    before = _before(h, rows, given.state[0][0])
    a = back.deltas[:, : back.deltas.shape[1] - LINE]
    d_R = torch.empty_like(weights.R)
    if isinstance(cell, GRU):  # (r ⊙ d_n, d_r, d_z, d_n): the first three belong to R
        a, n = a[:, hidden:], a[:, :hidden]
        later.product(n, before, d_R[2 * hidden :])
        later.product(a[:, : 2 * hidden], before, d_R[: 2 * hidden])
        d_n = later.total(n)
    else:
        later.product(a, before, d_R)
        d_n = None
    d_W, d_joint = torch.empty_like(weights.W), torch.empty_like(fed.Z)
    later.product(a, read, d_W)
    later.product(back.z, made.joint, d_joint)
    d_asks = None if fed.Q is None else torch.empty_like(fed.Q)
    if d_asks is not None:
        later.product(back.query, h, d_asks)
    d_x = torch.empty_like(given.x)
    later.product(a.T, weights.W[:, :inputs], d_x)
    b, k, v, coverage = map(later.total, (a, back.z, back.v, back.coverage))
    later.do()
    c = b if d_n is None else torch.cat([b[: 2 * hidden], d_n])
    b, c = (
        None if w is None else d.clone() for w, d in ((weights.b, b), (weights.c, c))
    )
    layer = Weights(d_W, d_R, b, c)
    return d_x, Fed([layer], d_asks, v, coverage, d_joint, k)


class _Later(NamedTuple):
    """Products and sums over all tokens, cut into blocks, a thread for each."""

    tasks: list[Callable[[], Any]]

    def product(self, left: Tensor, right: Tensor, out: Tensor) -> None:
        """Later, out = leftᵀ right; out is (lines, columns)."""
        for block in range(0, len(out), BLOCK):
            some = slice(block, block + BLOCK)
            factor = left[:, some].T
            self.tasks.append(partial(torch.mm, factor, right, out=out[some]))

    def total(self, table: Tensor | None) -> Any:
        """Later, the sum over the lines of a table, (columns,), if there is one."""
        if table is None:
            return None
        out = table.new_empty(table.shape[1])
        self.tasks.append(partial(torch.sum, table, 0, out=out))
        return out

    def do(self) -> None:
        """All of them."""
        each(lambda task: task(), self.tasks)


def _before(table: Tensor, rows: Rows, first: Tensor | None = None) -> Tensor:
    """What stood a moment earlier in each row, (tokens, ·); `first`, or 0, at first."""
    before = table.roll(1, 0)
    starts = (rows.lengths.cumsum(0) - rows.lengths)[rows.lengths > 0]
    before[starts] = 0.0 if first is None else first[rows.lengths > 0]
    return before
