"""The classic cells on the CPU, in C++: see native/ for the kernels.

    there   W x + b for all tokens, then each row along time, both directions side by
            side; every gate is kept only if there is a way back or a trace
    back    the same sweep from the ends of the rows; then ∂L/∂x and the weights'
            gradients, one product each

The rows stay as they lie in the Ragged: nothing is sorted, padded or copied. A sum is
formed in one order, whoever stands beside it: the bits of a row depend on no other row
and on no number of threads. Weights are packed for the kernels when they have changed,
and a fingerprint of every byte is taken before packed ones are used again, so that no
edit, however hidden, is missed.

Everything that the C++ is given has been checked here or in `paths.run`: it sees only
contiguous tensors of one precision on the CPU, and lengths that add up.
"""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine.choice import chosen, threads
from unrolled.engine.weights import Weights
from unrolled.errors import SettingError
from unrolled.ragged import Ragged

try:
    from unrolled import _native  # pyright: ignore[reportAttributeAccessIssue]
except ImportError:  # installed without a compiler
    _native: Any = None

KERNELS = {
    Elman(nonlinearity="tanh"): "elman_tanh",
    Elman(nonlinearity="relu"): "elman_relu",
    LSTM(peepholes=False): "lstm",
    LSTM(peepholes=True): "lstm",
    GRU(reset="after"): "gru_after",
    GRU(reset="before"): "gru_before",
}
PRECISIONS = (torch.float32, torch.float64)


def is_built() -> bool:
    """Whether the compiled module is there. If not, the first question logs it."""
    if _native is None:
        _say_once()
    return _native is not None


@cache
def _say_once() -> None:
    logging.getLogger("unrolled").warning(
        "unrolled was installed without its native engine (no C++ compiler was found), so"
        " recurrent layers run on the slower path `gated`. To build it: install g++ and"
        " install unrolled again."
    )


def serves(cell: AbstractGatedCell, dtype: torch.dtype) -> bool:
    """Whether there is a kernel for this cell in this precision, built for here."""
    return cell in KERNELS and dtype in PRECISIONS and is_built()


def instruction_sets() -> list[str]:
    """The sets that were compiled and that this processor has, the quickest first."""
    return _native.instruction_sets() if is_built() else []


class Sweep(NamedTuple):
    """One layer on one batch: what the kernels need to know beside the tensors."""

    cell: AbstractGatedCell
    x: Ragged
    """The rows, for their lengths; their values travel with the tensors."""
    reverse: bool
    """Whether the first direction reads from the end; a second one always does."""
    keep: bool
    """Whether there may be a way back, or a trace."""


class Tables(NamedTuple):
    """What one direction writes, a line for each token."""

    gates: Tensor | None
    """(tokens, kept · hidden); Elman keeps nothing but its output."""
    memory: Tensor | None
    """The cell states of an LSTM, (tokens, hidden)."""
    inner: Tensor | None
    """The first state before its projection, (tokens, hidden)."""


class Made(NamedTuple):
    """What a sweep gives."""

    output: Tensor
    """(tokens, directions · size)."""
    last: Sequence[State]
    """Of each direction, each (rows, size or hidden)."""
    tables: Sequence[Tables]
    """Of each direction; full if they were to be kept."""


Given = tuple[Tensor, Sequence[State], Sequence[Weights]]
"""x, (tokens, inputs), and the first states (rows, ·) and weights of each direction."""


def forward(sweep: Sweep, given: Given) -> Made:
    """Runs one or two directions over the rows."""
    x, states, directions = given
    size, hidden = directions[0].R.shape[1], len(directions[0].W) // len(sweep.cell.gates)
    output = x.new_empty(len(x), size * len(directions))
    last = [tuple(torch.empty_like(s) for s in state) for state in states]
    tables = [_tables(sweep, x, hidden, weights) for weights in directions]
    made = Made(output, last, tables)
    starts, rows = sweep.x.offsets.data_ptr(), len(sweep.x)
    call = _call(sweep, given, made)
    _native.forward(call, starts, rows, sweep.reverse, sweep.keep, threads())
    return made


def backward(
    sweep: Sweep,
    given: Given,
    made: Made,
    grad: tuple[Tensor, Sequence[State]],
    wanted: tuple[bool, Sequence[Sequence[bool]]],
) -> tuple[Tensor | None, list[State], list[Weights]]:
    """The gradients of x, states and weights from those of what `forward` made.

    `wanted` says whether x, and which weights of each direction, need one. Every
    gradient has the shape of its tensor.
    """
    x, states, directions = given
    d_output, d_last = grad
    cell, size = sweep.cell, directions[0].R.shape[1]
    d_x = torch.empty_like(x) if wanted[0] else None
    d_states, d_weights, sums, held, back = [], [], [], [], []
    deltas = len(directions[0].W) // len(cell.gates) * _deltas(cell)
    for place, (state, ends, weights) in enumerate(
        zip(states, d_last, directions, strict=True)
    ):
        d_first = tuple(torch.empty_like(s) for s in state)
        d_gates = x.new_empty(len(x) * (deltas + 16))
        d_hidden = None if weights.P is None else x.new_empty(len(x), size)
        pairs = zip(weights, wanted[1][place], strict=True)
        d = Weights(*(torch.empty_like(w) if wants else None for w, wants in pairs))
        d_sums = None if d.b is d.c is None else x.new_empty(deltas)
        here = _column(d_output, place * size)
        back.append(
            [here, *_pair(ends), *_pair(d_first), _at(d_gates), _at(d_hidden)]
            + [_at(d.W), _at(d.R), _at(d.P), _at(d.v), _at(d_sums)]
        )
        held.append((d_gates, d_hidden))
        d_states.append(d_first)
        d_weights.append(d)
        sums.append(d_sums)
    starts, rows = sweep.x.offsets.data_ptr(), len(sweep.x)
    layout = (sweep.reverse, size * len(directions), _at(d_x), threads())
    call = _call(sweep, given, made)
    _native.backward(call, back, starts, rows, *layout)
    del held  # until here the kernels wrote into them
    pairs = zip(d_weights, sums, strict=True)
    return d_x, d_states, [_with_biases(cell, d, total) for d, total in pairs]


