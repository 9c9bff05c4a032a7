"""Where a batch comes into a layer and where it leaves, in the form it came in.

    Ragged           values (tokens, inputs)                      the form inside
    PackedSequence   data (tokens, inputs)                        torch's own
    3-D tensor       (time, rows, inputs), (rows, time, inputs)   rows of equal length
    2-D tensor       (time, inputs)                               one row by itself

A single row also has states without the dimension of rows.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from unrolled.cells._base import State
from unrolled.ragged import Ragged


class Border(NamedTuple):
    """A batch that has come in, and the way out for what is made of it."""

    x: Ragged
    """What came in."""
    leave: Callable[[Ragged], Any]
    """The output, in the form that came in."""
    single: bool = False
    """Whether it is one row by itself, with states (layers · directions, ·)."""

    def states_in(self, states: State) -> State:
        """States as the caller has them to (layers · directions, rows, ·).

        Raises RuntimeError, as torch does, for any other number of dimensions.
        """
        wanted = 2 if self.single else 3
        found = [state.dim() for state in states]
        if found != [wanted] * len(states):
            raise RuntimeError(
                f"this input goes with initial states of {wanted} dimensions each, got"
                f" {found}"
            )
        return tuple(s.unsqueeze(1) for s in states) if self.single else states

    def states_out(self, states: State) -> State:
        """The way back from `states_in`."""
        return tuple(s.squeeze(1) for s in states) if self.single else states


def enter(batch: Tensor | PackedSequence | Ragged, *, batch_first: bool) -> Border:
    """The border for a batch of any form; `batch_first` is about 3-D tensors only.

    Raises ValueError for a tensor of other than 2 or 3 dimensions, RuntimeError for one
    in oneDNN's own layout.
    """
    if isinstance(batch, Ragged):
        return Border(batch, leave=lambda output: output)
    if isinstance(batch, PackedSequence):
        return _packed(batch)
    if batch.is_mkldnn:  # torch itself stops at an empty one: SIGFPE
        raise RuntimeError("Expected a dense input, got one in oneDNN's own layout")
    if batch.dim() == 2:
        lengths = torch.tensor([len(batch)])
        return Border(Ragged(batch, lengths), lambda output: output.values, single=True)
    if batch.dim() == 3:
        return _padded(batch, batch_first=batch_first)
    raise ValueError(f"Expected input to be 2D or 3D, got {batch.dim()}D instead")


def _packed(packed: PackedSequence) -> Border:
    x = Ragged.from_packed(packed)

    def leave(output: Ragged) -> PackedSequence:
        return packed._replace(data=x.forwards.to_time(output.values))

    return Border(x, leave)


def _padded(padded: Tensor, *, batch_first: bool) -> Border:
    rows_first = padded if batch_first else padded.transpose(0, 1)
    rows, time = rows_first.shape[:2]

    def leave(output: Ragged) -> Tensor:
        # Not to_padded: a batch of no rows, too, keeps its places along time.
        made = output.values.unflatten(0, (rows, time))
        return made if batch_first else made.transpose(0, 1).contiguous()

    return Border(Ragged(rows_first.flatten(0, 1), torch.full((rows,), time)), leave)
