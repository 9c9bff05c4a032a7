"""A path to its bytes, unpacked, or a message that says why there are none.

Everything that can be wrong before a single character is understood is caught here:
nothing there, a link to nothing, a device, no permission, a packed file that is
damaged, a picture or an archive in place of text, and a line so long that it can only
be something else. Bytes are taken in pieces of one megabyte, so that a file that is
refused for its lines is never held whole.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from unrolled.errors import UnreadableDataError

LONGEST_LINE = 10_000_000
"""Bytes. The longest IMDB review has 14,000; a line beyond this is not a row."""
_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"
_FOREIGN = {
    b"\x89PNG\r\n\x1a\n": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"RIFF": "a RIFF file (sound or film)",
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive (or .xlsx, .docx, .npz)",
    b"PAR1": "a Parquet table",
    b"ARROW1": "an Arrow table",
    b"\x93NUMPY": "a NumPy array",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"SQLite format 3\x00": "an SQLite database",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x7fELF": "a program",
    b"\x80\x02": "a Python pickle",
    b"\x80\x03": "a Python pickle",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
}


def check_path(path: Path) -> None:
    """Raises UnreadableDataError unless a file or a folder is there to be read."""
    try:
        if path.is_file() or path.is_dir():
            return
        link, something = path.is_symlink(), path.exists()
    except OSError as why:
        raise _system_says(path, why) from None
    if something:
        raise UnreadableDataError(
            found=f"{path} is neither a file nor a folder (a device, pipe or socket).",
            expected="a file on disk, or a folder of class folders",
            fix="save its contents in a file and name that",
        )
    raise UnreadableDataError(
        found=f"{path} is a link to a place where nothing is."
        if link
        else f"{path} does not exist.",
        expected="the path of a file or a folder",
        fix="point the link to the file, or name the file itself"
        if link
        else "check the spelling, and the folder that the command runs in",
    )


def read_bytes(path: Path, longest_line: int = LONGEST_LINE) -> bytes:
    """All bytes of a file, unpacked if it ends in .gz; at least one.

    A line has `longest_line` bytes at most, which is more for formats without lines.
    Raises UnreadableDataError for whatever stands in the way.
    """
    pieces: list[bytes] = []
    lines, carried = 1, 0
    for piece in _pieces(path):
        if not pieces:
            _refuse_foreign(path, piece)
        pieces.append(piece)
        ends = [at for at in (piece.find(b"\n"), piece.find(b"\r")) if at >= 0]
        if carried + (min(ends) if ends else len(piece)) > longest_line:
            raise _too_long(path, lines, longest_line)
        last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        carried = len(piece) - 1 - last if ends else carried + len(piece)
        lines += piece.count(b"\n")
    if not pieces:
        raise UnreadableDataError(
            found=f"{path} is empty.",
            expected="at least one row of data",
            fix="check that the right file was named, and that it was written out",
        )
    return b"".join(pieces)


def read_packed(path: Path) -> bytes:
    """All bytes of a file that is no text, unpacked if its name ends in .gz.

    Raises UnreadableDataError for whatever stands in the way.
    """
    return b"".join(_pieces(path))


def first_bytes(path: Path, size: int = 4096) -> bytes:
    """What a file begins with; nothing if it is a folder or cannot be read."""
    try:
        with _open(path) as stream:
            return stream.read(size)
    except (OSError, EOFError, zlib.error):
        return b""


def _open(path: Path) -> BinaryIO | gzip.GzipFile:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rb")
    return path.open("rb")


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with _open(path) as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except EOFError:
        raise _damaged(path, "is cut short: the packed data ends too early.") from None
    except (gzip.BadGzipFile, zlib.error):
        with path.open("rb") as stream:
            packed = stream.read(2) == _GZIP
        if packed:
            how = "is damaged: the packed data is not what was packed."
            raise _damaged(path, how) from None
        raise UnreadableDataError(
            found=f"{path} ends in .gz and is no gzip file.",
            expected="a file packed by gzip",
            fix="take .gz off its name if it is plain text, or pack it with gzip",
        ) from None
    except OSError as why:
        raise _system_says(path, why) from None


def _refuse_foreign(path: Path, head: bytes) -> None:
    if head.startswith(_GZIP):
        raise UnreadableDataError(
            found=f"{path} is packed by gzip, and its name does not say so.",
            expected="text, or a name that ends in .gz",
            fix=f"rename it to {path.name}.gz",
        )
    for magic, name in _FOREIGN.items():
        if head.startswith(magic):
            raise UnreadableDataError(
                found=f"{path} is not text: it begins like {name}.",
                expected="a text file",
                fix="export the data as text (.csv or .jsonl) and name that file",
            )


def _damaged(path: Path, how: str) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{path} {how}",
        expected="a whole gzip file",
        fix="fetch or pack the file again",
    )


def _too_long(path: Path, line: int, most: int) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{path}, line {line}: longer than {most // 1_000_000} MB.",
        expected="rows of text, one a line",
        fix="check that this is a text file with line ends, or cut that line",
    )


def _system_says(path: Path, why: OSError) -> UnreadableDataError:
    denied = isinstance(why, PermissionError)
    return UnreadableDataError(
        found=f"{path} cannot be opened: no permission."
        if denied
        else f"{path} cannot be read: {why.strerror or why}.",
        expected="a file that may be read",
        fix=f"chmod u+r {path}, or ask its owner"
        if denied
        else "check the disk and the path, or copy the file elsewhere",
    )
