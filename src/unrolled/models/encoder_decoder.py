"""Sequence to sequence: read a source to its end, then write an answer of any length.

    source    I     am    late  .
    ──► embedding ──► recurrent layers, both directions ──► one vector for each token
                                       │ last states
                                     bridge
                                       ▼
    answer                           decoder (models/encoder_decoder_base.py)

References: Sutskever et al. 2014, arXiv:1409.3215, without attention; Bahdanau et al.
2015, arXiv:1409.0473, and Luong et al. 2015, arXiv:1508.04025, with it.
"""

from typing import final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.engine.watch import seen
from unrolled.models.encoder_decoder_base import AbstractEncoderDecoder, Encoded
from unrolled.models.encoder_decoder_settings import EncoderDecoderSettings
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged


@final
class EncoderDecoder(AbstractEncoderDecoder):
    """Encoder, bridge, decoder and softmax."""

    def __init__(
        self,
        source: int,
        target: int,
        settings: EncoderDecoderSettings,
        *,
        joint: bool = False,
        start: tuple[Tensor | None, Tensor | None] = (None, None),
    ) -> None:
        """`source` and `target` count the tokens of the two vocabularies.

        `joint`: they are one, and share their vectors. `start` holds vectors to begin
        with, (tokens, embedding), where such are given.
        """
        super().__init__(target, settings, start[1])
        self.reads = self.writes if joint else self._table(source, start[0])
        self.encoder = Stack(
            self.cell,
            inputs=settings.embedding,
            hidden=-(-settings.hidden // 2),
            layers=settings.layers,
            bidirectional=True,
            dropout=settings.dropout,
            weight_dropout=settings.weight_dropout,
        )
        ends = self.encoder.width
        self._add_decoder(ends, whole=ends, copies=settings.copy)

    @override
    def encode(self, source: Ragged) -> Encoded:
        """Reads sources to their ends: ids, values (source tokens,)."""
        x = seen("inputs", self._vectors(self.reads, source))
        outputs, (h, *_) = self.encoder(x)
        ends = h.view(self.settings.layers, 2, len(source), h.shape[-1])
        both = [torch.cat(list(layer), dim=-1) for layer in ends]
        return Encoded(outputs, self._begin(both))
