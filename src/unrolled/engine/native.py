"""The classic cells on the CPU, in C++: see native/ for the kernels.

    there   W x + b for all tokens, then each row along time, both directions side by
            side; every gate is kept only if there is a way back or a trace
    back    the same sweep from the ends of the rows; then ∂L/∂x and the weights'
            gradients, one product each

The rows stay as they lie in the Ragged: nothing is sorted, padded or copied. A sum is
formed in one order, whoever stands beside it: the bits of a row depend on no other row
and on no number of threads.

Everything that the C++ is given has been checked here or in `paths.run`: it sees only
contiguous tensors of one precision on the CPU, and lengths that add up.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.cells.gru import GRU
from unrolled.engine import half, kernels, packing
from unrolled.engine.choice import threads
from unrolled.engine.kernels import (
    instruction_sets,
    is_built,
    serves,
    sigmoid,
    tanh,
)
from unrolled.engine.packing import Begun, Given, Made, Packed, Sweep
from unrolled.engine.shifted import before
from unrolled.engine.weights import Weights

__all__ = [  # what others ask of the path, wherever it stands
    "Stepper",
    "backward",
    "forward",
    "instruction_sets",
    "is_built",
    "packed_anew",
    "serves",
    "sigmoid",
    "tanh",
]

_TURNED = GRU(reset="after")  # its table of deltas has a column of its own for R


def forward(sweep: Sweep, given: Given) -> Made:
    """Runs one or two directions over the rows."""
    x, rows, size = given.x, sweep.x.lengths.shape[0], given.size
    hidden = given.directions[0].W.shape[0] // len(sweep.cell.gates)
    output = x.new_empty(x.shape[0], size * len(given.directions))
    widths = [size, hidden][: len(sweep.cell.states)]
    last = [tuple(x.new_empty(rows, n) for n in widths) for _ in given.directions]
    tables = [
        packing.tables_for(sweep, x, hidden, weights) for weights in given.directions
    ]
    packed = [
        packing.packed_for(sweep, x, w, place)
        for place, w in enumerate(given.directions)
    ]
    made = Made(output, last, tables, packed)
    if sweep.half:
        for place, weights in enumerate(given.directions):
            biases = _biases(sweep.cell, weights)
            half.place_sums(_sums(made, place, weights), x, weights, biases)
    call, lengths = packing.call(sweep, given, made), sweep.x.lengths.data_ptr()
    kernels._native.forward(call, lengths, rows, sweep.reverse, sweep.keep, threads())
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
        needs = [next(each) for _ in weights]
        d_W = _inside(packed.W, weights.W) if needs[0] and not sweep.half else None
        d_R = _inside(packed.R, weights.R) if needs[1] and not sweep.half else None
        d_b, d_c, d_P, d_v = map(_like, weights[2:], needs[2:])
        d_sums = None if d_b is d_c is None else x.new_empty(deltas)
        d_gates = x.new_empty(x.shape[0] * (deltas + 16))
        d_hidden = None if weights.P is None else x.new_empty(x.shape[0], given.size)
        told = (
            packing.column(d_output, place * given.size),
            *packing.pair(ends),
            *packing.pair(d_state),
        )
        tables = (d_gates, d_hidden, d_W, d_R, d_P, d_v, d_sums)
        back.append([*told, *map(packing.at, tables)])
        scratch.append(tables)  # held until the kernels have written
        found += [*d_state, d_W, d_R, d_b, d_c, d_P, d_v]
        sums.append(d_sums)
    call, lengths = packing.call(sweep, given, made), sweep.x.lengths.data_ptr()
    rows, width = sweep.x.lengths.shape[0], d_output.shape[1]
    layout = (sweep.reverse, width, packing.at(d_x), threads())
    kernels._native.backward(call, back, lengths, rows, *layout)
    _place_biases(cell, found, sums)
    if sweep.half:
        tables = [each[0] for each in scratch]
        _place_halves(sweep, given, made, (tables, wanted), found)
    return found


def packed_anew(sweep: Sweep, given: Given) -> list[Packed | None]:
    """Memory for a further way back: the first one's has become its gradients."""
    each = enumerate(given.directions)
    return [
        packing.packed_for(sweep._replace(keep=True), given.x, w, place)
        for place, w in each
    ]


class Stepper:
    """Rows that are taken a moment further at each step, in place.

    `state` holds h (rows, size) and c (rows, hidden), and `output` is (rows, size).
    """

    def __init__(
        self, cell: AbstractGatedCell, weights: Weights, state: State, output: Tensor
    ) -> None:
        W, rows = weights.W, output.shape[0]
        hidden = W.shape[0] // len(cell.gates)
        gates = W.new_empty(rows, 4 * hidden)
        inner = None if weights.P is None else W.new_empty(rows, hidden)
        widths = (W.shape[1], hidden, weights.R.shape[1], weights.P is not None)
        wide = W.dtype == torch.float64
        layer = kernels._native.Layer(
            kernels.KERNELS[cell], kernels.chosen_set(), wide, *widths
        )
        addresses = [
            *packing.pair(state),
            packing.at(gates),
            packing.at(output),
            packing.at(inner),
        ]
        self._held = (weights, state, gates, inner, output)
        self.step = kernels._native.Stream(
            layer, [packing.at(w) for w in weights], addresses, rows
        ).step


def _inside(memory: Tensor, like: Tensor) -> Tensor:
    """The beginning of the memory, (numbers,), in the shape of a tensor."""
    return memory[: like.numel()].view(like.shape)


def _like(tensor: Tensor | None, wanted: bool) -> Tensor | None:
    return torch.empty_like(tensor) if wanted and tensor is not None else None


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
    back: tuple[Sequence[Tensor], Sequence[bool]],
    found: list[Tensor | None],
) -> None:
    """Puts the gradients of x, W and R, formed in bfloat16, where they are wanted."""
    deltas, wanted = back
    x, size, count = given.x, given.size, len(sweep.cell.states)
    for place, weights in enumerate(given.directions):
        width = weights.W.shape[0]
        hidden = width // len(sweep.cell.gates)
        used = hidden * _deltas(sweep.cell)  # nobody has written behind them
        table = deltas[place].view(x.shape[0], -1)[:, :used].to(half.BFLOAT16)
        turned = sweep.cell == _TURNED  # deltas as (r ⊙ d_n, d_r, d_z, d_n)
        d_a = table[:, hidden : 4 * hidden] if turned else table[:, :width]
        if wanted[0]:
            d_x = half.input_gradient(d_a, weights.W)
            found[0] = d_x if found[0] is None or place == 0 else found[0].add_(d_x)
        first = 1 + place * (count + len(Weights._fields)) + count
        if wanted[first]:
            found[first] = half.weight_gradient(d_a, x)
        if not wanted[first + 1]:
            continue
        after = made.output[:, place * size : (place + 1) * size]
        reverse = sweep.reverse or place == 1
        h = before(sweep.x, after, given.states[place][0], reverse=reverse)
        d_R = half.weight_gradient(table[:, :width], h)
        gates = made.tables[place].gates
        if turned:
            d_R = torch.cat([d_R[hidden:], d_R[:hidden]])
        elif sweep.cell.late and gates is not None:  # R_n met r ⊙ h
            late = slice(2 * hidden, width)
            d_R[late] = half.weight_gradient(table[:, late], gates[:, 3 * hidden :])
        found[first + 1] = d_R
