"""Log-mel frames: what an ear would notice of a sound, forty numbers every 10 ms.

    samples  ──25 ms──▶ frame 0        mean taken off, x[t] − 0.97 x[t−1], Povey window
                ──25 ms──▶ frame 1     power spectrum |FFT|²
                   ──25 ms──▶ ...      summed by triangles even on the mel scale
             10 ms                     logarithm, of 1.2e−7 at least

This is Kaldi's filterbank with its usual settings: preemphasis 0.97, the Povey window
(a Hann window to the power 0.85), bands from 20 Hz to half the rate, no dither and no
energy, and a frame only where a whole window fits (snip edges), so a sound shorter
than one has none. Samples are counted in [−1, 1]. No frame sees another, so a sound
that arrives in pieces gives the very bits of the whole.

Two makers give the same numbers within 1e−3 on whatever a microphone hears (5e−3 beside
a pure tone, where single precision ends): `kaldi`, the package kaldi-native-fbank, and
`torch`, the same in this library, for machines without it. A model keeps the name of
its maker.

Source: D. Povey et al. 2011, The Kaldi speech recognition toolkit; the mel scale,
1127 ln(1 + f / 700): D. O'Shaughnessy 1987, Speech communication.
"""

from dataclasses import dataclass, field
from typing import final

import torch
from torch import Tensor

from unrolled.errors import SettingError
from unrolled.signals import kaldi_filterbank, torch_filterbank
from unrolled.signals.filterbank_settings import LOW, FilterbankSettings

MAKERS = ("kaldi", "torch")


def maker_here() -> str:
    """`kaldi` where its package is installed, else `torch`."""
    return "kaldi" if kaldi_filterbank.is_installed() else "torch"


@final
@dataclass(frozen=True)
class LogMel:
    """Frames of `bands` numbers, a window of `window` seconds every `shift` seconds.

    Raises SettingError where no such filterbank can be: a window of less than two
    samples, a shift of none, bands so narrow that one holds no frequency.
    """

    rate: int
    """Samples a second of the sounds, in Hz."""
    bands: int = 40
    window: float = 0.025
    shift: float = 0.010
    maker: str = field(default_factory=maker_here)

    def __post_init__(self) -> None:
        if self.maker not in MAKERS:
            raise SettingError(
                found=f'log-mel frames made by "{self.maker}".',
                expected=f"one of {', '.join(MAKERS)}",
                fix="leave the maker out: it is then chosen",
            )
        if self.maker == "kaldi" and not kaldi_filterbank.is_installed():
            raise kaldi_filterbank.missing()
        _check(self.settings, self.window, self.shift)

    @property
    def settings(self) -> FilterbankSettings:
        """The same, counted in samples."""
        return FilterbankSettings.of(
            self.rate, bands=self.bands, window=self.window, shift=self.shift
        )

    def frames(self, samples: int) -> int:
        """How many frames so many samples give."""
        return self.settings.frames(samples)

    def of(self, samples: Tensor) -> Tensor:
        """A whole sound (samples,) as (frames, bands) float32."""
        return self.stream().accept(samples)

    def stream(self) -> "LogMelStream":
        """For a sound that arrives in pieces."""
        return LogMelStream(self)


@final
class LogMelStream:
    """One sound, piece by piece; the frames together are those of the whole."""

    def __init__(self, features: LogMel) -> None:
        settings = features.settings
        self.source: kaldi_filterbank.Source | torch_filterbank.Source = (
            kaldi_filterbank.Source(settings)
            if features.maker == "kaldi"
            else torch_filterbank.Source(settings)
        )

    def accept(self, samples: Tensor) -> Tensor:
        """The next samples (samples,): the frames that are whole now, (new, bands)."""
        return self.source.accept(samples.detach().to("cpu", torch.float32))


def _check(settings: FilterbankSettings, window: float, shift: float) -> None:
    """Raises SettingError unless there is such a filterbank."""
    second = f"{settings.rate} samples a second"
    if settings.rate <= 2 * LOW:
        raise SettingError(
            found=f"a rate of {second}.",
            expected=f"more than {2 * LOW:g}: the lowest band begins at {LOW:g} Hz",
            fix="take sound at a higher rate, such as 8000 or 16000",
        )
    if settings.length < 2 or settings.step < 1:
        raise SettingError(
            found=f"a window of {window:g} s every {shift:g} s at {second}.",
            expected="at least two samples in a window, and one between two windows",
            fix="take a longer window or shift, or sound at a higher rate",
        )
    if settings.bands < 1:
        raise SettingError(
            found=f"{settings.bands} bands.", expected="1 or more", fix="take 40"
        )
    if empty := torch_filterbank.empty_bands(settings):
        raise SettingError(
            found=f"{settings.bands} bands at {second}: {len(empty)} of them would hold"
            " no frequency.",
            expected="bands of which each holds a frequency of the spectrum",
            fix="take fewer bands, a longer window, or sound at a higher rate",
        )
