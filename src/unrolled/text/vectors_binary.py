"""Word vectors in word2vec's binary form, a tenth of the text's time to read.

    3000000 300            how many words, how many numbers for each, a line end
    the <1200 bytes>       the word, a blank, 300 float32 with their lowest byte first;
    of <1200 bytes>        a line end behind them, which may be missing

Nothing in a vector can be looked at line by line, so lengths are what is checked: a
file that is cut short, or longer than its header says, is refused.

Reference: Mikolov et al. 2013, word2vec.c, where `-binary 1` writes it.
"""

from pathlib import Path
from typing import Protocol

import numpy
import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError
from unrolled.text.word_vectors import WordVectors, is_number

MOST_NUMBERS = 65_536  # of a word; 300 are usual, and more than that is no header
LONGEST_WORD = 10_000  # bytes
_LONGEST_HEADER = 64
_PEEK = 1 << 16
_CONTROLS = set(range(32)) - set(b"\t\n\r")


class Source(Protocol):
    """Whatever gives bytes: a file, packed or not."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or fewer at the end."""
        ...

    def readline(self, size: int, /) -> bytes:
        """The next line with its end, at most `size` bytes."""
        ...


def is_binary(head: bytes) -> bool:
    """Whether a file that begins with these bytes holds numbers that are no text."""
    first, _, rest = head[:_PEEK].partition(b"\n")
    shape = _header(first)
    if shape is None:
        return False
    if _CONTROLS & set(rest):
        return True
    _, dim = shape
    _, *numbers = rest.partition(b"\n")[0].rstrip().rsplit(b" ", dim)
    if len(numbers) == dim and all(map(is_number, numbers)):
        return False
    behind = rest.partition(b" ")[2][: 4 * dim]
    try:
        behind.decode("utf-8")
    except UnicodeDecodeError as why:
        return why.end < len(behind)  # else a letter that was cut, where the head ends
    return False


def read_binary_vectors(
    file: Source, path: Path, wanted: set[str] | None = None
) -> WordVectors:
    """The vectors of the wanted words; None: of all. `path` is for messages.

    Raises UnreadableDataError for a file that is longer or shorter than it says.
    """
    promised, dim = _read_header(file, path)
    rows: dict[str, int] = {}
    kept = bytearray()
    repeats = unreadable = 0
    for number in range(1, promised + 1):
        raw = _read_word(file, path, number, promised)
        numbers = file.read(4 * dim)
        if len(numbers) < 4 * dim:
            raise _cut(path, number, promised)
        try:
            word = raw.decode("utf-8")
        except UnicodeDecodeError:
            unreadable += 1
            continue
        if wanted is not None and word not in wanted:
            continue
        if word in rows:
            repeats += 1
            continue
        kept += numbers
        rows[word] = len(rows)
    if file.read(2).strip(b"\n"):
        raise UnreadableDataError(
            found=f"{path} goes on after the {promised:,} words of {dim} numbers that"
            " it promises.",
            expected="as many words and numbers as its first line says",
            fix="fetch the file again, or write it anew with that line corrected",
        )
    words = tuple(rows)
    return WordVectors(words, _table(kept, words, dim, path), repeats, unreadable)


def binary(words: list[str], values: Tensor) -> bytes:
    """The whole file for words and their values (words, dim)."""
    rows = values.detach().cpu().numpy().astype("<f4")
    parts = [f"{len(words)} {rows.shape[1]}\n".encode()]
    for word, row in zip(words, rows, strict=True):
        parts.append(word.encode("utf-8") + b" " + row.tobytes() + b"\n")
    return b"".join(parts)


def _table(kept: bytearray, words: tuple[str, ...], dim: int, path: Path) -> Tensor:
    rows = numpy.frombuffer(kept, "<f4").reshape(len(words), dim)
    finite = numpy.isfinite(rows).all(axis=1)
    if not finite.all():
        word = words[int(finite.argmin())]
        raise UnreadableDataError(
            found=f'{path}, the word "{word}": a number that is not finite.',
            expected=f"{dim} numbers",
            fix="fetch the file again; check that its numbers are 32 bits each",
        )
    return torch.from_numpy(rows.astype("f4"))


def _header(line: bytes) -> tuple[int, int] | None:
    """The two whole numbers of the first line, if they are such."""
    parts = line.strip(b" \r").split(b" ")
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return None
    return (int(parts[0]), int(parts[1])) if len(line) < _LONGEST_HEADER else None


def _read_header(file: Source, path: Path) -> tuple[int, int]:
    line = file.readline(_LONGEST_HEADER).removesuffix(b"\n")
    promised, dim = _header(line) or (0, 0)
    if not 1 <= dim <= MOST_NUMBERS:
        raise UnreadableDataError(
            found=f'{path} begins with "{line.decode("utf-8", "replace")}".',
            expected="how many words there are, and how many numbers for each: from 1"
            f" to {MOST_NUMBERS:,}",
            fix="check that this is a file of word vectors",
        )
    return promised, dim


def _read_word(file: Source, path: Path, number: int, promised: int) -> bytes:
    """The bytes up to the next blank, without the line end of the word before."""
    found = bytearray()
    while (byte := file.read(1)) != b" ":
        if not byte:
            raise _cut(path, number, promised)
        found += byte
        if len(found) > LONGEST_WORD:
            raise UnreadableDataError(
                found=f"{path}, word {number:,}: longer than {LONGEST_WORD:,} bytes.",
                expected="a word, a blank, and its numbers",
                fix="check that its first line tells how many numbers a word has",
            )
    return bytes(found.lstrip(b"\n"))


def _cut(path: Path, number: int, promised: int) -> UnreadableDataError:
    return UnreadableDataError(
        found=f"{path} ends in word {number:,}; its first line promises {promised:,}.",
        expected="a whole file",
        fix="fetch the file again, it may be cut short",
    )
