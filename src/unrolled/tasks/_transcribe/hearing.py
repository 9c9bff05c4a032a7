"""A sound that comes in pieces, from its samples to the text so far.

samples ──► log-mel ──► layer ──► stack ──► log-softmax ──► search
            each of them carries what it needs of the past
"""

from typing import Any, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.models.transcriber import Transcriber
from unrolled.ragged import Ragged
from unrolled.tasks._listening import AbstractHearing
from unrolled.tasks._sound_input import SoundInput
from unrolled.tasks._transcribe.answers import answers_to
from unrolled.tasks._transcribe.search import Search
from unrolled.tasks._transcribe.symbols import TranscriptSymbols


@final
class TranscriptHearing(AbstractHearing):
    """One sound, and what has been heard of it."""

    def __init__(
        self,
        network: Transcriber,
        reads: SoundInput,
        search: Search,
        symbols: TranscriptSymbols,
    ) -> None:
        self.reads, self.symbols = reads, symbols
        self.stream = network.stream()
        self.features = reads.features.stream()
        self.search = search.begin()
        self._frames: list[Tensor] = []

    @override
    def accept(self, samples: Tensor) -> str:
        found = self.stream.accept(self.features.accept(samples))
        self._frames.append(found)
        self.search.accept(found)
        return self.symbols.text(self.search.best()[0].ids)

    @override
    def finish(self) -> dict[str, Any]:
        last = self.stream.finish()
        self._frames.append(last)
        self.search.accept(last)
        [heard, *_] = self.search.finish()
        frames = self.frames()
        row = Ragged(frames, torch.tensor([len(frames)]))
        [answer] = answers_to(row, [heard.ids], self.symbols, step=self.reads.step)
        return answer

    def frames(self) -> Tensor:
        """The log-probabilities so far, (frames, symbols)."""
        none = torch.zeros(0, len(self.symbols))
        return torch.cat([none, *self._frames])
