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
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, path_for
from unrolled.nn.borders import enter
from unrolled.nn.stack import run_stack
from unrolled.ragged import Ragged

Batch = TypeVar("Batch", Tensor, PackedSequence, Ragged)
"""The forms in which a batch may come; see `unrolled.nn.borders`."""

_WITH_PEEPHOLES = LSTM(peepholes=True)


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
    weight = next(layer.parameters())
    projected = layer.proj_size > 0
    return path_for(cell, weight.device, dtype=weight.dtype, projected=projected)


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
    known = layer._parameters  # a look past nn.Module's own, which is ten times slower

    def found(name: str) -> Any:
        weight = known.get(name + place)
        return getattr(layer, name + place) if weight is None else weight

    peepholes = getattr(layer, "cell", None) == _WITH_PEEPHOLES
    return Weights(
        W=found("weight_ih"),
        R=found("weight_hh"),
        b=found("bias_ih") if layer.bias else None,
        c=found("bias_hh") if layer.bias else None,
        P=found("weight_hr") if layer.proj_size else None,
        v=found("weight_cell") if peepholes else None,  # torch has no such cell
    )


def _check(layer: nn.RNNBase, x: Ragged, states: State | None) -> None:
    """Torch's own checks, in its own words; they take the rows from a packed batch."""
    if states is None and _is_plain(layer, x.values):
        return
    rows = torch.tensor([len(x)])
    if states is None:
        layer.check_input(x.values, rows)
    else:
        first, *others = states
        hidden: Any = states if others else first
        layer.check_forward_args(x.values, hidden, rows)


def _is_plain(layer: nn.RNNBase, x: Tensor) -> bool:
    """Whether torch's checks would find nothing: they cost as much as a short run."""
    dtype = layer.weight_ih_l0.dtype
    return x.dim() == 2 and x.shape[1] == layer.input_size and x.dtype is dtype
