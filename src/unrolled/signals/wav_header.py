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
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

UNKNOWN_FROM = 0x7FFFF000
"""Bytes. sox writes this size into a pipe, arecord and ffmpeg larger ones."""
_SAMPLES = {b"RIFF": b"data", b"RIFX": b"data", b"FORM": b"SSND"}
_ORDER = {b"RIFF": "<", b"RIFX": ">", b"FORM": ">"}


class SamplesChunk(NamedTuple):
    """Where the samples lie in a file, in bytes."""

    begins: int
    promised: int
    there: int
    """Bytes from where they begin to the end of the file."""
    is_last: bool
    """Whether the header speaks of nothing behind them."""
    order: str
    """Of the bytes of a size, as `struct` writes it."""

    @property
    def is_cut_off(self) -> bool:
        """Whether fewer bytes are there than promised."""
        return self.there < self.promised < UNKNOWN_FROM

    @property
    def is_unknown(self) -> bool:
        """Whether a size of 0 stands for "up to the end"."""
        return not self.promised and self.there > 0 and self.is_last


def samples_chunk(path: Path) -> SamplesChunk | None:
    """The chunk of the samples; None in files of other formats.

    Raises OSError if the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(12)
        form = head[:4]
        if form not in _SAMPLES or len(head) < 12:
            return None
        order = _ORDER[form]
        whole = struct.unpack(f"{order}I", head[4:8])[0]
        found = _find(stream, order, _SAMPLES[form])
    if found is None:
        return None
    begins, promised = found
    is_last = whole + 8 <= begins or whole >= UNKNOWN_FROM
    return SamplesChunk(begins, promised, max(size - begins, 0), is_last, order)


def with_size(path: Path, chunk: SamplesChunk) -> BytesIO:
    """The file with the size of its samples written in, as `is_unknown` asks for."""
    data = bytearray(path.read_bytes())
    size = struct.pack(f"{chunk.order}I", min(chunk.there, UNKNOWN_FROM))
    data[chunk.begins - 4 : chunk.begins] = size
    return BytesIO(data)


def _find(stream: BinaryIO, order: str, wanted: bytes) -> tuple[int, int] | None:
    """Where the chunk of that name begins, and its size; None if there is none."""
    while len(head := stream.read(8)) == 8:
        size = struct.unpack(f"{order}I", head[4:])[0]
        if head[:4] == wanted:
            return stream.tell(), size
        stream.seek(size + size % 2, 1)  # chunks begin at even places
    return None
