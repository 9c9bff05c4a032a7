"""The first layer for sounds: log-mel frames to the vectors that a stack reads.

    frames ──► disturbed ──► normalized ──► hidden ──► subsampled ──► vectors
    10 ms      in training                  in training    20, 40, 80 ms each

A stream of frames gives the same vectors as the whole, bit for bit, unless a sound is
measured against itself (normalize=utterance), for which it has to be over.
"""

from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.errors import SettingError
from unrolled.models.sound_augmentation import Augmentation
from unrolled.models.sound_normalization import Heard, by_utterance, fixed, running
from unrolled.models.subsampling import Subsampling
from unrolled.ragged import Ragged


@final
class SoundLayer(nn.Module):
    """Normalization, augmentation and subsampling; `width` is what it gives."""

    mean: Tensor
    scale: Tensor

    def __init__(
        self,
        mean: Tensor,
        scale: Tensor,
        *,
        normalize: str,
        subsampling: int,
        channels: int,
        kernel: int,
        augmentation: Augmentation,
    ) -> None:
        """`mean` and `scale` of each band of the training frames, (bands,)."""
        super().__init__()
        self.normalize, self.augmentation = normalize, augmentation
        self.register_buffer("mean", mean.clone())
        self.register_buffer("scale", scale.clone())
        self.subsampling = Subsampling(
            len(mean), factor=subsampling, channels=channels, kernel=kernel
        )
        self.width, self.factor = self.subsampling.width, subsampling

    @override
    def forward(
        self, x: Ragged, evidence: Ragged | None = None, fewest: Tensor | None = None
    ) -> Ragged:
        """Log-mel energies (frames, bands) to values (frames // factor, width).

        In training no row is made shorter than gives its `fewest` vectors, (rows,).
        """
        del evidence  # nothing is counted in sounds
        if self.training:
            least = None if fewest is None else fewest * self.factor
            x = self.augmentation.disturb(x, least)
        x = self._normalized(x)
        if self.training:
            x = self.augmentation.hide(x)
        return self.subsampling(x)

    def _normalized(self, x: Ragged) -> Ragged:
        if self.normalize == "utterance":
            return by_utterance(x, self.mean, self.scale)
        if self.normalize == "running":
            return running(x, self.scale, self._begun(len(x)))[0]
        return fixed(x, self.mean, self.scale)

    def _begun(self, rows: int) -> Heard:
        return Heard(self.mean.repeat(rows, 1), 0)

    def stream(self) -> "SoundLayerStream":
        """One sound as it comes. Raises SettingError where it has to be over."""
        if self.normalize == "utterance":
            raise SettingError(
                found="a model that measures each sound against itself"
                " (sound.normalize=utterance).",
                expected="one that can begin before the sound is over",
                fix="train with --no-bidirectional --set sound.normalize=running",
            )
        return SoundLayerStream(self, self._begun(1))


@final
class SoundLayerStream:
    """The layer on one sound that comes in pieces, with what it has to remember."""

    def __init__(self, layer: SoundLayer, heard: Heard) -> None:
        self.layer, self.heard = layer, heard
        self.waiting = layer.subsampling.begin()

    @torch.no_grad()
    def accept(self, frames: Tensor) -> Tensor:
        """New frames (n, bands) to new vectors (m, width)."""
        layer = self.layer
        piece = Ragged(frames, torch.tensor([len(frames)]))
        if layer.normalize == "running":
            piece, self.heard = running(piece, layer.scale, self.heard)
        else:
            piece = fixed(piece, layer.mean, layer.scale)
        made, self.waiting = layer.subsampling.go_on(self.waiting, piece.values)
        return made
