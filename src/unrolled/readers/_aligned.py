"""Plain texts side by side: line n of each file belongs to line n of the others.

    corpus.en    Thank you.              dev.src     For not use car .
    corpus.fr    Merci.                  dev.ref0    Not for use with a car .
                                         dev.ref1    Do not use in the car .

The first file holds what is read, the second the right answers and all that follow
further ones, in the way of parallel corpora and of GLEU's references. Lines that are
empty in the first two files are passed over; one that is empty in only one of the two
is a bad row, as it is the usual sign that the files have slipped.
"""

from collections.abc import Sequence
from pathlib import Path

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import Draft, ReadOptions, Table
from unrolled.readers._text import read_text

_USUAL = "encoding: UTF-8"


def are_aligned(paths: Sequence[Path], encoding: str = "") -> bool:
    """Whether plain texts have the same number of lines. Raises UnreadableDataError."""
    texts = (read_text(path, encoding)[0].removesuffix("\n") for path in paths)
    return len({text.count("\n") for text in texts}) == 1


def read_aligned(paths: Sequence[Path], options: ReadOptions | None = None) -> Table:
    """A table with a column for each file, "1", "2", ..., and a row for each line.

    The place of a row is its line in the first file. Raises UnreadableDataError for
    files of unequal numbers of lines, and for a line without a partner.
    """
    options = options or ReadOptions()
    draft = Draft(paths[0], options)
    texts: list[list[str]] = []
    for path in paths:
        text, notes = read_text(path, options.encoding)
        texts.append(text.removesuffix("\n").split("\n"))
        draft.notes += [f"{path.name}: {note}" for note in notes if note != _USUAL]
    for path, lines in zip(paths, texts, strict=True):
        if len(lines) != len(texts[0]):
            raise _unequal((paths[0], len(texts[0])), (path, len(lines)))
    empty = 0
    for number, cells in enumerate(zip(*texts, strict=True), start=1):
        there = [bool(cell.strip()) for cell in cells[:2]]
        if all(there):
            draft.add(f"{paths[0]}, line {number}", cells)
        elif any(there):
            missing, other = (1, 0) if there[0] else (0, 1)
            draft.refuse(
                f"{paths[missing]}, line {number}",
                f"empty, and line {number} of {paths[other]} is not.",
                expected="a text on both sides, or on neither",
                fix="correct that line",
            )
        else:
            empty += 1
    draft.note_empty_lines(empty)
    return draft.table(tuple(str(n) for n in range(1, len(paths) + 1)))


def _unequal(first: tuple[Path, int], other: tuple[Path, int]) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{first[0]} has {first[1]:,} lines and {other[0]} has {other[1]:,}.",
        expected="files whose lines belong together one by one",
        fix="find the line where they part, and correct it; a line end inside a text is"
        " often the cause",
    )
