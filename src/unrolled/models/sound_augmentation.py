"""Other ways in which the same words might have sounded, made up while training.

    disturb    before a sound is normalized, frame by frame of log-mel energies
               tempo      frames between frames: a row is longer or shorter
               pitch      bands between bands: every frequency times a factor
               volume     a number added to all
               color      another to each band, in a smooth curve: as by another
                          microphone or room
               noise      energies of a steady noise added, at 0 to 25 dB below the peak
    hide       after it: stretches of time and of bands are 0, the mean

Tempo and pitch together are what a sound is that is played faster or slower (Ko et al.
2015, "Audio augmentation for speech recognition"); pitch alone is another vocal tract
(Jaitly and Hinton 2013, "Vocal tract length perturbation improves speech recognition").
What is hidden: Park et al. 2019, arXiv:1904.08779 (SpecAugment).
"""

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

from unrolled.models.over_rows import largest
from unrolled.ragged import Ragged
from unrolled.signals.filterbank_settings import LOW

NATS = log(10) / 10
"""One decibel of energy, in nats."""
QUIET = (0.0, 25.0)
"""Decibels that a noise lies below the loudest frame, from and to."""
WAVES = 4
"""Half waves over all bands that the quickest part of a color has."""
TILT, JITTER = 2.0, 0.5
"""Nats: how much noises differ along the bands, and from frame to frame."""


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """How much of each; the default is none of it."""

    rate: int = 16_000
    """Samples a second of the sounds."""
    tempo: float = 0.0
    pitch: float = 0.0
    volume: float = 0.0
    """Decibels."""
    color: float = 0.0
    """Decibels."""
    noise: float = 0.0
    """Share of the rows."""
    time_masks: int = 0
    time_mask: float = 0.0
    """Share of a row."""
    frequency_masks: int = 0
    frequency_mask: float = 0.0
    """Share of the bands."""

    @torch.no_grad()
    def disturb(self, x: Ragged, fewest: Tensor | None = None) -> Ragged:
        """Log-mel energies (frames, bands); rows may get another length.

        No row falls below its `fewest` frames, (rows,), nor to 0.
        """
        if self.tempo:
            x = stretched(x, 1 + self.tempo * _between(len(x)), fewest)
        if self.pitch:
            x = shifted(x, 1 + self.pitch * _between(len(x)), self.rate)
        if self.volume:
            louder = NATS * self.volume * _between(len(x))
            x = x.with_values(x.values + louder[x.row_of_token, None])
        if self.color:
            x = colored(x, self.color)
        if self.noise:
            x = noisy(x, self.noise)
        return x

    @torch.no_grad()
    def hide(self, x: Ragged) -> Ragged:
        """Normalized frames (frames, bands), some stretches of them 0."""
        rows, bands = x.row_of_token, x.values.shape[1]
        hidden = torch.zeros(x.values.shape, dtype=torch.bool)
        lengths, place = x.lengths.float(), _places(x.lengths)
        for _ in range(self.time_masks):
            begin, end = _stretch(lengths, self.time_mask)
            inside = (place >= begin[rows]) & (place < end[rows])
            hidden |= inside[:, None]
        band = torch.arange(bands)
        for _ in range(self.frequency_masks):
            wide = torch.full((len(x),), float(bands))
            begin, end = _stretch(wide, self.frequency_mask)
            inside = (band >= begin[:, None]) & (band < end[:, None])
            hidden |= inside[rows]
        return x.with_values(x.values.masked_fill(hidden, 0.0))


def stretched(x: Ragged, factor: Tensor, fewest: Tensor | None = None) -> Ragged:
    """Each row `factor` (rows,) times as fast, frames interpolated: (frames, bands)."""
    least = x.lengths.clamp(max=1)
    if fewest is not None:
        least = torch.maximum(least, torch.minimum(fewest, x.lengths))
    lengths = torch.maximum((x.lengths / factor).round().long(), least)
    lengths = torch.where(x.lengths > 0, lengths, 0)
    rows = torch.arange(len(x)).repeat_interleave(lengths)
    step = (x.lengths - 1).clamp(min=0) / (lengths - 1).clamp(min=1)
    at = _places(lengths) * step[rows]
    last = (x.lengths - 1)[rows]
    low = torch.minimum(at.floor().long(), last)
    high = torch.minimum(low + 1, last)
    share = (at - low).to(x.values.dtype)[:, None]
    begin = x.offsets[:-1][rows]
    found = torch.lerp(x.values[begin + low], x.values[begin + high], share)
    return Ragged(found, lengths)


def shifted(x: Ragged, factor: Tensor, rate: int) -> Ragged:
    """Each row with its frequencies times `factor` (rows,): values (frames, bands)."""
    bands = x.values.shape[1]
    low, high = _mel(torch.tensor([LOW, rate / 2], dtype=torch.float64))
    width = (high - low) / (bands + 1)
    centers = 700 * ((low + width * torch.arange(1, bands + 1)) / 1127).expm1()
    source = (_mel(centers / factor.double()[:, None]) - low) / width - 1
    source = source.clamp(0, bands - 1)  # above the highest band nothing is known
    below = source.floor().long()
    share = (source - below).to(x.values.dtype)
    rows = x.row_of_token
    above = (below + 1).clamp(max=bands - 1)
    first, second = x.values.gather(1, below[rows]), x.values.gather(1, above[rows])
    return x.with_values(torch.lerp(first, second, share[rows]))


def colored(x: Ragged, decibels: float) -> Ragged:
    """Each row's bands louder or softer by a curve of slow waves: (frames, bands)."""
    bands = x.values.shape[1]
    place = (torch.arange(bands) + 0.5) / bands
    waves = torch.cos(torch.pi * torch.arange(1, WAVES + 1)[:, None] * place)
    height = NATS * decibels / WAVES**0.5 * torch.randn(len(x), WAVES)
    return x.with_values(x.values + (height @ waves)[x.row_of_token])


def noisy(x: Ragged, share: float) -> Ragged:
    """Steady noise in a share of the rows: log energies (frames, bands)."""
    count, bands = len(x), x.values.shape[1]
    loud = largest(x.with_values(x.values.mean(1, keepdim=True).contiguous()))
    low, high = QUIET
    level = loud - NATS * (low + (high - low) * torch.rand(count, 1))
    level = torch.where(torch.rand(count, 1) < share, level, -torch.inf)
    slope = TILT * _between(count)[:, None] * torch.linspace(-1, 1, bands)
    noise = (level + slope)[x.row_of_token] + JITTER * torch.randn(x.values.shape)
    return x.with_values(torch.logaddexp(x.values, noise.to(x.values.dtype)))


def _between(count: int) -> Tensor:
    """(count,) between −1 and 1."""
    return 2 * torch.rand(count) - 1


def _stretch(lengths: Tensor, share: float) -> tuple[Tensor, Tensor]:
    """Where a stretch of at most that share begins and ends, (rows,) each."""
    wide = torch.rand(len(lengths)) * (share * lengths)
    begin = torch.rand(len(lengths)) * (lengths - wide)
    return begin.round(), (begin + wide).round()


def _places(lengths: Tensor) -> Tensor:
    """The place of each frame in its row, (frames,)."""
    ends = lengths.cumsum(0)
    return torch.arange(int(lengths.sum())) - (ends - lengths).repeat_interleave(
        lengths
    )


def _mel(hertz: Tensor) -> Tensor:
    """On the mel scale of O'Shaughnessy, any shape."""
    return 1127 * (hertz / 700).log1p()
