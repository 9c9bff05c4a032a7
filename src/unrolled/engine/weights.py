"""The weights of one layer in one direction, by the letters of the cells' equations."""

from typing import NamedTuple

from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.errors import ShapeError


class Weights(NamedTuple):
    """What the engine multiplies; torch's names stand beside the letters.

    `size` is hidden, or the width of the projection where there is one.
    """

    W: Tensor
    """weight_ih, (blocks · hidden, inputs)."""
    R: Tensor
    """weight_hh, (blocks · hidden, size)."""
    b: Tensor | None = None
    """bias_ih, (blocks · hidden,)."""
    c: Tensor | None = None
    """bias_hh, (blocks · hidden,)."""
    P: Tensor | None = None
    """weight_hr, (size, hidden): h = P m, where m is the cell's own first state."""
    v: Tensor | None = None
    """The cell's own vectors, (vectors, hidden)."""

    def check(self, cell: AbstractGatedCell, inputs: int) -> None:
        """Raises ShapeError unless these weights fit the cell and its input width."""
        blocks, hidden = len(cell.gates), len(self.W) // len(cell.gates)
        size = hidden if self.P is None else len(self.P)
        if self.P is not None and not cell.projects:
            raise ShapeError(
                found=f"a projection P for {cell}.",
                expected="no P: this cell meets h unit by unit, not only in R h",
                fix="leave P out, or choose another cell",
            )
        wanted = {
            "W": (blocks * hidden, inputs),
            "R": (blocks * hidden, size),
            "b": (blocks * hidden,),
            "c": (blocks * hidden,),
            "P": (size, hidden),
            "v": (len(cell.vectors), hidden),
        }
        for name, tensor in self._asdict().items():
            if tensor is None and (name != "v" or not cell.vectors):
                continue
            found = None if tensor is None else tuple(tensor.shape)
            if found != wanted[name]:
                raise ShapeError(
                    found=f"{name} of shape {found} for {cell} on {inputs} inputs.",
                    expected=f"{name} of shape {wanted[name]}",
                    fix="check the cell, the input width and the hidden size",
                )

    def sizes(self, cell: AbstractGatedCell) -> list[int]:
        """The width of each state: the first may be projected, the others are not."""
        hidden = len(self.W) // len(cell.gates)
        return [self.R.shape[1]] + [hidden] * (len(cell.states) - 1)

    def begin(
        self, cell: AbstractGatedCell, state: State | None, *, rows: int
    ) -> State:
        """The state to begin from: `state` if it is given, or zero for every row.

        Raises ShapeError unless there is one tensor (rows, ·) for each state.
        """
        wanted = [(rows, size) for size in self.sizes(cell)]
        if state is None:
            return tuple(self.W.new_zeros(shape) for shape in wanted)
        found = [tuple(s.shape) for s in state]
        if found != wanted:
            raise ShapeError(
                found=f"initial states of shapes {found}.",
                expected=f"{wanted}, for {', '.join(cell.states)}",
                fix="give one state for each row of the batch",
            )
        return tuple(state)
