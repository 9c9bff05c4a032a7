"""The simple recurrent network as a layer, in place of torch.nn.RNN.

    h′ = φ(W x + b + R h + c)          φ is tanh or relu; see unrolled.cells.elman

Shapes: a batch comes as (time, rows, inputs), with batch_first as (rows, time, inputs),
as (time, inputs) if it is a single row, as a PackedSequence or as a Ragged, and the
output leaves in the same form with `directions · hidden` in place of `inputs`. Any
length, and the number of rows, may be 0. States are (layers · directions, rows, hidden)
in each case; a single row's have no dimension of rows.
"""

from typing import final

from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells.elman import Elman
from unrolled.nn.drop_in import Batch, carry, path_of


@final
class RNN(nn.RNN):
    """Layers of the cell `elman`; the constructor and its errors are torch.nn.RNN's."""

    @property
    def cell(self) -> Elman:
        """The cell that the layer carries along time."""
        return Elman(nonlinearity=self.nonlinearity)

    @property
    def path(self) -> str:
        """The engine's path on the device where the weights lie."""
        return path_of(self, self.cell)

    @override
    def forward(self, input: Batch, hx: Tensor | None = None) -> tuple[Batch, Tensor]:
        """The output and the last state h, from a batch and perhaps a first state.

        Raises what torch.nn.RNN raises, except for lengths of 0, which are welcome.
        """
        states = None if hx is None else (hx,)
        output, (h,) = carry(self, self.cell, input, states)
        return output, h
