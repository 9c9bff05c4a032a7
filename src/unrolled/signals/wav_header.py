"""What the header of a WAV or AIFF file promises, held against what is there.

    RIFF <size> WAVE          FORM <size> AIFF
    fmt  <size> ...           COMM <size> ...
    data <size> samples       SSND <size> samples

Whoever decodes such a file reads up to its end and says nothing if that comes too
early, so half a recording would pass for a whole one. The header tells: the chunk of
the samples has a size. A program that writes into a pipe cannot know it and writes 0,
the largest number there is, or one near 2 GiB; such a file is read to its end.

Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF WAVE);
Audio Interchange File Format 1.3.
"""

import struct
from pathlib import Path
from typing import BinaryIO

UNKNOWN_FROM = 0x7FFFF000
"""Bytes. sox writes this size into a pipe, arecord and ffmpeg larger ones."""
_SAMPLES = {b"RIFF": b"data", b"RIFX": b"data", b"FORM": b"SSND"}
_ORDER = {b"RIFF": "<", b"RIFX": ">", b"FORM": ">"}


def missing_bytes(path: Path) -> tuple[int, int] | None:
    """(promised, there): bytes of samples, where fewer are there than promised.

    None where all are there, where the size is not known, and for other formats.
    Raises OSError if the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(12)
        form = head[:4]
        if form not in _SAMPLES or len(head) < 12:
            return None
        found = _samples_chunk(stream, _ORDER[form], _SAMPLES[form])
    if found is None:
        return None
    begins, promised = found
    there = max(size - begins, 0)
    known = 0 < promised < UNKNOWN_FROM
    return (promised, there) if known and there < promised else None


def _samples_chunk(
    stream: BinaryIO, order: str, wanted: bytes
) -> tuple[int, int] | None:
    """Where the chunk of the samples begins, and its size; None if there is none."""
    while len(head := stream.read(8)) == 8:
        size = struct.unpack(f"{order}I", head[4:])[0]
        if head[:4] == wanted:
            return stream.tell(), size
        stream.seek(size + size % 2, 1)  # chunks begin at even places
    return None
