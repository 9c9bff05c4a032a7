"""`unrolled predict`: one input a line in, one answer a line out."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, final

import typer

from unrolled.cli.output import as_json

AT_ONCE = 1024  # lines answered together, at most


def predict(
    model: Annotated[Path, typer.Argument(help="A model folder.")],
    file: Annotated[
        Path, typer.Argument(help="A file of inputs, a line each; - is standard input.")
    ] = Path("-"),
    json: Annotated[bool, typer.Option(help="One JSON object a line.")] = False,
) -> None:
    """Answer each line of a file, or of what is typed or piped in."""
    from unrolled.training.model import load

    asked = load(model)
    if str(file) == "-":
        groups = _groups(Arriving(sys.stdin.fileno()), "standard input")
        _answer(asked, groups, json)
    else:
        with file.open("rb") as opened:
            groups = _groups(Arriving(opened.fileno()), str(file))
            _answer(asked, groups, json)


def _answer(asked, groups: Iterator[list[str]], json: bool) -> None:
    for inputs in groups:
        for answer in asked.predict(inputs):
            if json:
                as_json(answer)
            else:
                typer.echo(asked.task.text(answer))
        sys.stdout.flush()


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
