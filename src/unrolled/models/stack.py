"""Recurrent layers on top of each other, in one direction or both, of any cell.

    x ──► layer 0 ──► layer 1 ──► ... ──► output        dropout between the layers
          ──────►     ──────►
          ◄──────     ◄──────     with both directions, their outputs side by side

The weights carry the names of torch.nn (weight_ih_l0, bias_hh_l1_reverse, ...), so the
state_dict of a stack of a classic cell is that of torch.nn.LSTM, GRU or RNN.
"""

from typing import final

import torch
from torch import Tensor, nn
from torch.nn.init import orthogonal_, xavier_uniform_, zeros_
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import Weights
from unrolled.errors import ShapeError
from unrolled.models.dropout import dropout as drop_some
from unrolled.models.inputs import drop_along_rows
from unrolled.nn.stack import run_layer
from unrolled.ragged import Ragged


@final
class Stack(nn.Module):
    """Layers of one cell; `width` is what all directions give, side by side."""

    def __init__(
        self,
        cell: AbstractGatedCell,
        *,
        inputs: int,
        hidden: int,
        layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        weight_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.cell, self.dropout, self.weight_dropout = cell, dropout, weight_dropout
        self.hidden, self.layers = hidden, layers
        self.directions = ("", "_reverse") if bidirectional else ("",)
        self.width = hidden * len(self.directions)
        blocks = len(cell.gates) * hidden
        for layer in range(layers):
            for direction in self.directions:
                shapes = {
                    "weight_ih": (blocks, self.width if layer else inputs),
                    "weight_hh": (blocks, hidden),
                    "bias_ih": (blocks,),
                    "bias_hh": (blocks,),
                }
                if cell.vectors:
                    shapes["weight_cell"] = (len(cell.vectors), hidden)
                for name, shape in shapes.items():
                    weight = nn.Parameter(torch.empty(shape))
                    self.register_parameter(f"{name}_l{layer}{direction}", weight)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Glorot for W, orthogonal blocks for R, zero biases, and 1 to a forget gate.

        Orthogonal: Saxe et al. 2014, arXiv:1312.6120. Forget bias 1: Jozefowicz et al.
        2015, "An empirical exploration of recurrent network architectures".
        """
        for name, weight in self.named_parameters():
            blocks = weight.data.chunk(len(self.cell.gates)) if weight.dim() > 1 else ()
            if name.startswith("weight_hh"):
                for block in blocks:
                    orthogonal_(block)
            elif name.startswith("weight_ih"):
                for block in blocks:
                    xavier_uniform_(block)
            else:
                zeros_(weight)
            if name.startswith("bias_ih") and "f" in self.cell.gates:
                forget = self.cell.gates.index("f")
                weight.data.chunk(len(self.cell.gates))[forget].fill_(1.0)

    def weights(self, layer: int, direction: str) -> Weights:
        """The weights of one layer, read forwards ("") or backwards ("_reverse").

        In training a share `weight_dropout` of the recurrent ones is zero, the same for
        all moments and rows (DropConnect: Merity et al. 2018, arXiv:1708.02182).
        """

        def mine(name: str) -> Tensor:
            return self.get_parameter(f"{name}_l{layer}{direction}")

        return Weights(
            W=mine("weight_ih"),
            R=drop_some(mine("weight_hh"), self.weight_dropout, self.training),
            b=mine("bias_ih"),
            c=mine("bias_hh"),
            v=mine("weight_cell") if self.cell.vectors else None,
        )

    @override
    def forward(self, x: Ragged, state: State | None = None) -> tuple[Ragged, State]:
        """The last layer's outputs, values (tokens, width), and all last states.

        x has values (tokens, inputs). Each state, given (zero if not) or returned, is
        (layers · directions, rows, hidden), the directions of the first layer on top:
        what it is after a row's last token, and in the direction that reads from the
        end after its first one. Raises ShapeError where tensors do not fit.
        """
        begin = self._begin(state)
        last: list[State] = []
        for layer in range(self.layers):
            if layer:
                x = drop_along_rows(x, self.dropout, self.training)
            weights = [self.weights(layer, direction) for direction in self.directions]
            here = begin[len(last) : len(last) + len(weights)]
            x, ends = run_layer(self.cell, weights, x, here)
            last += ends
        return x, tuple(torch.stack(each) for each in zip(*last, strict=True))

    def _begin(self, state: State | None) -> list[State | None]:
        """The state to begin from, for each layer and direction."""
        depth = self.layers * len(self.directions)
        if state is None:
            return [None] * depth
        found = [len(one) for one in state]
        if found != [depth] * len(self.cell.states):
            raise ShapeError(
                found=f"initial states for {found} layers and directions.",
                expected=f"{depth} for each of {', '.join(self.cell.states)}",
                fix="lay the states out as the stack returns them",
            )
        return list(zip(*state, strict=True))

    def top(self, state: Tensor) -> Tensor:
        """What the last layer's directions end with, side by side: (rows, width).

        `state` is (layers · directions, rows, hidden), as `forward` returns it.
        """
        return torch.cat(list(state[-len(self.directions) :]), dim=-1)
