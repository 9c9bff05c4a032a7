"""A picture on disk to a square of colors, whatever it was saved as.

    photo.jpg   4,000 × 3,000            size = 64
    ┌──────────────┐                    ┌────────┐
    │              │    smaller by      │ white  │
    │              │    the mean of     │▓▓▓▓▓▓▓▓│   (3, 64, 64) uint8
    │              │    each area       │▓▓▓▓▓▓▓▓│   red, green, blue
    └──────────────┘                    │ white  │
                                        └────────┘
The longer side becomes `size`, the shorter one keeps its share, and the rest is white.
What is smaller than the square is enlarged to it, between its pixels by straight lines.

    transparent     lies on white
    gray, 1 bit     the same number three times; of 16 bits the upper 8
    palette, CMYK   turned into red, green and blue; in a JPEG, CMYK is taken to be
                    inverted, as Adobe's programs write it
    turned          as the camera says (EXIF orientation)
    several         the first of an animation, the first page

Pixels are decoded in memory: 4 bytes each, and as many again while transparency is
resolved. A JPEG is decoded at a half, a quarter or an eighth where that is enough. More
than MOST_PIXELS are refused before any is decoded.

Needs the extra `image` (the package pillow).
"""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError
from unrolled.pillow import pillow

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
"""Endings of the files that are read, in lower case."""
MOST_PIXELS = 100_000_000
"""A picture of 10,000 × 10,000 takes 0.4 to 0.9 GB while it is read."""
# Only these decoders are asked: one for PostScript, say, would start a program.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_ORIENTATION = 0x0112  # the tag of EXIF, TIFF 6.0 page 36
_FINER = 2  # a JPEG is decoded at no less than twice the size that is wanted
_TURNS = {  # what undoes each orientation, by pillow's names; 1 is upright
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def read_picture(path: str | Path, *, size: int) -> Tensor:
    """The picture as red, green and blue from 0 to 255, (colors, size, size) uint8.

    Raises MissingExtraError without pillow, and UnreadableDataError, with the path, for
    whatever is no whole picture of at most MOST_PIXELS.
    """
    images = pillow("reading pictures").Image
    path = Path(path)
    _check(path)
    with warnings.catch_warnings():
        # Pillow warns of damaged EXIF and of many pixels; the limit here is our own.
        warnings.simplefilter("ignore")
        with _opened(images, path) as image:
            _check_content(path, image)
            try:
                small = _upright(images, image, _reduced(images, image, size))
            # A decoder meets damage in a hundred ways, and each raises an error of its
            # own: struct.error, zlib.error, SyntaxError, IndexError, ...
            except Exception:
                raise _damaged(path) from None
    canvas = images.new("RGB", (size, size), "white")
    corner = ((size - small.width) // 2, (size - small.height) // 2)
    canvas.paste(small, corner, mask=small if small.mode == "RGBA" else None)
    return torch.from_numpy(np.array(canvas)).permute(2, 0, 1).contiguous()


def size_of(path: str | Path) -> tuple[int, int]:
    """Width and height as they are saved, in pixels, from the head of the file alone.

    Raises MissingExtraError without pillow, UnreadableDataError for what is no picture.
    """
    images = pillow("reading pictures").Image
    path = Path(path)
    _check(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _opened(images, path) as image:
            return image.size


def _reduced(images: Any, image: Any, size: int) -> Any:
    """The whole picture as RGB or RGBA, its longer side of `size` pixels."""
    wide, high = image.size
    longest = max(wide, high)
    goal = max(1, round(wide * size / longest)), max(1, round(high * size / longest))
    image.draft(None, (_FINER * goal[0], _FINER * goal[1]))  # only a JPEG heeds it
    kinds = images.Resampling
    kind = kinds.BOX if longest >= size else kinds.BILINEAR
    return _in_colors(images, image).resize(goal, kind)


def _in_colors(images: Any, image: Any) -> Any:
    """RGBA where something is transparent, else RGB."""
    if not image.mode.startswith("I;16"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    values = np.asarray(image)
    gray = images.fromarray((values >> 8).astype(np.uint8)).convert("RGB")
    clear = image.info.get("transparency")
    if clear is not None:
        gray.putalpha(images.fromarray(np.where(values == clear, 0, 255).astype("u1")))
    return gray


def _upright(images: Any, image: Any, small: Any) -> Any:
    """The small picture, turned as the camera says of the whole one."""
    turn = _TURNS.get(image.getexif().get(_ORIENTATION))
    return small.transpose(images.Transpose[turn]) if turn else small


def _check(path: Path) -> None:
    """Raises UnreadableDataError unless there are bytes to be read."""
    try:
        empty = not path.is_dir() and path.stat().st_size == 0
    except FileNotFoundError:
        raise UnreadableDataError(
            found=f"{path} does not exist.",
            expected="the path of a picture",
            fix="check the spelling; a path is looked for beside the table it stands"
            " in",
        ) from None
    except OSError as why:
        raise _system_says(path, why) from None
    if path.is_dir():
        raise UnreadableDataError(
            found=f"{path} is a folder, not a picture.",
            expected="the path of a picture",
            fix="name a file in it",
        )
    if empty:
        raise UnreadableDataError(
            found=f"{path} is empty: it has 0 bytes.",
            expected="a picture",
            fix="save or fetch that file again",
        )


def _opened(images: Any, path: Path) -> Any:
    """The picture with its size known and no pixel decoded."""
    try:
        return images.open(path, formats=_FORMATS)
    except images.DecompressionBombError:
        raise _too_large(path) from None
    except images.UnidentifiedImageError:
        raise UnreadableDataError(
            found=f"{path} is no picture that can be read.",
            expected=f"one of {', '.join(_FORMATS)}",
            fix="open it with another program and save it as PNG",
        ) from None
    except OSError as why:
        if why.errno is not None:
            raise _system_says(path, why) from None
        raise _damaged(path) from None
    except Exception:  # damage in the head of a file
        raise _damaged(path) from None


def _check_content(path: Path, image: Any) -> None:
    """Raises UnreadableDataError for too many pixels, and for pixels of no color."""
    if image.width * image.height > MOST_PIXELS:
        raise _too_large(path)
    if image.mode in ("I", "F"):
        raise UnreadableDataError(
            found=f"{path} holds numbers of 32 bits for its pixels, not colors.",
            expected="8 or 16 bits for each color",
            fix="scale its numbers to 0 to 255 and save it as PNG",
        )


def _too_large(path: Path) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{path} has more than {MOST_PIXELS // 1_000_000} million pixels.",
        expected="a picture that fits into memory",
        fix="save it smaller",
    )


def _damaged(path: Path) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{path} is cut off or damaged: its picture cannot be read to the end.",
        expected="a whole picture",
        fix="fetch or save that file again",
    )


def _system_says(path: Path, why: OSError) -> UnreadableDataError:
    denied = isinstance(why, PermissionError)
    return UnreadableDataError(
        found=f"{path} cannot be opened: no permission."
        if denied
        else f"{path} cannot be read: {why.strerror or why}.",
        expected="a picture that may be read",
        fix=f"chmod u+r {path}, or ask its owner"
        if denied
        else "check the disk and the path, or copy the file elsewhere",
    )
