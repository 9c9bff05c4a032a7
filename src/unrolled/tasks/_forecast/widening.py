"""Intervals that hold what they promise: each pair of levels moved apart, or together.

After training, on the validation part: how far must the ends of each interval (0.1 to
0.9, 0.25 to 0.75, ...) be moved so that it holds the wanted share of what came? For
each step ahead and each channel where there are forecasts enough to tell, else for all
together. See models/calibration.py.
"""

from collections.abc import Mapping, Sequence
from typing import Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.calibration import Calibration

ENOUGH = 100
"""Forecasts from which each step ahead has a width of its own."""
FEWEST = 10
"""Horizons that do not overlap, below which nothing is moved: the errors of forecasts
over one stretch of time are one error."""
_NAME = "widening"


@final
class Widening:
    """Widths for each pair of levels, in the units of the network."""

    def __init__(self, levels: Sequence[float], widths: Tensor | None = None) -> None:
        """`widths` is (pairs, channels or 1, horizon or 1); None moves nothing."""
        self.levels = tuple(levels)
        self.pairs = _pairs(self.levels)
        self.widths = widths

    @classmethod
    def fit(
        cls,
        quantiles: Tensor,
        truth: Tensor,
        levels: Sequence[float],
        *,
        channels: int,
        apart: float,
    ) -> Self:
        """From forecasts (rows · channels, horizon, levels) and what came.

        `truth` is (rows · channels, horizon), NaN where unknown; `apart` says how many
        horizons without a moment in common the forecasts cover.
        """
        made = cls(levels)
        if apart < FEWEST or not made.pairs or not bool(truth.isfinite().any()):
            return made
        by_step = len(truth) // channels >= ENOUGH
        shape = (-1, channels) if by_step else (-1, 1)
        widths = []
        for low, high in made.pairs:
            share = made.levels[high] - made.levels[low]
            sides = (quantiles[..., low], quantiles[..., high], truth)
            by_channel = [
                side.unflatten(0, shape).unbind(1) if by_step else [side.reshape(-1, 1)]
                for side in sides
            ]
            each = [
                Calibration.fit(lower, upper, true, share=share).widths
                for lower, upper, true in zip(*by_channel, strict=True)
            ]
            widths.append(torch.stack(each))
        made.widths = torch.stack(widths)
        return made

    def __call__(self, quantiles: Tensor, channels: int) -> Tensor:
        """(rows · channels, horizon, levels), moved and still rising."""
        if self.widths is None or not len(quantiles):
            return quantiles
        found = quantiles.unflatten(0, (-1, channels)).clone()
        for (low, high), width in zip(self.pairs, self.widths, strict=True):
            middle = (found[..., low] + found[..., high]) / 2
            lower, upper = found[..., low] - width, found[..., high] + width
            found[..., low] = torch.minimum(lower, middle)
            found[..., high] = torch.maximum(upper, middle)
        return found.flatten(0, 1).sort(dim=-1).values

    def notes(self) -> list[str]:
        """What was moved, in words."""
        if self.widths is None:
            return []
        mean = {
            f"{100 * (self.levels[high] - self.levels[low]):g} %": float(w.mean())
            for (low, high), w in zip(self.pairs, self.widths, strict=True)
        }
        told = ", ".join(f"{name} {width:+.2g}" for name, width in mean.items())
        return [f"intervals moved apart on each side, in deviations: {told}"]

    def tensors(self) -> dict[str, Tensor]:
        """For a model folder: widths (pairs, channels or 1, horizon or 1)."""
        return {} if self.widths is None else {_NAME: self.widths}

    @classmethod
    def restore(cls, tensors: Mapping[str, Tensor], levels: Sequence[float]) -> Self:
        """The way back from `tensors`, (pairs, ·, ·). Raises BrokenModelError."""
        made = cls(levels, tensors.get(_NAME))
        widths = made.widths
        fits = widths is None or (
            widths.dim() == 3
            and len(widths) == len(made.pairs)
            and bool(widths.isfinite().all())
        )
        if not fits:
            raise BrokenModelError(
                found="the widths of the intervals are damaged.",
                expected=f"finite numbers for {len(made.pairs)} intervals",
                fix="copy the model folder again, or train again",
            )
        return made


def _pairs(levels: tuple[float, ...]) -> list[tuple[int, int]]:
    """Places of levels as far below a half as above it, the widest interval first."""
    found = []
    for low, level in enumerate(levels):
        for high in range(low + 1, len(levels)):
            if abs(level + levels[high] - 1) < 1e-9:
                found.append((low, high))
    return found
