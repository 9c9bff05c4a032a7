"""Ragged: a batch of sequences of unequal length, laid end to end without padding.

    rows      "he is great"   "fine"   ""          three sequences
    lengths   3               1        0
    values    he is great fine                     (tokens, features...), tokens = 4
    offsets   0               3        4     4     where each row begins, and the end

Everything between a reader and a loss travels in this form, so nothing that is not
data can leak into a result. A row may have length 0 and a batch may have no rows. The
padded forms of other libraries exist only at a border; the conversions are here.
The order in which a recurrent net reads such a batch is in `time_major.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from unrolled.errors import ShapeError
from unrolled.time_major import TimeMajor, spans


@dataclass(frozen=True, eq=False)
class Ragged:
    """Rows laid end to end: `values` (tokens, features...), `lengths` (rows,) int64.

    `values` may live on any device and may need gradients; `lengths` stays on the CPU,
    because the loops that read it run there. Raises ShapeError if the lengths are
    negative or do not sum up to the tokens.
    """

    values: Tensor
    lengths: Tensor

    def __post_init__(self) -> None:
        given = torch.as_tensor(self.lengths, device="cpu")
        lengths = given.to(torch.int64).contiguous()
        object.__setattr__(self, "lengths", lengths)
        each = lengths.flatten().tolist()  # whole numbers of any size: sums are exact
        total, low = sum(each), min(each, default=0)
        whole = lengths is given or torch.equal(lengths, given)
        counts = lengths.dim() == 1 and low >= 0 and whole
        if not counts or self.values.dim() == 0:
            raise ShapeError(
                found=f"lengths {given.tolist()} for values {_shape(self.values)}.",
                expected="one length for each row, none of them negative",
                fix="give a one-dimensional tensor of sequence lengths",
            )
        if total != self.values.shape[0]:
            raise ShapeError(
                found=f"lengths that sum to {total} for {len(self.values)} tokens.",
                expected="as many tokens as the lengths add up to",
                fix="lay the rows end to end, or convert with Ragged.from_padded",
            )

    def __len__(self) -> int:
        """The number of rows."""
        return self.lengths.shape[0]

    def __getitem__(self, row: int) -> Tensor:
        """One row, (length, features...). Raises IndexError beyond the last."""
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        row %= len(self)
        return self.values[int(self.offsets[row]) : int(self.offsets[row + 1])]

    @cached_property
    def offsets(self) -> Tensor:
        """Where each row begins in `values`, and where the last ends: (rows + 1,)."""
        zero = torch.zeros(1, dtype=torch.int64)
        return torch.cat([zero, self.lengths.cumsum(0)])

    @cached_property
    def row_of_token(self) -> Tensor:
        """The row that each token belongs to: (tokens,), on the device of `values`."""
        rows = torch.arange(len(self)).repeat_interleave(self.lengths)
        return rows.to(self.values.device)

    @cached_property
    def forwards(self) -> TimeMajor:
        """The order along time, each row from its first token to its last."""
        return TimeMajor.of(self.lengths)

    @cached_property
    def backwards(self) -> TimeMajor:
        """The order along time, each row from its last token to its first."""
        return TimeMajor.of(self.lengths, backwards=True)

    def with_values(self, values: Tensor) -> "Ragged":
        """The same rows with other values, (tokens, anything...)."""
        if not values.dim() or len(values) != len(self.values):
            return Ragged(values, self.lengths)  # which says what does not fit
        made = object.__new__(Ragged)  # its lengths have been checked
        made.__dict__.update(self.__dict__, values=values)  # and what follows from them
        if values.device != self.values.device:
            made.__dict__.pop("row_of_token", None)
        return made

    def map(self, function: Callable[[Tensor], Tensor]) -> "Ragged":
        """`function` applied to all values at once; it must keep the tokens' order."""
        return self.with_values(function(self.values))

    # -- choosing and joining rows ---------------------------------------------------

    def gather(self, rows: Sequence[int] | Tensor) -> "Ragged":
        """The given rows, in the given order, or those for which a mask is true.

        A row may be asked for twice. Raises IndexError for one that is not there.
        """
        rows = torch.as_tensor(rows, device="cpu")
        rows = rows.nonzero()[:, 0] if rows.dtype == torch.bool else rows.long()
        lengths = self.lengths[rows]
        index = spans(self.offsets[:-1][rows], lengths)
        values = self.values.index_select(0, index.to(self.values.device))
        return Ragged(values, lengths)

    def split(self, sizes: Sequence[int]) -> list["Ragged"]:
        """Consecutive groups of `sizes` rows each, which must add up to all rows."""
        if sum(sizes) != len(self) or any(size < 0 for size in sizes):
            raise ShapeError(
                found=f"a split of {len(self)} rows into {list(sizes)}.",
                expected="sizes that add up to the number of rows",
                fix="change the sizes",
            )
        lengths = self.lengths.split(list(sizes))
        parts = self.values.split([int(part.sum()) for part in lengths])
        return [Ragged(v, n) for v, n in zip(parts, lengths, strict=True)]

    @staticmethod
    def concatenate(batches: Sequence["Ragged"]) -> "Ragged":
        """The rows of all batches, one batch after the other. Needs at least one."""
        values = torch.cat([batch.values for batch in batches])
        return Ragged(values, torch.cat([batch.lengths for batch in batches]))

    def reverse(self) -> "Ragged":
        """Each row read backwards; the rows stay in their order."""
        last = self.offsets[1:].repeat_interleave(self.lengths) - 1
        first = self.offsets[:-1].repeat_interleave(self.lengths)
        index = last + first - torch.arange(len(self.values))
        return self.with_values(self.values[index.to(self.values.device)])

    # -- from and to the forms of others ---------------------------------------------

    @staticmethod
    def from_list(rows: Sequence[Tensor]) -> "Ragged":
        """Rows (length, features...) that agree in everything but the length.

        Without rows nothing tells the features: the empty batch has values (0,).
        Raises ShapeError for rows that do not agree.
        """
        if len({row.shape[1:] for row in rows}) > 1:
            raise ShapeError(
                found=f"rows of shapes {[tuple(row.shape) for row in rows]}.",
                expected="rows that agree in everything but the length",
                fix="give each token the same features",
            )
        lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
        return Ragged(torch.cat(list(rows)) if len(rows) else torch.empty(0), lengths)

    def to_list(self) -> list[Tensor]:
        """Each row by itself, (length, features...)."""
        return list(self.values.split(self.lengths.tolist()))

    @staticmethod
    def from_padded(
        padded: Tensor, lengths: Tensor | Sequence[int], *, batch_first: bool = False
    ) -> "Ragged":
        """From (time, rows, features...), or (rows, time, ...) with `batch_first`."""
        rows_first = padded if batch_first else padded.transpose(0, 1)
        lengths = torch.as_tensor(lengths, device="cpu", dtype=torch.int64)
        longest = rows_first.shape[1]
        fits = len(lengths) == len(rows_first)
        if not fits or (len(lengths) and int(lengths.max()) > longest):
            raise ShapeError(
                found=f"lengths {lengths.tolist()} for {len(rows_first)} padded rows"
                f" of {longest} places.",
                expected="one length for each row, none beyond the padded places",
                fix="check the lengths, and batch_first",
            )
        if len(lengths) and int(lengths.min()) == longest:
            return Ragged(rows_first.flatten(0, 1), lengths)
        live = torch.arange(longest)[None, :] < lengths[:, None]
        return Ragged(rows_first[live.to(padded.device)], lengths)

    def to_padded(self, fill: float = 0.0, *, batch_first: bool = False) -> Tensor:
        """(time, rows, features...) with `fill` behind the end of each row."""
        longest = int(self.lengths.max()) if len(self) else 0
        shape = (len(self), longest, *self.values.shape[1:])
        live = torch.arange(longest)[None, :] < self.lengths[:, None]
        live = live.to(self.values.device)
        padded = self.values.new_full(shape, fill).index_put((live,), self.values)
        return padded if batch_first else padded.transpose(0, 1).contiguous()

    @staticmethod
    def from_packed(packed: PackedSequence) -> "Ragged":
        """From torch's PackedSequence, in the order of rows before it was sorted."""
        counts = packed.batch_sizes
        rows = int(counts[0]) if len(counts) else 0
        lengths = (counts[None, :] > torch.arange(rows)[:, None]).sum(1)
        order = torch.arange(rows)
        if packed.sorted_indices is not None:
            order = packed.sorted_indices.cpu()
        mine = lengths.new_empty(rows).index_put((order,), lengths)
        plan = TimeMajor(order=order, lengths=mine, counts=counts.tolist())
        made = Ragged(plan.from_time(packed.data), mine)
        made.__dict__["forwards"] = plan  # among rows of one length torch's order holds
        return made

    def to_packed(self) -> PackedSequence:
        """To torch's PackedSequence, which knows no rows of length 0 (ShapeError)."""
        if not len(self) or int(self.lengths.min()) == 0:
            empty = [row for row, n in enumerate(self.lengths.tolist()) if n == 0]
            raise ShapeError(
                found=f"rows of length 0 ({empty})."
                if empty
                else "a batch of no rows.",
                expected="at least one token in every row: a PackedSequence has no way"
                " to write an empty one",
                fix="keep the batch Ragged, or gather the rows that are not empty",
            )
        plan, device = self.forwards, self.values.device
        order = plan.order.to(device)
        inverse = torch.empty_like(order)
        inverse[order] = torch.arange(len(order), device=device)
        counts = torch.tensor(plan.counts, dtype=torch.int64)
        return PackedSequence(plan.to_time(self.values), counts, order, inverse)

    @staticmethod
    def from_nested(nested: Tensor) -> "Ragged":
        """From torch's nested tensor, of layout `torch.jagged` or `torch.strided`."""
        jagged: Any = nested  # torch's stubs know nothing of its methods
        if nested.layout != torch.jagged or jagged.lengths() is not None:  # has holes
            return Ragged.from_list(nested.unbind())
        return Ragged(nested.values(), jagged.offsets().diff().cpu())

    def to_nested(self) -> Tensor:
        """To torch's nested tensor of layout `torch.jagged`, sharing the values."""
        offsets = self.offsets.to(self.values.device)
        return torch.nested.nested_tensor_from_jagged(self.values, offsets)


def _shape(tensor: Tensor) -> str:
    return f"of shape {tuple(tensor.shape)}"
