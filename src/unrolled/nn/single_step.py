"""One step at a time as a layer, in place of torch.nn.RNNCell, LSTMCell and GRUCell.

    state = None
    for x in inputs:                   (rows, inputs) each, or (inputs,) for one row
        state = cell(x, state)         (rows, hidden) each; an LSTMCell's is (h, c)

The same step of the same engine as in the layers, with gradients; for answers alone
`unrolled.engine.stream` is quicker. The constructors and their errors are torch's.
"""

from typing import Any, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.cells.elman import NONLINEARITIES, Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, run
from unrolled.ragged import Ragged


@final
class RNNCell(nn.RNNCell):
    """One step of the cell `elman`."""

    @override
    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The new h, (rows, hidden), from (rows, inputs) and h, zero if not given."""
        states = None if hx is None else (hx,)
        known = self.nonlinearity in NONLINEARITIES  # torch asks only now
        if not known or not _fits(self, input, states):
            return super().forward(input, hx)
        (h,) = _step(self, Elman(nonlinearity=self.nonlinearity), input, states)
        return h


@final
class GRUCell(nn.GRUCell):
    """One step of the cell `gru`."""

    @override
    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The new h, (rows, hidden), from (rows, inputs) and h, zero if not given."""
        states = None if hx is None else (hx,)
        if not _fits(self, input, states):
            return super().forward(input, hx)
        (h,) = _step(self, GRU(), input, states)
        return h


@final
class LSTMCell(nn.LSTMCell):
    """One step of the cell `lstm`."""

    @override
    def forward(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """The new (h, c), (rows, hidden) each, from (rows, inputs) and (h, c)."""
        if not _fits(self, input, hx):
            return super().forward(input, hx)
        h, c = _step(self, LSTM(), input, hx)
        return h, c


def _fits(layer: nn.RNNCellBase, x: Tensor, states: State | None) -> bool:
    """Whether the shapes are right. If not, torch's forward says so in its words."""
    rows = tuple(x.shape[:-1])
    shapes = [tuple(state.shape) for state in states or ()]
    return (
        x.dim() in (1, 2)
        and x.shape[-1] == layer.input_size
        and all(shape == (*rows, layer.hidden_size) for shape in shapes)
    )


def _step(
    layer: nn.RNNCellBase, cell: AbstractGatedCell, x: Tensor, states: State | None
) -> State:
    weights: Any = (layer.weight_ih, layer.weight_hh, layer.bias_ih, layer.bias_hh)
    tokens = torch.atleast_2d(x)
    batch = Ragged(tokens, torch.ones(len(tokens), dtype=torch.int64))
    before = None if states is None else tuple(map(torch.atleast_2d, states))
    after = run(cell, Weights(*weights), batch, before).state
    return after if x.dim() == 2 else tuple(state.squeeze(0) for state in after)
