"""What the kernels are told: every tensor of a sweep, by its address.

Weights are packed for the kernels when they have changed. Where there is a way back,
they are packed for this sweep alone, into the memory of their gradients; for answers
alone a layer keeps them packed, and takes a fingerprint of every byte before it uses
them again, so that no edit, however hidden, is missed.
"""

import weakref
from collections.abc import Sequence
from threading import RLock
from typing import Any, NamedTuple

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.cells.elman import Elman
from unrolled.cells.lstm import LSTM
from unrolled.engine import kernels
from unrolled.engine.choice import chosen
from unrolled.engine.weights import Weights
from unrolled.ragged import Ragged

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
    packed: Sequence[Any]
    """A Packed for each direction; None where the layer keeps its own."""


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


def pack(given: Given) -> tuple[Tensor | None, ...]:
    """All that may need a gradient: x (tokens, inputs), then that of each direction."""
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


def call(sweep: Sweep, given: Given, made: Made) -> Any:
    """All addresses of a sweep, in the order of native/bindings.cpp."""
    x, size = given.x, given.size
    layers, addresses, versions, tables = [], [], [], []
    for place, weights in enumerate(given.directions):
        reverse = sweep.reverse or place == 1
        layers.append(layer_of(sweep.cell, weights, reverse=reverse))
        addresses.append([at(w) for w in weights])
        versions.append(_version(weights))
        ends = (*pair(given.states[place]), *pair(made.last[place]))
        output = column(made.output, place * size)
        memory = (*made.tables[place], *(made.packed[place] or (None, None)))
        tables.append([*ends, at(x), output, *map(at, memory)])
    width = size * len(layers)
    tokens = x.shape[0]
    return kernels._native.Call(
        layers, addresses, versions, tables, tokens, width, sweep.half
    )


def packed_for(sweep: Sweep, x: Tensor, weights: Weights, place: int) -> Packed | None:
    """Memory, (numbers,) each, if the weights are to be packed for this sweep alone."""
    if not sweep.keep:
        return None
    layer = layer_of(sweep.cell, weights, reverse=sweep.reverse or place == 1)
    needed = layer.packed
    return Packed(  # of no inputs, too: without an address the layer would use its own
        W=x.new_empty(max(needed[0], weights.W.numel(), 1)),
        R=x.new_empty(max(needed[1], weights.R.numel(), 1)),
    )


def tables_for(sweep: Sweep, x: Tensor, hidden: int, weights: Weights) -> Tables:
    """Empty tables for the tokens of x, (tokens, inputs)."""
    cell, tokens = sweep.cell, x.shape[0]
    # Gates of answers alone stand in memory that the layer has.
    has_gates = not isinstance(cell, Elman) and (sweep.keep or sweep.half)
    gates = x.new_empty(tokens, 4 * hidden) if has_gates else None
    remembers = sweep.keep and isinstance(cell, LSTM)
    memory = x.new_empty(tokens, hidden) if remembers else None
    inner = None if weights.P is None else x.new_empty(tokens, hidden)
    return Tables(gates, memory, inner)


def at(tensor: Tensor | None) -> int:
    """The address of a tensor of any shape, (...,); 0 for one that is not there."""
    return 0 if tensor is None else tensor.data_ptr()


def column(table: Tensor, column: int) -> int:
    """The address of the first line's number, table (tokens, ·); 0 without lines."""
    return table.data_ptr() + column * table.element_size() if table.shape[0] else 0


def pair(state: Begun) -> tuple[int, int]:
    """The addresses of h and c; 0 for what is not there."""
    if not state:
        return 0, 0
    return at(state[0]), at(state[1]) if len(state) > 1 else 0


# -- packed weights ------------------------------------------------------------------

_layers: dict[int, tuple[weakref.ref[Tensor], dict[Any, Any]]] = {}
"""Packed weights by the id of R: they live as long as it does."""
_meeting = RLock()


def layer_of(cell: AbstractGatedCell, weights: Weights, *, reverse: bool) -> Any:
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
        found[1][key] = kernels._native.Layer(
            kernels.KERNELS[cell], kernels.chosen_set(), wide, *widths
        )
    return found[1][key]


def _forget(place: int, ref: weakref.ref[Tensor]) -> None:
    if place in _layers and _layers[place][0] is ref:
        del _layers[place]


def _version(weights: Weights) -> int:
    """A number that changes with each edit that torch sees."""
    try:
        edits = [(w.data_ptr(), w._version) for w in weights if w is not None]
    except RuntimeError:  # tensors made in inference mode count no edits
        return 0
    return hash(tuple(edits))
