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
from unrolled.engine import Weights, run
from unrolled.models.inputs import drop_along_rows
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
    ) -> None:
        super().__init__()
        self.cell, self.hidden, self.layers, self.dropout = (
            cell,
            hidden,
            layers,
            dropout,
        )
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
        """The weights of one layer, read forwards ("") or backwards ("_reverse")."""

        def mine(name: str) -> Tensor:
            return self.get_parameter(f"{name}_l{layer}{direction}")

        return Weights(
            W=mine("weight_ih"),
            R=mine("weight_hh"),
            b=mine("bias_ih"),
            c=mine("bias_hh"),
            v=mine("weight_cell") if self.cell.vectors else None,
        )

    @override
    def forward(self, x: Ragged) -> tuple[Ragged, Tensor]:
        """From x, values (tokens, inputs), to outputs and the last layer's last states.

        Outputs have values (tokens, width). The last states are (rows, width): what a
        row's first state was after its last token, and for the direction that reads
        from the end after its first one.
        """
        last: list[State] = []
        for layer in range(self.layers):
            if layer:
                x = drop_along_rows(x, self.dropout, self.training)
            runs = [
                run(self.cell, self.weights(layer, d), x, reverse=d == "_reverse")
                for d in self.directions
            ]
            x = x.with_values(torch.cat([r.output.values for r in runs], dim=-1))
            last = [r.state for r in runs]
        return x, torch.cat([state[0] for state in last], dim=-1)
