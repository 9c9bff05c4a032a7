"""`unrolled predict`: one input a line in, one answer a line out."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, final

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model

TABLES = (".csv", ".tsv", ".jsonl")
AT_ONCE = 1024  # lines answered together, at most


def predict(
    model: Annotated[Path, typer.Argument(help="A model folder.")],
    file: Annotated[
        Path, typer.Argument(help="A file of inputs, a line each; - is standard input.")
    ] = Path("-"),
    json: Json = False,
) -> None:
    """Answer each line of a file, or of what is typed or piped in.

    An empty line is an empty text. A series is a JSON list, or numbers between blanks.
    """
    from unrolled.training.model import load

    asked = load(model)
    if str(file) == "-":
        _answer(asked, Arriving(sys.stdin.fileno()), "standard input", json)
        return
    if file.suffix.lower() in TABLES:
        say(f"{file} is read as plain text: each of its lines is one input.")
    with file.open("rb") as opened:
        _answer(asked, Arriving(opened.fileno()), str(file), json)


def _answer(asked: "Model", stream: "Arriving", source: str, json: bool) -> None:
    number = 0
    for inputs in _groups(stream, source):
        places = [f"{source}, line {number + n}" for n in range(1, len(inputs) + 1)]
        number += len(inputs)
        for answer in asked.predict(inputs, places=places):
            if json:
                as_json(answer)
            else:
                tell(asked.task.text(answer))


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
