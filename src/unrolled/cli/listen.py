"""`unrolled listen`: a sound as it comes, and what is said in it up to here.

 0.70 s  four              each time that the text has changed, on standard error
 1.10 s  four tw
four two                   when the sound is over

With --json both are objects on standard output: {"seconds": 0.7, "partial": "four"},
and at the end {"seconds": 1.3, "prediction": "four two", ...}.
"""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 0.1
"""Seconds of a file that are given at a time, as a microphone would."""
SAMPLE = 2  # bytes
LOUDEST = 32_768.0


def listen(
    model: Annotated[Path, typer.Argument(help="A model that transcribes.")],
    file: Annotated[
        Path,
        typer.Argument(
            help="A file of sound; - is raw sound on standard input: one channel,"
            " 16-bit signed little-endian samples."
        ),
    ] = Path("-"),
    rate: Annotated[
        int, typer.Option(min=0, help="Samples a second of raw sound; 0: the model's.")
    ] = 0,
    json: Json = False,
) -> None:
    """Transcribe a sound while it comes; needs a model in one direction.

    Such a model is trained with --no-bidirectional. Sound from a microphone:
    arecord -q -t raw -f S16_LE -r 8000 | unrolled listen MODEL - --rate 8000
    """
    from unrolled.training.model import load

    asked = load(model)
    hearing, wanted = asked.listen()
    heard, before, started, waited = 0, "", time.monotonic(), 0.0
    pieces = _raw(rate or wanted, wanted) if str(file) == "-" else _whole(file, wanted)
    while True:
        asking = time.monotonic()
        piece = next(pieces, None)
        waited += time.monotonic() - asking
        if piece is None:
            break
        heard += len(piece)
        text = hearing.accept(piece)
        if text != before:
            _partial(heard / wanted, text, json)
        before = text
    answer, seconds = hearing.finish(), heard / wanted
    if json:
        as_json({"seconds": round(seconds, 3), **answer})
    else:
        tell(asked.task.text(answer))
    spent = time.monotonic() - started - waited
    factor = f": a real-time factor of {spent / seconds:.4f}" if seconds else ""
    say(f"{seconds:.2f} s of sound in {spent:.2f} s{factor}")


def _partial(seconds: float, text: str, json: bool) -> None:
    if json:
        as_json({"seconds": round(seconds, 3), "partial": text})
    else:
        say(f"{seconds:5.2f} s  {text}")


def _whole(file: Path, rate: int) -> Iterator["Tensor"]:
    """A file in chunks of samples, (samples,). Raises UnreadableDataError."""
    from unrolled.signals.sound import read_sound

    yield from read_sound(file, rate=rate).samples.split(max(round(CHUNK * rate), 1))


def _raw(rate: int, to: int) -> Iterator["Tensor"]:
    """What is piped in, resampled if need be, (samples,). UnreadableDataError."""
    import torch

    from unrolled.signals.resample import Resampler

    resampler = None if rate == to else Resampler(rate, to)
    for data in _bytes():
        samples = torch.frombuffer(bytearray(data), dtype=torch.int16) / LOUDEST
        yield samples if resampler is None else resampler.accept(samples)
    if resampler is not None:
        yield resampler.finish()


def _bytes() -> Iterator[bytes]:
    """Whole samples as they arrive on standard input."""
    from unrolled.errors import UnreadableDataError

    left, begun = b"", False
    while arrived := os.read(sys.stdin.fileno(), 1 << 16):
        left += arrived
        if not begun and left.startswith(b"RIFF"):
            raise UnreadableDataError(
                found="standard input holds a WAV file.",
                expected="raw samples without a header: 16-bit, one channel",
                fix="name the file instead of -, or take its header off",
            )
        whole = len(left) - len(left) % SAMPLE
        if whole:
            begun = True
            yield left[:whole]
            left = left[whole:]
    if left:
        say("standard input ended amid a sample, which is left out")
