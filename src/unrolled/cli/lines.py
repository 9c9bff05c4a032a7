"""Lines as they arrive: from a file, or from whatever is typed or piped in.

Lines that are already here are given together, up to `AT_ONCE`; a line that comes alone
is given alone, and so is answered before the next one comes.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import final

from unrolled.cli.output import say

TABLES = (".csv", ".tsv", ".jsonl")
AT_ONCE = 1024  # lines answered together, at most


def groups_of(file: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Groups of lines, and the place of each line for messages; - is standard input.

    Raises UnreadableDataError for a line that is no UTF-8, OSError for no file.
    """
    if str(file) == "-":
        yield from _placed(Arriving(sys.stdin.fileno()), "standard input")
        return
    if file.suffix.lower() in TABLES:
        say(f"{file} is read as plain text: each of its lines is one input.")
    with file.open("rb") as opened:
        yield from _placed(Arriving(opened.fileno()), str(file))


def _placed(stream: "Arriving", source: str) -> Iterator[tuple[list[str], list[str]]]:
    number = 0
    for lines in _groups(stream, source):
        places = [f"{source}, line {number + n}" for n in range(1, len(lines) + 1)]
        number += len(lines)
        yield lines, places


def _groups(stream: "Arriving", source: str) -> Iterator[list[str]]:
    """The lines that have arrived, together: a file's by the thousand."""
    from unrolled.readers import text_lines

    group: list[str] = []
    for line in text_lines(stream, source=source):
        group.append(line)
        if len(group) == AT_ONCE or not stream.has_line:
            yield group
            group = []
    if group:
        yield group


@final
class Arriving:
    """A stream of bytes that knows whether another whole line is already here."""

    def __init__(self, handle: int) -> None:
        self.handle, self.buffer, self.ended = handle, b"", False

    @property
    def has_line(self) -> bool:
        """Whether `readline` would return without waiting."""
        return b"\n" in self.buffer

    def readline(self, limit: int) -> bytes:
        """The next line with its end, at most `limit` bytes; empty at the end."""
        while b"\n" not in self.buffer and len(self.buffer) < limit and not self.ended:
            arrived = os.read(self.handle, 1 << 16)
            self.ended = not arrived
            self.buffer += arrived
        end = self.buffer.find(b"\n") + 1 or len(self.buffer)
        line, self.buffer = (
            self.buffer[: min(end, limit)],
            self.buffer[min(end, limit) :],
        )
        return line
