"""Small pictures as PNG files in the text of a page.

    signature, IHDR, IDAT (lines behind a 0 each, deflated), IEND

Reference: PNG specification, third edition, W3C 2025, sections 5 and 11.
"""

import struct
import zlib
from base64 import b64encode

from torch import Tensor

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KINDS = {2: 4, 3: 2}  # channels to the color type


def png_uri(pixels: Tensor) -> str:
    """A data URI of a picture, (channels, height, width) uint8.

    Channels are red, green, blue; or gray and opacity.
    """
    channels, high, wide = pixels.shape
    head = struct.pack(">IIBBBBB", wide, high, 8, _KINDS[channels], 0, 0, 0)
    lines = pixels.permute(1, 2, 0).reshape(high, wide * channels).contiguous()
    data = b"".join(b"\0" + bytes(line.tolist()) for line in lines)
    body = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(data, 9))
    made = _SIGNATURE + body + _chunk(b"IEND", b"")
    return f"data:image/png;base64,{b64encode(made).decode()}"


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)
