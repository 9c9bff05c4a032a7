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
import weakref
from collections.abc import Sequence
from functools import cache
from threading import RLock
from typing import Any, NamedTuple

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import half
from unrolled.engine.choice import chosen, threads
from unrolled.engine.shifted import before
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
_NO_ROWS = torch.zeros(0, dtype=torch.int64)
_TURNED = GRU(reset="after")  # its table of deltas has a column of its own for R


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


@cache
def instruction_sets() -> tuple[str, ...]:
    """The sets that were compiled and that this processor has, the quickest first."""
    return tuple(_native.instruction_sets()) if is_built() else ()


Begun = Sequence[Tensor | None]
"""First states (rows, ·), or their gradients; None for zero."""


class Sweep(NamedTuple):
    """One layer on one batch: what the kernels need to know beside the tensors."""

    cell: AbstractGatedCell
    x: Ragged
    """The rows, for their lengths; their values travel with the tensors."""
    reverse: bool
    """Whether the first direction reads from the end; a second one always does."""
    keep: bool
    """Whether there may be a way back, or a trace."""
    half: bool = False
    """Whether the large products are to be formed in bfloat16."""


class Tables(NamedTuple):
    """What one direction writes, a line for each token."""

    gates: Tensor | None
    """(tokens, 4 · hidden); Elman keeps nothing but its output."""
    memory: Tensor | None
    """The cell states of an LSTM, (tokens, hidden)."""
    inner: Tensor | None
    """The first state before its projection, (tokens, hidden)."""


class Packed(NamedTuple):
    """Memory for the packed weights of one direction, and then for their gradients."""

    W: Tensor
    """At least as long as W has numbers, (numbers,)."""
    R: Tensor
    """The same for R, (numbers,)."""


class Made(NamedTuple):
    """What a sweep gives."""

    output: Tensor
    """(tokens, directions · size)."""
    last: Sequence[State]
    """Of each direction, each (rows, size or hidden)."""
    tables: Sequence[Tables]
    """Of each direction; full if they were to be kept."""
    packed: Sequence[Packed | None]
    """Of each direction; None where the layer keeps its own."""


class Given(NamedTuple):
    """What goes into a sweep, contiguous and of one precision."""

    x: Tensor
    """(tokens, inputs)."""
    states: Sequence[Begun]
    """Of each direction."""
    directions: Sequence[Weights]

    @property
    def size(self) -> int:
        """The width of one direction's output."""
        return self.directions[0].R.shape[1]


def forward(sweep: Sweep, given: Given) -> Made:
    """Runs one or two directions over the rows."""
    x, rows, size = given.x, sweep.x.lengths.shape[0], given.size
    hidden = given.directions[0].W.shape[0] // len(sweep.cell.gates)
    output = x.new_empty(x.shape[0], size * len(given.directions))
    widths = [size, hidden][: len(sweep.cell.states)]
    last = [tuple(x.new_empty(rows, n) for n in widths) for _ in given.directions]
    tables = [_tables(sweep, x, hidden, weights) for weights in given.directions]
    packed = [_packed(sweep, x, w, place) for place, w in enumerate(given.directions)]
    made = Made(output, last, tables, packed)
    if sweep.half:
        for place, weights in enumerate(given.directions):
            biases = _biases(sweep.cell, weights)
            half.place_sums(_sums(made, place, weights), x, weights, biases)
    call, lengths = _call(sweep, given, made), sweep.x.lengths.data_ptr()
    _native.forward(call, lengths, rows, sweep.reverse, sweep.keep, threads())
    return made


