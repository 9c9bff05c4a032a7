"""From pictures to a vector for each of their regions, for a decoder to look at.

    (3, 32, 32) uint8
      ──► 3 × 3 convolution, half as large while it has more regions than the grid
      ──► residual blocks of two convolutions      8 × 8 regions
      ──► + a learned vector for each place        Ragged (64 a picture, width)
      ──► one layer over all regions at once       a vector for the picture

Normalization is by groups of channels of one picture (Wu and He 2018, "Group
normalization", arXiv:1803.08494), so a picture never depends on the others of its
batch. Residual blocks: He et al. 2016, arXiv:1512.03385, with the order of their
arXiv:1603.05027.
"""

from typing import NamedTuple, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.engine.watch import seen
from unrolled.models.in_row_blocks import in_row_blocks
from unrolled.models.inputs import drop_along_rows
from unrolled.models.linear_layer import Linear
from unrolled.models.picture_augmentation import augmented
from unrolled.models.picture_settings import PictureSettings
from unrolled.ragged import Ragged

AT_ONCE = 16  # pictures that one thread carries there and back together
GROUP = 8  # channels that are normalized together


class Seen(NamedTuple):
    """Pictures that were read; the point "inputs" is before both."""

    regions: Ragged
    """A vector for each region, values (regions, width)."""
    whole: Tensor
    """A vector for each picture, (pictures, whole)."""


@final
class PictureEncoder(nn.Module):
    """A small convolutional network of our own."""

    def __init__(self, settings: PictureSettings) -> None:
        super().__init__()
        self.settings = settings
        channels = settings.channels
        layers: list[nn.Module] = [nn.Conv2d(3, channels, 3, padding=1)]
        for _ in range(_halvings(settings)):
            before, channels = channels, 2 * channels
            layers += [*_ready(before), nn.Conv2d(before, channels, 3, 2, padding=1)]
        layers += [_Residual(channels) for _ in range(settings.blocks)]
        self.layers = nn.Sequential(*layers, *_ready(channels))
        self.width, self.regions = channels, regions_of(settings)
        self.places = nn.Parameter(torch.randn(self.regions, channels) / 10)
        self.whole = 2 * channels
        self.gist = Linear(self.regions * channels, self.whole)

    @override
    def forward(self, pictures: Ragged) -> Seen:
        """From pictures, values (pictures, 3, size, size) uint8.

        Regions follow each other as words do, line by line from the upper left.
        """
        x = pictures.values
        if self.training:
            x = augmented(x, self.settings)
        x = x.to(self.places.dtype) / 127.5 - 1
        found = in_row_blocks(self.layers, x, rows=AT_ONCE)
        regions = found.flatten(2).transpose(1, 2) + self.places
        lengths = torch.full((len(x),), self.regions)
        made = Ragged(regions.reshape(-1, self.width), lengths)
        made = drop_along_rows(made, self.settings.dropout, self.training)
        made = seen("inputs", made)
        flat = made.values.reshape(len(x), self.regions * self.width)
        return Seen(made, torch.relu(_linear(self.gist, flat)))


@final
class FeatureEncoder(nn.Module):
    """Features that somebody else's network has computed, made as wide as wanted."""

    def __init__(self, features: int, width: int, settings: PictureSettings) -> None:
        super().__init__()
        self.settings, self.width, self.whole = settings, width, width
        self.linear = Linear(features, width)

    @override
    def forward(self, features: Ragged) -> Seen:
        """From values (regions, features). The whole is the mean region."""
        kept = drop_along_rows(features, self.settings.dropout, self.training)
        made = kept.map(lambda v: torch.relu(_linear(self.linear, v)))
        made = seen("inputs", made)
        total = made.values.new_zeros(len(made), self.width)
        total = total.index_add(0, made.row_of_token, made.values)
        return Seen(made, total / made.lengths.clamp(min=1)[:, None])


@final
class _Residual(nn.Module):
    """x + f(x), where f has two convolutions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            *_ready(channels),
            nn.Conv2d(channels, channels, 3, padding=1),
            *_ready(channels),
            nn.Conv2d(channels, channels, 3, padding=1),
        )

    @override
    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


def regions_of(settings: PictureSettings) -> int:
    """How many regions a picture has."""
    side = settings.size
    for _ in range(_halvings(settings)):
        side = (side + 1) // 2
    return side**2


def _halvings(settings: PictureSettings) -> int:
    """How often the sides are halved until they have no more regions than the grid."""
    side, count = settings.size, 0
    while side > settings.grid:
        side, count = (side + 1) // 2, count + 1
    return count


def _linear(layer: Linear, x: Tensor) -> Tensor:
    """Without gradients a row has the bits that it has alone."""
    return layer(x) if torch.is_grad_enabled() else layer.by_row(x)


def _ready(channels: int) -> list[nn.Module]:
    """What comes before a convolution: normalized, and nothing below zero."""
    groups = max(channels // GROUP, 1)
    groups = groups if channels % groups == 0 else 1
    return [nn.GroupNorm(groups, channels), nn.ReLU()]
