"""Long short-term memory as a layer, in place of torch.nn.LSTM.

    i, f, o = σ(W x + b + R h + c)     the gates; see unrolled.cells.lstm
    c′ = f ⊙ c + i ⊙ tanh(W x + b + R h + c)
    h′ = o ⊙ tanh(c′)                  with proj_size: h′ = P (o ⊙ tanh(c′))

With peepholes=True the gates see the cell state through weights that torch does not
have: weight_cell_l0, weight_cell_l0_reverse, weight_cell_l1, ..., each (3, hidden), in
the order i, f, o.

Shapes: a batch comes as (time, rows, inputs), with batch_first as (rows, time, inputs),
as (time, inputs) if it is a single row, as a PackedSequence or as a Ragged, and the
output leaves in the same form with `directions · size` in place of `inputs`; size is
hidden, or proj_size. Any length, and the number of rows, may be 0. The states h, c are
(layers · directions, rows, size) and (layers · directions, rows, hidden) in each case;
a single row's have no dimension of rows.
"""

from collections.abc import Sequence
from typing import Any, final

from torch import Tensor, nn
from torch.nn.init import uniform_
from typing_extensions import override

from unrolled.cells import lstm
from unrolled.nn.drop_in import Batch, carry, path_of, places


@final
class LSTM(nn.LSTM):
    """Layers of the cell `lstm`; torch.nn.LSTM's constructor, and peepholes."""

    # torch's constructor takes whatever it is given, too, and refuses it in its words.
    def __init__(self, *args: Any, peepholes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cell = lstm.LSTM(peepholes=peepholes)
        if peepholes:
            self._add_peepholes()

    def _add_peepholes(self) -> None:
        """Drawn as torch draws the other weights: evenly from ±1/√hidden."""
        bound = self.hidden_size**-0.5
        for directions in places(self):
            for place in directions:
                like = self.get_parameter(f"weight_ih{place}")
                weight = nn.Parameter(like.new_empty(3, self.hidden_size))
                uniform_(weight, -bound, bound)
                self.register_parameter(f"weight_cell{place}", weight)

    @property
    def path(self) -> str:
        """The engine's path on the device where the weights lie."""
        return path_of(self, self.cell)

    @override
    def extra_repr(self) -> str:
        shown = super().extra_repr()
        return f"{shown}, peepholes=True" if self.cell.peepholes else shown

    @override
    def forward(
        self, input: Batch, hx: Sequence[Tensor] | None = None
    ) -> tuple[Batch, tuple[Tensor, Tensor]]:
        """The output and the last states (h, c), from a batch and perhaps first states.

        Raises what torch.nn.LSTM raises, except for lengths of 0, which are welcome.
        """
        states = None if hx is None else tuple(hx)
        output, (h, c) = carry(self, self.cell, input, states)
        return output, (h, c)
