"""The gated recurrent unit as a layer, in place of torch.nn.GRU.

    r, z = σ(W x + b + R h + c)        reset and update gate; see unrolled.cells.gru
    n    = tanh(W x + b + r ⊙ (R h + c))
    h′   = z ⊙ h + (1 − z) ⊙ n

With reset="before" it is the GRU of the first paper, n = tanh(W x + b + R (r ⊙ h) + c),
which torch does not have; the weights have the same names and shapes.

Shapes: a batch comes as (time, rows, inputs), with batch_first as (rows, time, inputs),
as (time, inputs) if it is a single row, as a PackedSequence or as a Ragged, and the
output leaves in the same form with `directions · hidden` in place of `inputs`. Any
length, and the number of rows, may be 0. States are (layers · directions, rows, hidden)
in each case; a single row's have no dimension of rows.
"""

from typing import Any, final

from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells import gru
from unrolled.nn.drop_in import Batch, carry, path_of


@final
class GRU(nn.GRU):
    """Layers of the cell `gru`; torch.nn.GRU's constructor, and the option `reset`.

    Raises what torch.nn.GRU raises, and SettingError for a reset that is not known.
    """

    # torch's constructor takes whatever it is given, too, and refuses it in its words.
    def __init__(self, *args: Any, reset: str = "after", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cell = gru.GRU(reset=reset)

    @property
    def path(self) -> str:
        """The engine's path on the device where the weights lie."""
        return path_of(self, self.cell)

    @override
    def extra_repr(self) -> str:
        shown = super().extra_repr()
        return f"{shown}, reset=before" if self.cell.late else shown

    @override
    def forward(self, input: Batch, hx: Tensor | None = None) -> tuple[Batch, Tensor]:
        """The output and the last state h, from a batch and perhaps a first state.

        Raises what torch.nn.GRU raises, except for lengths of 0, which are welcome.
        """
        states = None if hx is None else (hx,)
        output, (h,) = carry(self, self.cell, input, states)
        return output, h
