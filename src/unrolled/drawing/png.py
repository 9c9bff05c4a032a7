"""Pixels as a PNG file in the text of a page: the smallest way to many small squares.

    signature, IHDR, [PLTE, tRNS,] IDAT (lines behind a 0 each, deflated), IEND

Reference: PNG specification, third edition, W3C 2025, sections 5 and 11.
"""

import struct
import zlib
from base64 import b64encode

import torch
from torch import Tensor

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KINDS = {1: 0, 2: 4, 3: 2, 4: 6}  # channels to the color type


def png_uri(pixels: Tensor) -> str:
    """A data URI of a picture, (channels, height, width) uint8, height and width >= 1.

    Channels are gray; gray and opacity; red, green, blue; or these and opacity.
    """
    return f"data:image/png;base64,{b64encode(_file(pixels)).decode()}"


def palette_png_uri(indices: Tensor, colors: Tensor) -> str:
    """A data URI of a picture, (height, width) uint8, each pixel a row of `colors`.

    `colors` is (at most 256, 4) uint8: red, green, blue, opacity. One byte a pixel.
    """
    listed = _chunk(b"PLTE", _bytes(colors[:, :3])) + _chunk(
        b"tRNS", _bytes(colors[:, 3])
    )
    return f"data:image/png;base64,{b64encode(_whole(indices, 3, listed)).decode()}"


def _file(pixels: Tensor) -> bytes:
    channels, high, wide = pixels.shape
    lines = pixels.permute(1, 2, 0).reshape(high, wide * channels)
    return _whole(lines, _KINDS[channels], b"", wide=wide)


def _whole(lines: Tensor, kind: int, listed: bytes, *, wide: int = 0) -> bytes:
    high, across = lines.shape
    head = struct.pack(">IIBBBBB", wide or across, high, 8, kind, 0, 0, 0)
    behind_zeros = torch.cat([lines.new_zeros(high, 1), lines], dim=1)
    data = zlib.compress(_bytes(behind_zeros), 9)
    body = _chunk(b"IHDR", head) + listed + _chunk(b"IDAT", data)
    return _SIGNATURE + body + _chunk(b"IEND", b"")


def _bytes(numbers: Tensor) -> bytes:
    return numbers.cpu().contiguous().numpy().tobytes()


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)
