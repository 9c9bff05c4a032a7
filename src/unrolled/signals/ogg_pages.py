"""Whether an Ogg file (Vorbis or Opus) has its end.

    OggS │ version │ flags │ position │ ... │ n │ n sizes │ packets        one page

Such a file is a chain of pages, and nothing at its beginning tells how many: one that
is cut off plays up to there. But its last page says that it is the last (flag 4).

Source: RFC 3533, section 6.
"""

from pathlib import Path

_LARGEST_PAGE = 65307
_SIZES = 27
"""Bytes of a page before the sizes of its packets; their number is the last."""
_LAST = 4


def is_cut_off(path: Path) -> bool:
    """Whether an Ogg file ends before its last page does; False for other files.

    Raises OSError if the file cannot be read.
    """
    with path.open("rb") as stream:
        if stream.read(4) != b"OggS":
            return False
        stream.seek(max(path.stat().st_size - _LARGEST_PAGE, 0))
        tail = stream.read()
    page = tail[max(tail.rfind(b"OggS"), 0) :]
    if len(page) < _SIZES or not page[5] & _LAST:
        return True
    sizes = page[_SIZES : _SIZES + page[_SIZES - 1]]
    return len(page) < _SIZES + page[_SIZES - 1] + sum(sizes)
