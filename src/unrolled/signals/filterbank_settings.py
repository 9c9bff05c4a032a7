"""What both makers of log-mel frames are told, counted in samples.

window 0.025 s  →  200 samples, laid into an FFT of 256
shift  0.010 s  →   80 samples
"""

from dataclasses import dataclass
from typing import Self, final

LOW = 20.0
"""Hz. Where the lowest band begins; the highest ends at half the rate."""
PREEMPHASIS = 0.97
FLOOR = 1.1920928955078125e-07
"""The least energy of a band whose logarithm is taken: float32's epsilon, as in Kaldi.
Near the noise of rounding to 16 bits, so digital silence lies not far below a pause."""


@final
@dataclass(frozen=True)
class FilterbankSettings:
    """A filterbank; `length`, `step` and `fft` in samples."""

    rate: int
    bands: int
    length: int
    step: int
    fft: int

    @classmethod
    def of(cls, rate: int, *, bands: int, window: float, shift: float) -> Self:
        """From seconds; a part of a sample is left out, as in Kaldi."""
        length = int(rate * window + 1e-6)
        step = int(rate * shift + 1e-6)
        fft = 1 << max(length - 1, 1).bit_length()
        return cls(rate, bands, length, step, fft)

    def frames(self, samples: int) -> int:
        """How many whole windows so many samples hold."""
        return 0 if samples < self.length else 1 + (samples - self.length) // self.step
