"""A sentence from a picture: what it shows, word by word.

    picture ──► encoder ──► one vector for each region     models/picture_encoder.py
                               │ and one for the whole
                             bridge
                               ▼
    caption                  decoder                models/encoder_decoder_base.py

Without attention the decoder knows of the picture the state that it begins with:
Vinyals et al. 2015, "Show and tell", arXiv:1411.4555. With it, each word looks at the
regions: Xu et al. 2015, "Show, attend and tell", arXiv:1502.03044, whose soft attention
this is. Theirs begins with the mean region; a small network of our own sees more in all
of them at once, and features of others are what they began with.
"""

from typing import final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.engine.fed import Said
from unrolled.models.captioner_settings import CaptionerSettings
from unrolled.models.encoder_decoder_base import AbstractEncoderDecoder, Encoded
from unrolled.models.picture_encoder import FeatureEncoder, PictureEncoder
from unrolled.ragged import Ragged
from unrolled.time_major import spans


@final
class Captioner(AbstractEncoderDecoder):
    """An encoder of pictures, bridge, decoder and softmax."""

    def __init__(
        self,
        tokens: int,
        reads: PictureEncoder | FeatureEncoder,
        settings: CaptionerSettings,
        *,
        start: Tensor | None = None,
    ) -> None:
        """`tokens` of the vocabulary; `start` as in AbstractEncoderDecoder."""
        super().__init__(tokens, settings, start)
        self.settings: CaptionerSettings = settings
        self.reads = reads
        self._add_decoder(reads.width, whole=reads.whole)

    @override
    def encode(self, source: Ragged) -> Encoded:
        """Looks at pictures, or at features: what the encoder takes."""
        regions, whole = self.reads(source)
        return Encoded(regions, self._begin([whole] * self.settings.layers))

    @override
    def _price(self, said: Said, written: Tensor, ids: Tensor) -> Tensor:
        """What training adds to the nats of each target, (tokens,)."""
        price = super()._price(said, written, ids)
        weight, captions = self.settings.look_everywhere, said.outputs
        if not (weight and self.decoder.looks):
            return price
        first = captions.offsets[:-1][captions.lengths > 0]
        row_of_first = captions.row_of_token[first]
        unfair = _unfair(said.attention, captions)[row_of_first]
        return price.index_add(0, first, weight * unfair)


def _unfair(attention: Ragged, captions: Ragged) -> Tensor:
    """Σ_i (1 − Σ_t a_ti)² over the regions of each caption, (captions,).

    `attention` has values (pairs,), for each token those of its picture's regions.
    """
    regions = attention.lengths.new_zeros(len(captions))
    regions[captions.row_of_token] = attention.lengths
    begins = regions.cumsum(0) - regions
    place = spans(begins[captions.row_of_token], attention.lengths)
    total = attention.values.new_zeros(int(regions.sum()))
    total = total.index_add(0, place, attention.values)
    owner = torch.arange(len(captions)).repeat_interleave(regions)
    return total.new_zeros(len(captions)).index_add(0, owner, (1 - total).square())
