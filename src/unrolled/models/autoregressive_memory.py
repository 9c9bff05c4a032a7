"""What an autoregressive forecaster carries along time, and the moments it reads.

told      value by the scale │ mark │ past covariates, and 1 where they are told
runs      [0 1 2 3 gap] [5 6 gap] [8 9]     each ends with a gap, which is filled by
what the network expected there
"""

from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.cells._base import State
from unrolled.ragged import Ragged


class Memory(NamedTuple):
    """What is carried along time for some rows."""

    state: State
    """Of the layers, each (layers, rows, hidden)."""
    last: Tensor
    """The last moment: its value by the scale, its mark, its past covariates and their
    mark, (rows, 2 + ·)."""
    scale: Tensor
    """(rows,)."""
    groups: Tensor
    """(rows, groups) int64."""

    def repeat(self, times: int) -> "Memory":
        """Each row so many times, one after the other."""
        state = tuple(s.repeat_interleave(times, dim=1) for s in self.state)
        rest = (one.repeat_interleave(times, dim=0) for one in self[1:])
        return Memory(state, *rest)

    def keep(self, rows: Tensor | slice) -> "Memory":
        """These rows, (kept,), in this order."""
        state = tuple(s[:, rows].contiguous() for s in self.state)
        return Memory(state, *(one[rows] for one in self[1:]))


class Moments(NamedTuple):
    """Moments of some rows, as they are read."""

    told: Ragged
    """Value by the scale, mark, past covariates and their mark: (tokens, 2 + ·)."""
    known: Tensor
    """Known covariates, (tokens, ahead)."""


def runs_of(told: Ragged) -> list[Tensor]:
    """The tokens (chosen,) of each run: a row's next run begins after its next gap."""
    gap, row = told.values[:, 1] == 0, told.row_of_token
    tokens = torch.arange(len(row))
    if not gap.any():
        return [tokens]
    before = gap.cumsum(0) - gap.long()
    starts = told.offsets[:-1].clamp(max=len(row) - 1)
    run = before - before[starts][row]
    order = run.argsort(stable=True)
    return list(order.split(run.bincount().tolist()))


def last_of(told: Ragged, values: Tensor, before: Tensor) -> Tensor:
    """The last moment of each row, or the one before where it has none, (rows, ·)."""
    if not len(values):
        return before
    last = values[(told.offsets[1:] - 1).clamp(min=0)]
    return torch.where((told.lengths > 0)[:, None], last, before)
