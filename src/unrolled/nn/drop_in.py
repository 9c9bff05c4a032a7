"""What the three layers share: a torch layer's weights, checks and forms, our engine.

A layer of ours is torch's own, with its constructor, its initial weights, its names in
the state_dict and its text; only `forward` comes here. See
docs/decisions/0002-drop-in-layers.md.
"""

from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import Weights, path_for
from unrolled.nn.borders import enter
from unrolled.nn.stack import run_stack
from unrolled.ragged import Ragged

Batch = TypeVar("Batch", Tensor, PackedSequence, Ragged)
"""The forms in which a batch may come; see `unrolled.nn.borders`."""


def carry(
    layer: nn.RNNBase, cell: AbstractGatedCell, batch: Batch, states: State | None
) -> tuple[Batch, State]:
    """The output, in the form of the batch, and the last states, laid out as torch's.

    Raises what torch raises: ValueError for a tensor of other than 2 or 3 dimensions or
    of another dtype than the weights, RuntimeError for sizes that do not fit.
    """
    border = enter(batch, batch_first=layer.batch_first)
    if states is not None:
        states = border.states_in(states)
    _check(layer, border.x, states)
    output, last = run_stack(
        cell,
        weights_of(layer),
        border.x,
        states,
        dropout=layer.dropout,
        training=layer.training,
    )
    return border.leave(output), border.states_out(last)


def path_of(layer: nn.RNNBase, cell: AbstractGatedCell) -> str:
    """The engine's path for the layer on the device where its weights lie."""
    device = next(layer.parameters()).device
    return path_for(cell, device, projected=layer.proj_size > 0)


def places(layer: nn.RNNBase) -> list[list[str]]:
    """The endings of the weights' names, for each layer and direction."""
    directions = ("", "_reverse") if layer.bidirectional else ("",)
    return [[f"_l{k}{end}" for end in directions] for k in range(layer.num_layers)]


def weights_of(layer: nn.RNNBase) -> list[list[Weights]]:
    """The weights of each layer and direction, as they are now."""
    return [
        [_weights(layer, place) for place in directions] for directions in places(layer)
    ]


def _weights(layer: nn.RNNBase, place: str) -> Weights:
    def absent_or(name: str) -> Tensor | None:
        return getattr(layer, name + place, None)

    return Weights(
        W=getattr(layer, "weight_ih" + place),
        R=getattr(layer, "weight_hh" + place),
        b=absent_or("bias_ih"),
        c=absent_or("bias_hh"),
        P=absent_or("weight_hr"),
        v=absent_or("weight_cell"),  # ours alone: torch has no cell with vectors
    )


def _check(layer: nn.RNNBase, x: Ragged, states: State | None) -> None:
    """Torch's own checks, in its own words; they take the rows from a packed batch."""
    rows = torch.tensor([len(x)])
    if states is None:
        layer.check_input(x.values, rows)
    else:
        first, *others = states
        hidden: Any = states if others else first
        layer.check_forward_args(x.values, hidden, rows)
