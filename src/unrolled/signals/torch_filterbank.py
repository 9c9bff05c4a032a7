"""Log-mel frames by torch, equation by equation: what Kaldi computes, to be read.

    x ← x − mean(x)                                          of one window
    x[t] ← x[t] − 0.97 x[t − 1],   x[0] ← x[0] − 0.97 x[0]
    x[t] ← x[t] (0.5 − 0.5 cos(2π t / (length − 1)))^0.85     the Povey window
    P[k] = |FFT(x)[k]|²,  k < fft / 2
    y[b] = ln max(Σ_k w[b, k] P[k], 1.2e−7)                   w: triangles in mel

All in float64, and each row by itself: sums run over the places of a window in a fixed
order, so the number of frames that come at once changes no bit.
"""

from functools import lru_cache
from math import pi
from typing import NamedTuple, final

import torch
from torch import Tensor

from unrolled.signals.filterbank_settings import (
    FLOOR,
    LOW,
    PREEMPHASIS,
    FilterbankSettings,
)

_AT_ONCE = 1000
"""Frames; more would hold a long sound many times over."""


class _Bands(NamedTuple):
    """Bands as the frequencies that each sums up: `bins`, `weights` (width, bands)."""

    bins: Tensor
    weights: Tensor


def mel_weights(settings: FilterbankSettings) -> Tensor:
    """The triangle of each band over the spectrum, (bands, fft / 2) float64."""
    nyquist = settings.rate / 2
    low, high = _mel(torch.tensor([LOW, nyquist], dtype=torch.float64))
    edges = low + (high - low) / (settings.bands + 1) * torch.arange(settings.bands + 2)
    left, center, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    places = torch.arange(settings.fft // 2, dtype=torch.float64)
    mel = _mel(places * settings.rate / settings.fft)
    rising, falling = (mel - left) / (center - left), (right - mel) / (right - center)
    return torch.minimum(rising, falling).clamp(min=0)


def empty_bands(settings: FilterbankSettings) -> list[int]:
    """The bands that hold no frequency of the spectrum."""
    return (mel_weights(settings).sum(1) <= 0).nonzero()[:, 0].tolist()


@final
class Source:
    """One sound, piece by piece."""

    def __init__(self, settings: FilterbankSettings) -> None:
        self.settings = settings
        self.kept = torch.zeros(0)
        self.between = 0
        """Samples still to come that no window holds: the shift may be longer."""

    def accept(self, samples: Tensor) -> Tensor:
        """The next samples (samples,): the frames that are whole now, (new, bands)."""
        passed = min(self.between, len(samples))
        self.between -= passed
        self.kept = torch.cat([self.kept, samples[passed:]])
        count = self.settings.frames(len(self.kept))
        if not count:
            return torch.zeros(0, self.settings.bands)
        windows = self.kept.unfold(0, self.settings.length, self.settings.step)
        frames = [_frames(part, self.settings) for part in windows.split(_AT_ONCE)]
        used = count * self.settings.step
        self.between = max(used - len(self.kept), 0)
        self.kept = self.kept[used:]
        return torch.cat(frames)


def _frames(windows: Tensor, settings: FilterbankSettings) -> Tensor:
    """Windows (frames, length) as (frames, bands)."""
    x = windows.to(torch.float64)
    x = x - x.mean(1, keepdim=True)
    before = torch.cat([x[:, :1], x[:, :-1]], 1)
    x = (x - PREEMPHASIS * before) * _povey(settings.length)
    power = torch.view_as_real(torch.fft.rfft(x, settings.fft)).square().sum(2)
    bands = _bands(settings)
    energy = torch.zeros(len(x), settings.bands, dtype=torch.float64)
    for bins, weights in zip(bands.bins, bands.weights, strict=True):
        energy += power[:, bins] * weights
    return energy.clamp(min=FLOOR).log().to(torch.float32)


def _mel(hertz: Tensor) -> Tensor:
    return 1127 * (1 + hertz / 700).log()


@lru_cache(maxsize=16)
def _povey(length: int) -> Tensor:
    places = torch.arange(length, dtype=torch.float64)
    return (0.5 - 0.5 * (2 * pi / (length - 1) * places).cos()) ** 0.85


@lru_cache(maxsize=16)
def _bands(settings: FilterbankSettings) -> _Bands:
    weights = mel_weights(settings)
    width = int((weights > 0).sum(1).max())
    kept, bins = weights.topk(width, dim=1)
    bins, order = bins.sort(1)
    return _Bands(bins.T.contiguous(), kept.gather(1, order).T.contiguous())
