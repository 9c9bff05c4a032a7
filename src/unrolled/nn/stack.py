"""Layers on top of each other, each read in one direction or in both.

    x ──► layer 0 ──► layer 1 ──► ... ──► output        dropout between the layers
          ──────►     ──────►
          ◄──────     ◄──────     with both directions, their outputs side by side

Functions of cells and weights alone: who owns the weights, and under which names, is
the caller's affair. States are laid out as torch.nn lays them out: one tensor for each
state of the cell, (layers · directions, rows, ·), the directions of the first layer on
top.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import dropout as zero_some

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import Weights, run_directions
from unrolled.errors import ShapeError
from unrolled.ragged import Ragged

Layer = Sequence[Weights]
"""The weights of one layer: forwards, or forwards and backwards."""


def run_stack(
    cell: AbstractGatedCell,
    layers: Sequence[Layer],
    x: Ragged,
    state: State | None = None,
    *,
    dropout: float = 0.0,
    training: bool = False,
) -> tuple[Ragged, State]:
    """The last layer's output, values (tokens, directions · size), and all last states.

    x has values (tokens, inputs); each state, given or returned, is (layers ·
    directions, rows, ·), zero if not given. In training, each entry of what goes from
    one layer to the next is zero with the probability `dropout`, and the others are
    scaled up. Raises ShapeError where tensors do not fit.
    """
    remaining = iter(_by_place(state, depth=sum(map(len, layers))))
    last: list[State] = []
    for height, directions in enumerate(layers):
        if height and training and dropout:
            x = _drop(x, dropout)
        here = [next(remaining) for _ in directions]
        x, ends = run_layer(cell, directions, x, here)
        last += ends
    return x, tuple(map(_on_top, zip(*last, strict=True)))


def run_layer(
    cell: AbstractGatedCell,
    directions: Layer,
    x: Ragged,
    states: Sequence[State | None],
) -> tuple[Ragged, list[State]]:
    """One layer: its output, (tokens, directions · size), and each direction's states.

    `states` holds one state, or None for zero, for each direction; each is (rows, ·).
    """
    made = run_directions(cell, directions, x, states)
    return made.output, made.states


def _on_top(states: Sequence[Tensor]) -> Tensor:
    """States (rows, ·) of each place as one (layers · directions, rows, ·)."""
    return states[0].unsqueeze(0) if len(states) == 1 else torch.stack(list(states))


def _by_place(state: State | None, *, depth: int) -> Sequence[State | None]:
    """The state of each layer and direction. Raises ShapeError unless all have one."""
    if state is None:
        return [None] * depth
    found = [len(each) for each in state]
    if found != [depth] * len(state):
        raise ShapeError(
            found=f"initial states for {found} layers and directions.",
            expected=f"{depth} in each state",
            fix="give each state as (layers · directions, rows, size)",
        )
    return list(zip(*state, strict=True))


def _drop(x: Ragged, probability: float) -> Ragged:
    """Zeros drawn in the order of time, as torch does: one seed, the same zeros."""
    drawn = zero_some(torch.ones_like(x.values), probability)
    return x.map(lambda values: values * x.forwards.from_time(drawn))
