"""Pictures as they might have been taken: moved, turned, nearer, lighter.

    (x, y) of the new picture  →  s · R(φ) (x, y) + (dx, dy) of the old one

Each picture of a batch draws its own s, φ, dx, dy. Between pixels straight lines are
taken, and beyond the border its last pixels go on. Simard et al. 2003, "Best practices
for convolutional neural networks applied to visual document analysis".
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from unrolled.models.picture_settings import PictureSettings
from unrolled.randomness import computing_on


def augmented(pictures: Tensor, settings: PictureSettings) -> Tensor:
    """Changed by chance, float32 (pictures, 3, size, size) from 0 to 255.

    The chance is that of torch's global generator.
    """
    x = pictures.float()
    if not len(x):
        return x
    moves = settings.shift or settings.turn or settings.scale or settings.mirror
    with computing_on(1):
        if moves:
            # By pixels from their middles; affine_grid counts from -1 to 1.
            grid = affine_grid(
                _changes(len(x), settings), list(x.shape), align_corners=False
            )
            x = grid_sample(x, grid, padding_mode="border", align_corners=False)
        if settings.color:
            contrast = 1 + _drawn(len(x), settings.color)[:, None, None, None]
            lighter = 255 * _drawn(len(x), settings.color)[:, None, None, None]
            x = ((x - 128) * contrast + 128 + lighter).clamp(0, 255)
    return x


def _changes(count: int, settings: PictureSettings) -> Tensor:
    """The affine change of each picture, (count, 2, 3)."""
    angle = _drawn(count, math.radians(settings.turn))
    size = 1 + _drawn(count, settings.scale)
    sign = torch.ones(count)
    if settings.mirror:
        sign = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    cos, sin = size * angle.cos(), size * angle.sin()
    move = [_drawn(count, 2 * settings.shift) for _ in range(2)]
    rows = [cos * sign, -sin, move[0], sin * sign, cos, move[1]]
    return torch.stack(rows, dim=1).view(count, 2, 3)


def _drawn(count: int, most: float) -> Tensor:
    """Numbers from -most to most, (count,), all equally likely."""
    return (2 * torch.rand(count) - 1) * most
