"""Numbers read aloud, digit by digit: "4 0 7 2".

    wav/train-0007.wav      4 0 7 2

Made of ten recordings, one of each digit, all of one voice. They are joined in an order
that stands in one part only, each a little faster or slower and louder or softer than
it was recorded, with pauses and noise between. So a test number is new, and the
recordings in it are not: this shows how sounds become text, and is no measure of how
well another voice would be understood.
"""

import io
import wave
from collections.abc import Iterator, Mapping
from string import digits
from typing import final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts

SIZES = {"train": 800, "valid": 50, "test": 60}
RATE = 8_000
SHORTEST = {"train": 1, "valid": 3, "test": 3}
LONGEST = 5
"""Digits of a number. Without an alignment short ones are learned first."""
SPEED = (0.9, 1.12)
LOUDNESS = (0.3, 1.0)
PAUSE = (0.02, 0.12)
"""Seconds."""
NOISE = (0.0005, 0.004)
"""Of full scale."""

Samples = NDArray[np.float64]


@final
class SpokenDigits(AbstractDataset):
    """910 numbers of one to five digits, those to be scored of three and more."""

    title = "numbers read aloud, made of recorded digits"
    description = (
        "910 sounds of one to five digits in any order, 22 minutes in all, made on this"
        " machine of ten recordings of one voice at 8,000 samples a second, with"
        " pauses, noise and changes of speed and loudness. No number is in two"
        " parts, but the recordings are: figures say nothing of other voices."
    )
    task = "transcribe"
    package = Package(
        name="captcha",
        version="0.7.1",
        module="captcha",
        members=tuple(f"captcha/data/{one}/default.wav" for one in digits),
        archive="8b73b5aba841ad1e5bdb856205bf5f09560b728ee890eb9dae42901219c8c599",
        content="e76f59ed33cebd9631c3e0a28a9099184bc1150446f661663e24ce97eaa8fc51",
    )
    credit = "the recordings of the package captcha, by Hsiaoming Yang"
    license = "BSD-3-Clause"
    columns = ("sound", "text")
    rows = SIZES
    result = "a2e39c93d3747f26"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        parts: Parts = {part: [] for part in SIZES}
        for part, name, code in _codes():
            parts[part].append((f"wav/{name}.wav", " ".join(code)))
        return parts

    @override
    def beside(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        recordings = {
            one: _samples(files[f"captcha/data/{one}/default.wav"]) for one in digits
        }
        return {
            f"wav/{name}.wav": _wav(_spoken(code, recordings, seed))
            for seed, (_, name, code) in enumerate(_codes())
        }


def _codes() -> Iterator[tuple[str, str, str]]:
    """Part, name and digits of each number; no two are the same."""
    chance = np.random.default_rng(0)
    seen: set[str] = set()
    for part, size in SIZES.items():
        for number in range(size):
            code = ""
            while not code or code in seen:
                length = chance.integers(SHORTEST[part], LONGEST + 1)
                code = "".join(chance.choice(list(digits), length))
            seen.add(code)
            yield part, f"{part}-{number:04}", code


def _spoken(code: str, recordings: Mapping[str, Samples], seed: int) -> Samples:
    """The samples of a number, (samples,), between −1 and 1."""
    chance = np.random.default_rng([1, seed])
    pieces = [_silence(chance)]
    loudness = chance.uniform(*LOUDNESS)
    for one in code:
        recorded, speed = recordings[one], chance.uniform(*SPEED)
        places = np.arange(0, len(recorded) - 1, speed)
        spoken = np.interp(places, np.arange(len(recorded)), recorded)
        pieces += [loudness * chance.uniform(0.7, 1.0) * spoken, _silence(chance)]
    found = np.concatenate(pieces)
    noise = chance.uniform(*NOISE) * chance.standard_normal(len(found))
    return np.clip(found + noise, -1, 1)


def _silence(chance: np.random.Generator) -> Samples:
    return np.zeros(int(RATE * chance.uniform(*PAUSE)))


def _samples(content: bytes) -> Samples:
    """Of a file of 8-bit samples, the loudest of them 1."""
    with wave.open(io.BytesIO(content)) as file:
        data = file.readframes(file.getnframes())
    samples = np.frombuffer(data, np.uint8) / 128 - 1.0
    return samples / max(float(np.abs(samples).max()), 1e-3)


def _wav(samples: Samples) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(32_767 * samples).astype("<i2").tobytes())
    return made.getvalue()