def backward(
    sweep: Sweep,
    given: Given,
    made: Made,
    grad: tuple[Tensor, Sequence[Begun]],
    wanted: Sequence[bool],
) -> list[Tensor | None]:
    """The gradients, in the order of `pack`, of what is `wanted` in that order.

    `grad` holds those of the outputs (tokens, directions · size) and last states.
    """
    x, cell = given.x, sweep.cell
    d_output, d_last = grad
    d_x = torch.empty_like(x) if wanted[0] else None
    found, each = [d_x], iter(wanted[1:])
    sums, scratch, back = [], [], []
    deltas = given.directions[0].W.shape[0] // len(cell.gates) * _deltas(cell)
    for place, ends in enumerate(d_last):
        weights, packed = given.directions[place], made.packed[place]
        d_state = [_like(t, next(each)) for t in given.states[place]]
        wants_W, wants_R, *others = (next(each) for _ in weights)
        d_W = _inside(packed.W, weights.W) if wants_W and not sweep.half else None
        d_R = _inside(packed.R, weights.R) if wants_R and not sweep.half else None
        d_b, d_c, d_P, d_v = map(_like, weights[2:], others)
        d_sums = None if d_b is d_c is None else x.new_empty(deltas)
        d_gates = x.new_empty(x.shape[0] * (deltas + 16))
        d_hidden = None if weights.P is None else x.new_empty(x.shape[0], given.size)
        told = (_column(d_output, place * given.size), *_pair(ends), *_pair(d_state))
        tables = (d_gates, d_hidden, d_W, d_R, d_P, d_v, d_sums)
        back.append([*told, *map(_at, tables)])
        scratch.append(tables)  # held until the kernels have written
        found += [*d_state, d_W, d_R, d_b, d_c, d_P, d_v]
        sums.append(d_sums)
    call, lengths = _call(sweep, given, made), sweep.x.lengths.data_ptr()
    rows, width = sweep.x.lengths.shape[0], d_output.shape[1]
    layout = (sweep.reverse, width, _at(d_x), threads())
    _native.backward(call, back, lengths, rows, *layout)
    _place_biases(cell, found, sums)
    if sweep.half:
        _place_halves(sweep, given, made, [tables[0] for tables in scratch], found)
    return found


def packed_anew(sweep: Sweep, given: Given) -> list[Packed | None]:
    """Memory for a further way back: the first one's has become its gradients."""
    each = enumerate(given.directions)
    return [_packed(sweep._replace(keep=True), given.x, w, place) for place, w in each]


def pack(given: Given) -> tuple[Tensor | None, ...]:
    """Everything that may need a gradient, in one flat tuple: x, then each direction."""
    pairs = zip(given.states, given.directions, strict=True)
    return given.x, *(tensor for pair in pairs for part in pair for tensor in part)


def unpack(cell: AbstractGatedCell, tensors: Sequence[Any]) -> Given:
    """The way back from `pack`."""
    count = len(cell.states)
    width = count + len(Weights._fields)
    starts = range(1, len(tensors), width)
    states = [tensors[k : k + count] for k in starts]
    weights = [Weights(*tensors[k + count : k + width]) for k in starts]
    return Given(tensors[0], states, weights)


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


class Stepper:
    """Rows that are taken a moment further at each step, in place.

    `state` holds h (rows, size) and c (rows, hidden), and `output` is (rows, size).
    """

    def __init__(
        self, cell: AbstractGatedCell, weights: Weights, state: State, output: Tensor
    ) -> None:
        W, rows = weights.W, output.shape[0]
        hidden = W.shape[0] // len(cell.gates)
        sweep = Sweep(cell, Ragged(W.new_empty(0, 1), _NO_ROWS), False, False)
        gates, _, inner = _tables(sweep, W.new_empty(rows, 1), hidden, weights)
        widths = (W.shape[1], hidden, weights.R.shape[1], weights.P is not None)
        wide = W.dtype == torch.float64
        layer = _native.Layer(KERNELS[cell], _set(), wide, *widths)
        addresses = [*_pair(state), _at(gates), _at(output), _at(inner)]
        self._held = (weights, state, gates, inner, output)
        self.step = _native.Stream(
            layer, [_at(w) for w in weights], addresses, rows
        ).step


# -- what the kernels are told -------------------------------------------------------

_layers: dict[int, tuple[weakref.ref[Tensor], dict[Any, Any]]] = {}
"""Packed weights by the id of R: they live as long as it does."""
_meeting = RLock()


