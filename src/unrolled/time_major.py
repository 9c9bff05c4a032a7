"""The order in which a recurrent net reads a ragged batch: moment after moment.

All first tokens stand side by side, then all second ones, and so on; the longest row is
on top, so the rows still running at time t are always the first `counts[t]` ones.

    rows      "he is great"   "fine"   ""
    time      0               1        2
    tokens    he fine         is       great
    counts    2               1        1

A net that reads backwards meets the last token of each row first:

    tokens    great fine      is       he
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class TimeMajor:
    """Rows sorted from long to short, and the maps to the order of time and back.

    `order` (rows,) lists the rows from long to short (equal ones as they came),
    `lengths` (rows,) is in the order of the batch, `counts[t]` says how many rows are
    still running at time t. Moving values there and back is a gather; its gradient is
    a gather too.
    """

    order: Tensor
    lengths: Tensor
    counts: list[int]
    backwards: bool = False

    @staticmethod
    def of(lengths: Tensor, *, backwards: bool = False) -> "TimeMajor":
        """The order for rows of the given lengths, (rows,) int64 on the CPU."""
        order = lengths.argsort(descending=True, stable=True)
        longest = int(lengths.max()) if len(lengths) else 0
        ended = torch.bincount(lengths, minlength=longest + 1)[:longest].cumsum(0)
        counts = (len(lengths) - ended).tolist() if longest else []
        return TimeMajor(order, lengths, counts, backwards)

    @cached_property
    def starts(self) -> list[int]:
        """Where the tokens of each moment begin, and where the last ones end."""
        counts = torch.tensor([0, *self.counts], dtype=torch.int64)
        return counts.cumsum(0).tolist()

    @cached_property
    def unsort(self) -> Tensor:
        """(rows,): where each row of the batch stands in `order`."""
        back = torch.empty_like(self.order)
        back[self.order] = torch.arange(len(back))
        return back

    @cached_property
    def index(self) -> Tensor:
        """(tokens,): which token of the rows stands at each place along time."""
        ends = self.lengths.cumsum(0)
        counts = torch.tensor(self.counts, dtype=torch.int64)
        moment = torch.arange(len(counts)).repeat_interleave(counts)
        row = self.order[spans(torch.zeros_like(counts), counts)]
        if self.backwards:
            return ends[row] - 1 - moment
        return ends[row] - self.lengths[row] + moment

    @cached_property
    def inverse(self) -> Tensor:
        """(tokens,): where along time each token of the rows stands."""
        back = torch.empty_like(self.index)
        back[self.index] = torch.arange(len(back))
        return back

    def to_time(self, values: Tensor) -> Tensor:
        """(tokens, ...) from the order of the rows to the order of time."""
        return _Permute.apply(values, self.index, self.inverse)

    def from_time(self, values: Tensor) -> Tensor:
        """(tokens, ...) from the order of time to the order of the rows."""
        return _Permute.apply(values, self.inverse, self.index)

    def sort_rows(self, values: Tensor) -> Tensor:
        """(rows, ...) from the order of the batch to longest first."""
        return _Permute.apply(values, self.order, self.unsort)

    def unsort_rows(self, values: Tensor) -> Tensor:
        """(rows, ...) from longest first to the order of the batch."""
        return _Permute.apply(values, self.unsort, self.order)


class _Permute(torch.autograd.Function):
    """A gather whose gradient is a gather: torch's own would scatter and add."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, index: Tensor, inverse: Tensor) -> Tensor:
        ctx.maps = (index, inverse)
        return values.index_select(0, index.to(values.device))

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        index, inverse = ctx.maps
        return _Permute.apply(grad, inverse, index), None, None


def spans(starts: Tensor, lengths: Tensor) -> Tensor:
    """start, start + 1, ..., a span of each length, end to end: (sum of lengths,)."""
    shift = starts - (lengths.cumsum(0) - lengths)
    return torch.arange(int(lengths.sum())) + shift.repeat_interleave(lengths)
