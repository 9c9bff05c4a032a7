"""Sounds made for tests: pure tones, and WAV files byte by byte."""

import math
import struct
from pathlib import Path

import torch
from torch import Tensor


def tone(
    hertz: float, *, rate: int, seconds: float = 1.0, phase: float = 0.3
) -> Tensor:
    """A sine of amplitude 1, (samples,) float64."""
    time = torch.arange(round(rate * seconds), dtype=torch.float64) / rate
    return (2 * math.pi * hertz * time + phase).sin()


def wav(
    data: bytes,
    *,
    rate: int = 8000,
    channels: int = 1,
    bits: int = 16,
    sizes: tuple[int | None, int | None] = (None, None),
    behind: bytes = b"",
) -> bytes:
    """A WAV file of whole numbers; `sizes` (RIFF, data) are lies where not None."""
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * frame, frame, bits)
    whole = 36 + len(data) + len(behind) if sizes[0] is None else sizes[0]
    size = len(data) if sizes[1] is None else sizes[1]
    head = b"RIFF" + struct.pack("<I", whole) + b"WAVEfmt " + struct.pack("<I", 16)
    return head + form + b"data" + struct.pack("<I", size) + data + behind


def whole_numbers(values: list[int], *, bits: int = 16) -> bytes:
    """Samples as WAV has them: 8 bits without a sign, else little-endian with one."""
    if bits == 8:
        return bytes(values)
    return b"".join(v.to_bytes(bits // 8, "little", signed=True) for v in values)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
