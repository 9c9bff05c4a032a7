"""One long text, cut so that a batch goes on where the one before it stopped.

    text      The quick brown fox jumps over the lazy dog .
    streams   The quick brown | fox jumps over | the lazy dog        side by side
    chunks    [The fox the] [quick jumps lazy] [brown over dog]      one after the other

Each stream carries its state from chunk to chunk, so that a network learns from what it
read long before; the gradient goes no further back than its chunk (truncated
back-propagation through time: Williams and Peng 1990). Where chunks begin changes from
epoch to epoch, or the same tokens would always have no past to learn from.

    rows of a batch   number = moment · streams + stream
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.ragged import Ragged
from unrolled.randomness import stream
from unrolled.tasks._base import Batch

FORGETS = 0.03  # share of chunks that begin from zero although their text goes on
PIECE, CONTEXT = 1024, 128  # tokens of a piece that is scored, and those before it
UNCOUNTED = -1
"""A target that is not scored: its token is only read for what comes after."""


@dataclass(frozen=True)
class Chunk(Batch):
    """Some tokens of some streams, and the tokens after them as targets."""

    streams: Tensor | None = None
    """The number of each row's stream, (rows,)."""
    begins: bool = False
    """Whether the streams begin here: before it stands no state."""


@dataclass(frozen=True)
class Streams(Batch):
    """Streams of equal length; `inputs` are all of their tokens but the last."""

    window: int = 1
    """Tokens of a chunk."""

    @staticmethod
    def cut(ids: Tensor, *, streams: int, window: int) -> "Streams":
        """A text of ids (tokens,) in at most so many streams; the rest is left out."""
        streams = max(min(streams, (len(ids) - 1) // (2 * window)), 1)
        length = max(len(ids) - 1, 0) // streams
        inputs = ids[: streams * length]
        targets = ids[1 : streams * length + 1]
        lengths = torch.full((streams,), length)
        return Streams(Ragged(inputs, lengths), Ragged(targets, lengths), window=window)

    @property
    def length(self) -> int:
        """Tokens of each stream."""
        return int(self.inputs.lengths[0])

    def order(self, *, seed: int, epoch: int) -> list[list[int]]:
        """The chunks of an epoch one after the other, as rows of `gather`."""
        count, most = len(self.inputs), max(min(self.window, self.length - 1), 1)
        drawn = torch.randint(most, (), generator=stream(seed, "chunks", epoch))
        begins = range(int(drawn), self.length, self.window)
        return [list(range(at * count, (at + 1) * count)) for at in begins]

    @override
    def gather(self, rows: Sequence[int] | Tensor) -> Chunk:
        numbers = torch.as_tensor(rows, dtype=torch.int64)
        count = len(self.inputs)
        moment = int(numbers[0]) // count if len(numbers) else 0
        mine = numbers % count
        until = min(moment + self.window, self.length)
        lengths = torch.full((len(mine),), until - moment)

        def some(of: Ragged) -> Ragged:
            table = of.values.view(count, self.length)
            return Ragged(table[mine, moment:until].reshape(-1), lengths)

        targets: Any = self.targets
        return Chunk(
            some(self.inputs), some(targets), streams=mine, begins=moment < self.window
        )


def begun_anew(
    carried: Iterable[Tensor], inputs: Ragged, end: int
) -> tuple[Tensor, ...]:
    """States (layers, rows, hidden) as they are carried on, or zero as at a beginning.

    Zero where a chunk of ids, values (tokens,), begins with an end, as every text that
    is asked for or written does; and of some others, by torch's own chance. Without
    these a network would meet a state of zero once in an epoch, and be lost in it.
    """
    firsts = inputs.values[inputs.offsets[:-1]]
    goes_on = (firsts != end) & (torch.rand(len(firsts)) >= FORGETS)
    keep = goes_on[None, :, None]
    return tuple(one * keep for one in carried)


def pieces(ids: Tensor) -> Batch:
    """A text of ids (tokens,) in pieces that can be scored side by side.

    Each begins with tokens of the piece before it, which are read and not counted.
    """
    inputs, targets = [], []
    for at in range(0, len(ids) - 1, PIECE):
        begin, until = max(at - CONTEXT, 0), min(at + PIECE, len(ids) - 1)
        inputs.append(ids[begin:until])
        wanted = ids[begin + 1 : until + 1].clone()
        wanted[: at - begin] = UNCOUNTED
        targets.append(wanted)
    lengths = torch.tensor([len(one) for one in inputs], dtype=torch.int64)
    whole = [torch.cat(some) if some else ids[:0] for some in (inputs, targets)]
    return Batch(Ragged(whole[0], lengths), Ragged(whole[1], lengths))