def _call(sweep: Sweep, given: Given, made: Made) -> Any:
    """All addresses of a sweep, in the order of native/bindings.cpp."""
    x, size = given.x, given.size
    layers, addresses, versions, tables = [], [], [], []
    for place, weights in enumerate(given.directions):
        reverse = sweep.reverse or place == 1
        layers.append(_layer(sweep.cell, weights, reverse=reverse))
        addresses.append([_at(w) for w in weights])
        versions.append(_version(weights))
        ends = (*_pair(given.states[place]), *_pair(made.last[place]))
        output = _column(made.output, place * size)
        memory = (*made.tables[place], *(made.packed[place] or (None, None)))
        tables.append([*ends, _at(x), output, *map(_at, memory)])
    width = size * len(layers)
    tokens = x.shape[0]
    return _native.Call(layers, addresses, versions, tables, tokens, width, sweep.half)


def _layer(cell: AbstractGatedCell, weights: Weights, *, reverse: bool) -> Any:
    """The packed weights for these ones, made when they are first met."""
    W, R = weights.W, weights.R
    shapes = (W.shape, R.shape, weights.P is None)
    key = (cell, chosen().instructions, reverse, R.dtype == torch.float64, *shapes)
    found = _layers.get(id(R))
    if found is None or found[0]() is not R or key not in found[1]:
        with _meeting:
            return _meet(cell, weights, key)
    return found[1][key]


def _meet(cell: AbstractGatedCell, weights: Weights, key: Any) -> Any:
    """A layer for weights that are new here, unless another thread was quicker."""
    W, R, place = weights.W, weights.R, id(weights.R)
    found = _layers.get(place)
    if found is None or found[0]() is not R:  # new, or the id of one that is gone
        found = weakref.ref(R, lambda ref: _forget(place, ref)), {}
        _layers[place] = found
    if key not in found[1]:
        hidden, wide = W.shape[0] // len(cell.gates), R.dtype == torch.float64
        widths = (W.shape[1], hidden, R.shape[1], weights.P is not None)
        found[1][key] = _native.Layer(KERNELS[cell], _set(), wide, *widths)
    return found[1][key]


def _forget(place: int, ref: weakref.ref[Tensor]) -> None:
    if place in _layers and _layers[place][0] is ref:
        del _layers[place]


def _set() -> str:
    sets = instruction_sets()
    wanted = chosen().instructions or sets[0]
    if wanted not in sets:
        raise SettingError(
            found=f'the instruction set "{wanted}".',
            expected=f"one of {', '.join(sets)}",
            fix="leave it out, and the quickest is taken",
        )
    return wanted


def _version(weights: Weights) -> int:
    """A number that changes with each edit that torch sees; the rest is fingerprinted."""
    try:
        edits = [(w.data_ptr(), w._version) for w in weights if w is not None]
    except RuntimeError:  # tensors made in inference mode count no edits
        return 0
    return hash(tuple(edits))


def _packed(sweep: Sweep, x: Tensor, weights: Weights, place: int) -> Packed | None:
    if not sweep.keep:
        return None
    layer = _layer(sweep.cell, weights, reverse=sweep.reverse or place == 1)
    for_W, for_R = layer.packed
    return Packed(  # of no inputs, too: without an address the layer would use its own
        W=x.new_empty(max(for_W, weights.W.numel(), 1)),
        R=x.new_empty(max(for_R, weights.R.numel(), 1)),
    )


def _inside(memory: Tensor, like: Tensor) -> Tensor:
    """The beginning of the memory, (numbers,), in the shape of a tensor."""
    return memory[: like.numel()].view(like.shape)


def _like(tensor: Tensor | None, wanted: bool) -> Tensor | None:
    return torch.empty_like(tensor) if wanted and tensor is not None else None


def _tables(sweep: Sweep, x: Tensor, hidden: int, weights: Weights) -> Tables:
    cell, tokens = sweep.cell, x.shape[0]
    gates = None if isinstance(cell, Elman) else x.new_empty(tokens, 4 * hidden)
    remembers = sweep.keep and isinstance(cell, LSTM)
    memory = x.new_empty(tokens, hidden) if remembers else None
    inner = None if weights.P is None else x.new_empty(tokens, hidden)
    return Tables(gates, memory, inner)


