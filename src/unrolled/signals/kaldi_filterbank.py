"""Log-mel frames by kaldi-native-fbank: Kaldi's own computation, in C++.

It keeps what it needs of the sound for the next frame, so pieces give the bits of the
whole. A frame takes 5 µs.
"""

from importlib.util import find_spec
from typing import Any, final

import torch
from torch import Tensor

from unrolled.errors import MissingExtraError
from unrolled.signals.filterbank_settings import (
    FLOOR,
    LOW,
    PREEMPHASIS,
    FilterbankSettings,
)


def is_installed() -> bool:
    """Whether the package is there; it is not loaded yet."""
    return find_spec("kaldi_native_fbank") is not None


def missing() -> MissingExtraError:
    """What is said where the package is needed and not there."""
    return MissingExtraError(
        package="kaldi-native-fbank",
        extra="audio",
        purpose="Log-mel frames made by kaldi",
    )


@final
class Source:
    """One sound, piece by piece."""

    def __init__(self, settings: FilterbankSettings) -> None:
        try:
            import kaldi_native_fbank
        except ImportError:
            raise missing() from None
        self.settings, self.given = settings, 0
        self.computing = kaldi_native_fbank.OnlineFbank(
            _options(kaldi_native_fbank.FbankOptions(), settings)
        )

    def accept(self, samples: Tensor) -> Tensor:
        """The next samples (samples,): the frames that are whole now, (new, bands)."""
        self.computing.accept_waveform(self.settings.rate, samples.tolist())
        ready = self.computing.num_frames_ready
        rows = [
            torch.from_numpy(self.computing.get_frame(at))
            for at in range(self.given, ready)
        ]
        frames = torch.stack(rows) if rows else torch.zeros(0, self.settings.bands)
        self.computing.pop(ready - self.given)
        self.given = ready
        return frames


def _options(options: Any, settings: FilterbankSettings) -> Any:
    frame, mel = options.frame_opts, options.mel_opts
    frame.samp_freq, frame.dither = settings.rate, 0.0
    # Kaldi multiplies by the rate and drops what is behind the point: half a sample
    # more keeps its single precision from dropping one too many.
    frame.frame_length_ms = 1000 * (settings.length + 0.5) / settings.rate
    frame.frame_shift_ms = 1000 * (settings.step + 0.5) / settings.rate
    frame.preemph_coeff, frame.remove_dc_offset = PREEMPHASIS, True
    frame.window_type, frame.snip_edges = "povey", True
    frame.round_to_power_of_two = True
    mel.num_bins, mel.low_freq, mel.high_freq = settings.bands, LOW, 0.0
    options.use_energy, options.use_power = False, True
    options.use_log_fbank, options.eps = True, FLOOR
    return options
