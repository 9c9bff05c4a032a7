"""Bytes to characters, without a guess: Unicode, or the encoding that was named.

    EF BB BF           UTF-8 with a byte order mark, which is left out
    FF FE, FE FF       UTF-16 with its byte order mark
    anything else      UTF-8, or refused with line and column of the first wrong byte

A file in an older encoding has no mark of it, and a wrong guess damages names and
accents in silence; so the person says which it is, or saves the file as UTF-8.
Whatever ends the lines (LF, CR LF, or CR alone throughout) arrives as LF.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from unrolled.errors import SettingError, UnreadableDataError
from unrolled.readers._bytes import LONGEST_LINE, read_bytes

ENCODINGS = (
    *("utf-8", "utf-16", "cp1252", "latin-1", "cp1250", "cp1251", "koi8-r"),
    *("cp1253", "cp1254", "cp1256", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr"),
)
"""Those that may be named; a closed list, as a setting must not load code."""
_MARKS = {
    codecs.BOM_UTF8: ("utf-8", "UTF-8, with a byte order mark"),
    codecs.BOM_UTF16_LE: ("utf-16", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16", "UTF-16"),
}
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")


class LineStream(Protocol):
    """Whatever gives bytes line by line: a file, standard input, a pipe."""

    def readline(self, limit: int, /) -> bytes:
        """The next line with its end, at most `limit` bytes; empty at the end."""
        ...


def read_text(
    path: Path, encoding: str = "", *, longest_line: int = LONGEST_LINE
) -> tuple[str, list[str]]:
    """The characters of a file, its lines ended by LF, and notes in words.

    Raises UnreadableDataError for bytes that are no such text, a NUL, a file with
    nothing in it, or a CR on its own among other line ends.
    """
    data = read_bytes(path, longest_line)
    codec, name = _codec(data, encoding)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as why:
        raise _not(name, path, data, why, given=bool(encoding)) from None
    if "\0" in text:
        raise _nul(path, data, text)
    if not text.strip():
        raise UnreadableDataError(
            found=f"{path} holds nothing but "
            f"{'blanks and line ends' if text else 'a byte order mark'}.",
            expected="at least one row of data",
            fix="check that the right file was named, and that it was written out",
        )
    text, notes = _line_ends(path, text)
    return text, [f"encoding: {name}", *notes, *_control_characters(text)]


def text_lines(stream: LineStream, *, source: str) -> Iterator[str]:
    """The lines of a stream as they arrive, in UTF-8, without their line ends.

    `source` names the stream in messages. An empty line is a line. Raises
    UnreadableDataError for a line that is no UTF-8, holds a NUL or is too long.
    """
    number = 0
    while data := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(data) > LONGEST_LINE:
            raise UnreadableDataError(
                found=f"{source}, line {number}: longer than"
                f" {LONGEST_LINE // 1_000_000} MB.",
                expected="one text a line",
                fix="check that this is text with line ends, or cut that line",
            )
        at = data.find(b"\0")
        try:
            line = data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as why:
            at = why.start
        if at >= 0:
            raise UnreadableDataError(
                found=f"{source}, line {number}, column {at + 1}: byte"
                f" {data[at]:#04x} is not UTF-8 text.",
                expected="text in UTF-8",
                fix="convert it first, for example with iconv -f cp1252 -t utf-8",
            )
        yield line.rstrip("\n").removesuffix("\r")


def _codec(data: bytes, encoding: str) -> tuple[str, str]:
    """The codec, and its name in words."""
    asked = encoding.lower().replace("_", "-")
    known = {name.replace("_", "-"): name for name in ENCODINGS}
    if asked and asked not in known:
        raise SettingError(
            found=f'there is no encoding "{encoding}".',
            expected=f"one of {', '.join(ENCODINGS)}",
            fix="name one of these, or save the file as UTF-8",
        )
    for mark, found in _MARKS.items():
        if data.startswith(mark):
            return found
    return (known[asked], asked) if asked else ("utf-8", "UTF-8")


def _not(
    name: str, path: Path, data: bytes, why: UnicodeDecodeError, *, given: bool
) -> UnreadableDataError:
    line, column = _place(data, why.start)
    return UnreadableDataError(
        found=f"{path}, line {line}, column {column}: byte {data[why.start]:#04x}"
        f" is not {name.partition(',')[0]} text.",
        expected=f"text in {name} from end to end"
        if given
        else "text in UTF-8, or in UTF-16 with a byte order mark",
        fix="name another encoding, or save the file as UTF-8"
        if given
        else "save the file as UTF-8, or set data.encoding, to cp1252 for example",
    )


def _nul(path: Path, data: bytes, text: str) -> UnreadableDataError:
    head = data[:4096]
    zeros = sorted([head[0::2].count(0), head[1::2].count(0)])
    if zeros[0] <= len(head) // 5 < zeros[1]:  # every second byte, and not all
        return UnreadableDataError(
            found=f"{path} looks like UTF-16 without a byte order mark.",
            expected="text in UTF-8, or in UTF-16 with a byte order mark",
            fix="save the file as UTF-8",
        )
    at = text.index("\0")
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return UnreadableDataError(
        found=f"{path}, line {line}, column {column}: a NUL character.",
        expected="text, in which that character has no place",
        fix="write the file out again; NULs often mark a damaged copy",
    )


def _place(data: bytes, at: int) -> tuple[int, int]:
    """Line and column (in bytes) of a position, both from 1."""
    return data.count(b"\n", 0, at) + 1, at - data.rfind(b"\n", 0, at)


def _line_ends(path: Path, text: str) -> tuple[str, list[str]]:
    if "\r" not in text:
        return text, []
    if "\n" not in text:
        return text.replace("\r", "\n"), ["line ends: CR alone"]
    text = text.replace("\r\n", "\n")
    at = text.find("\r")
    if at < 0:
        return text, []
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    raise UnreadableDataError(
        found=f"{path}, line {line}, column {column}: a carriage return (CR) alone,"
        " in a file whose lines end otherwise.",
        expected="one kind of line end throughout",
        fix="replace each such character by a blank or by a line end",
    )


def _control_characters(text: str) -> list[str]:
    """A note, not a refusal: well-known review data holds a few of them."""
    first = _CONTROL.search(text)
    if first is None:
        return []
    count = len(_CONTROL.findall(text))
    line = text.count("\n", 0, first.start()) + 1
    return [
        f"control characters: {count}, the first (U+{ord(first[0]):04X}) in line"
        f" {line}; kept as they are"
    ]
