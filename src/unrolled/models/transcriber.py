"""Sounds to symbols without an alignment: a distribution over symbols for each vector.

    frames ──► SoundLayer ──► stack ──► linear ──► log-softmax over blank + symbols
    10 ms      20 or 40 ms     one direction or both

In one direction a network says a symbol when it has heard enough of it: what it says of
a vector is read off `delay` vectors later, and zeros follow each sound so that the last
are not lost (Graves and Schmidhuber 2005, "Framewise phoneme classification").

What is trained is the probability of the whole text over all its alignments
(`models/ctc_loss.py`). With one direction the network is also a stream, whose numbers
are those of the whole sound, bit for bit, in whatever pieces the sound arrives.

References: Graves et al. 2006 (CTC); Graves and Jaitly 2014, "Towards end-to-end speech
recognition with recurrent neural networks".
"""

from typing import Any, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells._base import State
from unrolled.engine.watch import seen
from unrolled.errors import SettingError
from unrolled.models.inputs import drop_along_rows
from unrolled.models.linear_layer import Linear
from unrolled.models.many_to_one import make_cell
from unrolled.models.sound_layer import SoundLayer
from unrolled.models.stack import Stack
from unrolled.models.transcriber_settings import TranscriberSettings
from unrolled.ragged import Ragged
from unrolled.time_major import spans


@final
class Transcriber(nn.Module):
    """From frames of sound to log-probabilities of symbols; number 0 is the blank."""

    def __init__(
        self, reads: SoundLayer, settings: TranscriberSettings, *, symbols: int
    ) -> None:
        """`symbols` counts the blank."""
        super().__init__()
        chosen: Any = settings
        self.dropout = settings.dropout
        self.reads = reads
        self.stack = Stack(
            make_cell(chosen),
            inputs=reads.width,
            hidden=settings.hidden,
            layers=settings.layers,
            bidirectional=settings.bidirectional,
            dropout=settings.dropout,
        )
        self.head = Linear(self.stack.width, symbols)
        self.delay = 0 if settings.bidirectional else settings.delay

    @override
    def forward(self, sounds: Ragged, fewest: Tensor | None = None) -> Ragged:
        """Frames (frames, bands) to log-probabilities (vectors, symbols).

        In training sounds are changed, but none so that it has less than its `fewest`
        vectors, (rows,).
        """
        x = seen("inputs", self.reads(sounds, fewest=fewest))
        found, _ = self.heard(_with_zeros(x, self.delay))
        kept = spans(found.offsets[:-1] + (found.lengths - x.lengths), x.lengths)
        return Ragged(found.values.index_select(0, kept), x.lengths)

    def heard(self, x: Ragged, state: State | None = None) -> tuple[Ragged, State]:
        """From vectors (vectors, width), and a state to go on from, and the last one.

        Log-probabilities have values (vectors, symbols).
        """
        x = drop_along_rows(x, self.dropout, self.training)
        outputs, reached = self.stack(x, state)
        outputs = drop_along_rows(outputs, self.dropout, self.training)
        learns = torch.is_grad_enabled()
        scores = outputs.map(self.head if learns else self.head.by_row)
        return scores.map(lambda values: values.log_softmax(-1)), reached

    def stream(self) -> "TranscriberStream":
        """One sound as it comes. Raises SettingError where it has to be over."""
        if len(self.stack.directions) > 1:
            raise SettingError(
                found="a model that reads in both directions, from the end of a sound,"
                " too.",
                expected="one that can begin before the sound is over",
                fix="train with --no-bidirectional --set sound.normalize=running",
            )
        return TranscriberStream(self)


@final
class TranscriberStream:
    """The network on one sound that comes in pieces, with what it has to remember."""

    def __init__(self, network: Transcriber) -> None:
        self.network, self.layer = network.eval(), network.reads.stream()
        self.state: State | None = None
        self.early = network.delay  # what is said before anything was heard

    @torch.no_grad()
    def accept(self, frames: Tensor) -> Tensor:
        """New frames (n, bands) to new log-probabilities (m, symbols)."""
        return self._heard(self.layer.accept(frames))

    @torch.no_grad()
    def finish(self) -> Tensor:
        """The log-probabilities behind the end of the sound, (m, symbols)."""
        network = self.network
        count = 0 if self.state is None else network.delay
        zeros = network.head.weight.new_zeros(count, network.reads.width)
        return self._heard(zeros)

    def _heard(self, vectors: Tensor) -> Tensor:
        if not len(vectors):  # no moment has passed
            return vectors.new_zeros(0, len(self.network.head.weight))
        piece = Ragged(vectors, torch.tensor([len(vectors)]))
        found, self.state = self.network.heard(piece, self.state)
        skipped = min(self.early, len(found.values))
        self.early -= skipped
        return found.values[skipped:]


def _with_zeros(x: Ragged, count: int) -> Ragged:
    """So many zeros behind each row that is not empty: values (vectors, width)."""
    lengths = torch.where(x.lengths > 0, x.lengths + count, 0)
    if not count or not len(x.values):
        return x
    starts = lengths.cumsum(0) - lengths
    zeros = x.values.new_zeros(int(lengths.sum()), x.values.shape[1])
    return Ragged(zeros.index_copy(0, spans(starts, x.lengths), x.values), lengths)
