"""Pairs of torch's layer and ours with the same weights, for the tests here."""

from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from tests.harness import measured, normal
from unrolled import nn
from unrolled.ragged import Ragged

KINDS = ["RNN", "GRU", "LSTM"]
SHAPES = [
    {"num_layers": layers, "bidirectional": both, "bias": bias, "batch_first": first}
    for layers, both, bias, first in product([1, 2], [0, 1], [0, 1], [0, 1])
]
BY_KIND = pytest.mark.parametrize("kind", KINDS)
BY_OPTIONS = pytest.mark.parametrize(
    ("kind", "options"),
    [(kind, {n: v if n == "num_layers" else bool(v) for n, v in shape.items()})
     for kind in KINDS for shape in SHAPES]
    + [("RNN", {"nonlinearity": "relu"}), ("LSTM", {"proj_size": 2}),
       ("LSTM", {"proj_size": 2, "num_layers": 3, "bidirectional": True})],
    ids=lambda value: value if isinstance(value, str) else "-".join(
        f"{n}={v}" for n, v in value.items() if v),
)  # fmt: skip


def pair(kind: str, **options: Any) -> tuple[torch.nn.RNNBase, torch.nn.RNNBase]:
    """Torch's layer and ours of 3 inputs and 4 units, made from one seed."""
    made = []
    for home in (torch.nn, nn):
        torch.manual_seed(0)
        made.append(getattr(home, kind)(3, 4, **options, dtype=torch.float64))
    return made[0], made[1]


def first_states(layer: torch.nn.RNNBase, *rows: int) -> Any:
    """Random states in the form that the layer takes, for so many rows or for one."""
    places = layer.num_layers * (2 if layer.bidirectional else 1)
    h = normal(places, *rows, layer.proj_size or 4, seed=5).requires_grad_()
    c = normal(places, *rows, 4, seed=6).requires_grad_()
    return (h, c) if isinstance(layer, torch.nn.LSTM) else h


def compared(
    layer: torch.nn.RNNBase, batch: Any, states: Any = None
) -> dict[str, Tensor]:
    """Outputs and last states, and the gradients of parameters, batch and states."""
    output, last = layer(batch, states)
    values = {Ragged: lambda o: o.values, PackedSequence: lambda o: o.data}
    of = values.get(type(batch), lambda o: o)
    outputs = {"output": of(output)}
    many = isinstance(layer, torch.nn.LSTM)
    for name, state in zip("hc", last if many else (last,), strict=False):
        outputs[f"last {name}"] = state
    leaves = {"x": of(batch), **dict(layer.named_parameters())}
    if states is not None:
        leaves |= dict(zip("hc", states if many else (states,), strict=False))
    return measured(outputs, leaves)