def tanh(x: Tensor, instructions: str | None = None) -> Tensor:
    """The kernels' own tanh of each entry, within 3 units in the last place."""
    return _activated(x, instructions, logistic=False)


def sigmoid(x: Tensor, instructions: str | None = None) -> Tensor:
    """The kernels' own σ of each entry, within 3 units in the last place.

    Where σ would be no normal number any more it is 0.
    """
    return _activated(x, instructions, logistic=True)


def _activated(x: Tensor, instructions: str | None, *, logistic: bool) -> Tensor:
    x = x.contiguous()
    made = torch.empty_like(x)
    wide = x.dtype == torch.float64
    chosen_set = instructions or _set()
    _native.activate(
        chosen_set, wide, logistic, x.data_ptr(), made.data_ptr(), x.numel()
    )
    return made


# -- what the kernels are told -------------------------------------------------------

_layers: Any = WeakTensorKeyDictionary()  # of R: packed weights live as long as it does


def _call(sweep: Sweep, given: Given, made: Made) -> Any:
    """All addresses of a sweep, in the order of native/bindings.cpp."""
    x, states, directions = given
    size = directions[0].R.shape[1]
    layers, addresses, versions, tables = [], [], [], []
    each = zip(states, directions, made.last, made.tables, strict=True)
    for place, (state, weights, last, table) in enumerate(each):
        reverse = sweep.reverse or place == 1
        layers.append(_layer(sweep.cell, weights, reverse=reverse))
        addresses.append([_at(w) for w in weights])
        versions.append(_version(weights))
        output = _column(made.output, place * size)
        ends = (*_pair(state), *_pair(last))
        tables.append([*ends, _at(x), output, *(_at(t) for t in table)])
    width = size * len(directions)
    return _native.Call(layers, addresses, versions, tables, width)


def _layer(cell: AbstractGatedCell, weights: Weights, *, reverse: bool) -> Any:
    """The packed weights for these ones, made when they are first met."""
    W, R = weights.W, weights.R
    hidden = len(W) // len(cell.gates)
    widths = (W.shape[1], hidden, R.shape[1], weights.P is not None)
    key = (KERNELS[cell], _set(), W.dtype == torch.float64, *widths)
    known = _layers.setdefault(R, {})
    if (reverse, key) not in known:
        known[reverse, key] = _native.Layer(*key)
    return known[reverse, key]


def _set() -> str:
    sets = instruction_sets_here()
    wanted = chosen().instructions or sets[0]
    if wanted not in sets:
        raise SettingError(
            found=f'the instruction set "{wanted}".',
            expected=f"one of {', '.join(sets)}",
            fix="leave it out, and the quickest is taken",
        )
    return wanted


@cache
def instruction_sets_here() -> tuple[str, ...]:
    """`instruction_sets`, asked once."""
    return tuple(instruction_sets())


def _version(weights: Weights) -> int:
    """A number that changes with each edit that torch sees; the rest is fingerprinted."""
    given = [w for w in weights if w is not None]
    if any(w.is_inference() for w in given):  # they count no edits
        return 0
    return hash(tuple((w.data_ptr(), w._version) for w in given))


def _tables(sweep: Sweep, x: Tensor, hidden: int, weights: Weights) -> Tables:
    cell = sweep.cell
    gates = None if isinstance(cell, Elman) else x.new_empty(len(x), 4 * hidden)
    remembers = sweep.keep and isinstance(cell, LSTM)
    memory = x.new_empty(len(x), hidden) if remembers else None
    inner = None if weights.P is None else x.new_empty(len(x), hidden)
    return Tables(gates, memory, inner)


def _deltas(cell: AbstractGatedCell) -> int:
    return 4 if cell == GRU(reset="after") else len(cell.gates)


def _with_biases(cell: AbstractGatedCell, d: Weights, sums: Tensor | None) -> Weights:
    """With ∂L/∂b and ∂L/∂c from the deltas summed over tokens, where they are wanted."""
    if sums is None:
        return d
    d_b, d_c = sums, sums.clone()
    if cell == GRU(reset="after"):  # summed are (r ⊙ d_n, d_r, d_z, d_n)
        hidden = len(sums) // 4
        d_b, d_c = sums[hidden:], torch.cat([sums[hidden:-hidden], sums[:hidden]])
    return d._replace(
        b=None if d.b is None else d_b, c=None if d.c is None else d_c
    )


def _at(tensor: Tensor | None) -> int:
    return 0 if tensor is None else tensor.data_ptr()


def _column(table: Tensor, column: int) -> int:
    """The address of the first line's number in this column; 0 without lines."""
    return table.data_ptr() + column * table.element_size() if len(table) else 0


def _pair(state: State) -> tuple[int, int]:
    """The addresses of h and c; 0 for what is not there."""
    if not state:
        return 0, 0
    return _at(state[0]), _at(state[1]) if len(state) > 1 else 0
