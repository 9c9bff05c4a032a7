"""A file of sound to samples: one channel, float32, at the rate that is asked for.

    WAV (8, 16, 24, 32 bit, float)  ┐
    FLAC, Ogg, Opus, MP3, AIFF      ┴→  mean of the channels  →  resampled  →  Sound

Full scale is 1, whatever the file counts in. Nothing is made louder or cut; samples of
a float file may go beyond 1 a little. A file that is cut off or holds no sound is
refused: half a recording beside its whole text would teach what is wrong.
"""

from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from unrolled.errors import MissingExtraError, UnreadableDataError
from unrolled.signals import ogg_pages
from unrolled.signals.resample import resample
from unrolled.signals.wav_header import samples_chunk, with_size

ENDINGS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif")
"""Of files that `read_sound` reads."""
LOUDEST = 100.0
"""40 dB above full scale: beyond it a float file holds something else."""
_AGAIN = "copy or record it again, or take it out of the data"


class Sound(NamedTuple):
    """What was heard: `samples` (samples,) float32, mono, `rate` of them a second."""

    samples: Tensor
    rate: int


def rate_of(path: Path) -> int:
    """Samples a second that the file holds, in Hz. Raises as `read_sound` does."""
    with _opened(path) as file:
        return file.samplerate


def read_sound(path: Path, *, rate: int | None = None) -> Sound:
    """The whole file as one channel, (samples,) float32, at its own rate or at `rate`.

    Raises UnreadableDataError for a file that is no sound, is cut off, holds no samples
    or holds some that are no numbers, and MissingExtraError without `soundfile`.
    """
    with _opened(path) as file:
        promised, own = file.frames, file.samplerate
        try:
            channels = torch.from_numpy(file.read(dtype="float32", always_2d=True))
        except RuntimeError as why:  # what soundfile raises, here for packed sound
            raise UnreadableDataError(
                found=f"{path} is cut off or damaged ({_said(why)}).",
                expected="a whole recording",
                fix=_AGAIN,
            ) from None
    if len(channels) < promised:
        there = f"{promised:,} samples, {len(channels):,}"
        raise _cut_off(path, f"its header promises {there} are there")
    samples = channels[:, 0] if channels.shape[1] == 1 else channels.mean(1)
    _check(path, samples, own)
    return Sound(resample(samples, own, rate or own), rate or own)


def _opened(path: Path) -> Any:
    try:
        import soundfile
    except ImportError:
        raise MissingExtraError(
            package="soundfile", extra="audio", purpose="Reading sound"
        ) from None
    source = _source(path)
    try:
        return soundfile.SoundFile(source)
    except RuntimeError as why:
        raise UnreadableDataError(
            found=f"{path} is no sound that can be read ({_said(why)}).",
            expected=f"a file of sound ({', '.join(ENDINGS)})",
            fix="open it in a program that plays sound, and save it as WAV or FLAC",
        ) from None


def _source(path: Path) -> Path | BytesIO:
    """The file, or its bytes with a header that tells how long it is."""
    try:
        if not path.stat().st_size or not path.is_file():
            raise UnreadableDataError(
                found=f"{path} is {'empty' if path.is_file() else 'no file'}.",
                expected=f"a file of sound ({', '.join(ENDINGS)})",
                fix="check that the right file was named, and that it was written out",
            )
        chunk = samples_chunk(path)
        if chunk and chunk.is_cut_off:
            there = f"{chunk.promised:,} bytes of samples, {chunk.there:,}"
            raise _cut_off(path, f"its header promises {there} are there")
        if ogg_pages.is_cut_off(path):
            raise _cut_off(path, "its last page is missing")
        return with_size(path, chunk) if chunk and chunk.is_unknown else path
    except OSError as why:
        raise _system_says(path, why) from None


def _check(path: Path, samples: Tensor, rate: int) -> None:
    if not len(samples):
        raise UnreadableDataError(
            found=f"{path} holds 0 samples: a header and no sound.",
            expected="at least one sample",
            fix=_AGAIN,
        )
    strange = ~(samples.abs() <= LOUDEST)
    if strange.any():
        at = int(strange.nonzero()[0])
        value = float(samples[at])
        number = f"{value:g}" if value == value else "NaN"
        raise UnreadableDataError(
            found=f"{path} holds {number} at {at / rate:.3f} s (sample {at + 1:,}).",
            expected="samples between −1 and 1, as files of floating point numbers"
            " have them",
            fix="divide them by the largest number there can be (32768 for 16 bit),"
            " and leave out what is no number",
        )


def _cut_off(path: Path, why: str) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{path} is cut off: {why}.",
        expected="a whole recording",
        fix=_AGAIN,
    )


def _said(why: Exception) -> str:
    """The end of what the library says, which begins with the file's name."""
    return str(why).rpartition(": ")[2].rstrip(".")


def _system_says(path: Path, why: OSError) -> UnreadableDataError:
    if isinstance(why, FileNotFoundError):
        return UnreadableDataError(
            found=f"{path} does not exist.",
            expected="the path of a file of sound",
            fix="check the spelling, and the folder that the path is seen from",
        )
    return UnreadableDataError(
        found=f"{path} cannot be read: {(why.strerror or str(why)).lower()}.",
        expected="a file that may be read",
        fix=f"chmod u+r {path}, or copy the file elsewhere",
    )
