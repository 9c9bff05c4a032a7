"""Resampling: the same sound at another rate, without what that rate cannot hold.

    y[n] = Σ_k x[k] h(n rate / to − k)           h(t) = c sinc(c t) kaiser(t / half)

Every new sample is a weighted sum of the old ones around its place in time. The weights
are a sinc cut off at the lower of the two Nyquist frequencies (c, in parts of that of
the old rate) and ended softly by a Kaiser window, so what lies above is gone instead of
folded back. The ratio of the rates is reduced, 44,100 → 16,000 is 441 → 160; the
weights repeat after 160 samples and are computed once. No delay: a sample stays at its
time, and outside the sound there is silence.

New samples come in blocks, each a product of a fixed shape in float64, on one thread:
a stream that arrives in chunks of any size gives the bits of the whole.

Source: J. O. Smith, Digital Audio Resampling, https://ccrma.stanford.edu/~jos/resample;
the window: J. F. Kaiser 1974, Nonrecursive digital filter design using the I0-sinh
window function.
"""

from functools import lru_cache
from math import ceil, gcd
from typing import final

import torch
from torch import Tensor

from unrolled.randomness import computing_on

CROSSINGS = 64
"""Zero crossings of the sinc on either side."""
BETA = 7.857
"""Of the Kaiser window, for 80 dB between what passes and what does not."""
EDGE = 0.961
"""Where the sinc cuts, in parts of the lower Nyquist frequency. With that window and
length the transition is 0.078 wide: all is whole up to 0.922, and gone from 1 on."""
_BLOCK = 64
_REMEMBERED = 640  # 11,025 → 16,000 is 441 → 640


def resample(samples: Tensor, rate: int, to: int) -> Tensor:
    """Samples (samples,) taken `rate` times a second, as (ceil(samples to / rate),).

    float32. At equal rates they are given back as they are.
    """
    if rate == to:
        return samples.to(torch.float32)
    stream = Resampler(rate, to)
    return torch.cat([stream.accept(samples), stream.finish()])


@final
class Resampler:
    """A sound that arrives in pieces, at another rate: the bits of `resample`."""

    def __init__(self, rate: int, to: int) -> None:
        shared = gcd(rate, to)
        self.up, self.down = to // shared, rate // shared
        repeats = self.up <= _REMEMBERED  # 44,100 → 44,099 does not
        self.block = self.up * ceil(_BLOCK / self.up) if repeats else _BLOCK
        self.half = ceil(_span(self.up, self.down))
        self.kept = torch.zeros(self.half, dtype=torch.float64)  # silence before it
        self.first = -self.half  # where kept[0] is in the sound
        self.taken = self.given = 0

    def accept(self, samples: Tensor) -> Tensor:
        """The next samples (samples,): the new ones that follow from them, (new,)."""
        self.kept = torch.cat([self.kept, samples.detach().to("cpu", torch.float64)])
        self.taken += len(samples)
        ready = (self.taken - self._needs(self.given)) * self.up // self.down
        return self._next(max(ready // self.block, 0))

    def finish(self) -> Tensor:
        """The sound is over: the new samples that are left, (new,)."""
        left = ceil(self.taken * self.up / self.down) - self.given
        blocks = ceil(left / self.block)
        needed = self._needs(self.given + blocks * self.block) - self.taken
        self.kept = torch.cat([self.kept, self.kept.new_zeros(max(needed, 0))])
        return self._next(blocks)[:left]

    def _needs(self, count: int) -> int:
        """How many old samples the first `count` new ones are made from, at most."""
        return ceil(count * self.down / self.up) + self.half + 1

    def _next(self, blocks: int) -> Tensor:
        made = []
        with computing_on(1):
            for _ in range(blocks):
                place, phase = divmod(self.given * self.down, self.up)
                start = place - self.half + 1 - self.first
                weights = _weights(phase, self.block, self.up, self.down)
                window = self.kept[start : start + weights.shape[1]].clone()
                made.append(weights.mv(window).to(torch.float32))
                self.given += self.block
                self.kept, self.first = self.kept[start:], self.first + start
        return torch.cat(made) if made else torch.zeros(0)


@lru_cache(maxsize=16)
def _weights(phase: int, block: int, up: int, down: int) -> Tensor:
    """The weights of the old samples in a block of new ones, (block, old).

    The first new sample lies `phase / up` behind an old one.
    """
    cut, span = EDGE * min(1.0, up / down), _span(up, down)
    half = ceil(span)
    places = phase + torch.arange(block) * down
    width = int(places[-1]) // up + 2 * half + 1
    old = torch.arange(1 - half, width + 1 - half, dtype=torch.float64)
    distance = places[:, None].to(torch.float64) / up - old
    inside = (1 - (distance / span).square()).clamp(min=0).sqrt()
    full = torch.special.i0(torch.tensor(BETA, dtype=torch.float64))
    window = torch.special.i0(BETA * inside) / full * (distance.abs() <= span)
    return cut * torch.sinc(cut * distance) * window


def _span(up: int, down: int) -> float:
    """How far the weights reach to either side, in old samples."""
    return CROSSINGS * max(1.0, down / up)