def _deltas(cell: AbstractGatedCell) -> int:
    return 4 if cell == _TURNED else len(cell.gates)


def _place_biases(
    cell: AbstractGatedCell, found: list[Tensor | None], sums: Sequence[Tensor | None]
) -> None:
    """Puts ∂L/∂b and ∂L/∂c, from the deltas summed over tokens, where they belong."""
    first = 1 + len(cell.states) + 2  # behind x, states, W and R
    for place, total in enumerate(sums):
        if total is None:
            continue
        d_b, d_c = total, total.clone()
        if cell == _TURNED:  # summed are (r ⊙ d_n, d_r, d_z, d_n)
            hidden = total.shape[0] // 4
            d_b, d_c = (
                total[hidden:],
                torch.cat([total[hidden:-hidden], total[:hidden]]),
            )
        at = first + place * (len(cell.states) + len(Weights._fields))
        found[at] = None if found[at] is None else d_b
        found[at + 1] = None if found[at + 1] is None else d_c


def _sums(made: Made, place: int, weights: Weights) -> Tensor:
    """Where the kernels look for W x + b, (tokens, blocks · hidden)."""
    table, size = made.tables[place], weights.R.shape[1]
    if table.gates is not None:
        return table.gates[:, : weights.W.shape[0]]
    mine = made.output[:, place * size : (place + 1) * size]
    return mine if table.inner is None else table.inner


def _biases(cell: AbstractGatedCell, weights: Weights) -> Tensor | None:
    """What W x is given on its way: b + c, without the c that stands inside a reset."""
    b, c = weights.b, weights.c
    if c is not None and cell == _TURNED:
        late = c.shape[0] // 3
        c = torch.cat([c[:-late], c.new_zeros(late)])
    return c if b is None else b if c is None else b + c


def _place_halves(
    sweep: Sweep,
    given: Given,
    made: Made,
    deltas: Sequence[Tensor],
    found: list[Tensor | None],
) -> None:
    """Puts the gradients of x, W and R, formed in bfloat16, where they belong."""
    x, count = given.x, len(sweep.cell.states)
    for place, weights in enumerate(given.directions):
        width, reverse = weights.W.shape[0], sweep.reverse or place == 1
        hidden = width // len(sweep.cell.gates)
        table = deltas[place].view(x.shape[0], -1)
        turned = sweep.cell == _TURNED  # deltas as (r ⊙ d_n, d_r, d_z, d_n)
        d_u = table[:, :width]
        d_a = table[:, hidden : 4 * hidden] if turned else d_u
        size = given.size
        after = made.output[:, place * size : (place + 1) * size]
        h = before(sweep.x, after, given.states[place][0], reverse=reverse)
        d_x, d_W, d_R = half.gradients((d_a, d_u), x, h, weights.W)
        if turned:
            d_R = torch.cat([d_R[hidden:], d_R[:hidden]])
        gates = made.tables[place].gates
        if sweep.cell.late and gates is not None:  # R_n met r ⊙ h
            p, d_n = gates[:, 3 * hidden :], d_a[:, 2 * hidden :]
            d_R[2 * hidden :] = d_n.T @ p
        if found[0] is not None:
            found[0] = d_x if place == 0 else found[0].add_(d_x)
        first = 1 + place * (count + len(Weights._fields)) + count
        found[first], found[first + 1] = d_W, d_R


def _at(tensor: Tensor | None) -> int:
    return 0 if tensor is None else tensor.data_ptr()


def _column(table: Tensor, column: int) -> int:
    """The address of the first line's number in this column; 0 without lines."""
    return table.data_ptr() + column * table.element_size() if table.shape[0] else 0


def _pair(state: Begun) -> tuple[int, int]:
    """The addresses of h and c; 0 for what is not there."""
    if not state:
        return 0, 0
    return _at(state[0]), _at(state[1]) if len(state) > 1 else 0
