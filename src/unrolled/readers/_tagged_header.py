"""What .ts and .tsf files share: lines of @keys, then @data, then series of numbers."""

import math
from pathlib import Path
from typing import NamedTuple

from unrolled.errors import UnreadableDataError

_GAPS = ("?", "nan")


class Told(NamedTuple):
    """What stands before the data of a .ts or .tsf file."""

    values: dict[str, list[str]]
    """The words behind each @key, keys in small letters."""
    attributes: list[list[str]]
    """The words behind each @attribute, in their order."""
    lines: int
    """How many lines it takes, @data included."""

    def says(self, key: str) -> bool:
        """Whether the first word behind a key is true."""
        return self.values.get(key, ["false"])[:1] == ["true"]


class BadRow(Exception):  # noqa: N818 -- caught in this folder, never seen by anyone
    """What is wrong with a line, and what should be there."""

    def __init__(self, problem: str, expected: str) -> None:
        self.expected = expected
        super().__init__(problem)


def told_before(path: Path, lines: list[str]) -> Told:
    """What the lines before @data say. Raises UnreadableDataError if there is none."""
    values: dict[str, list[str]] = {}
    attributes: list[list[str]] = []
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        key = words[0].lower()
        if key == "@data":
            return Told(values, attributes, number)
        if not key.startswith("@"):
            raise UnreadableDataError(
                found=f'{path}, line {number}: "{line[:40]}" before @data.',
                expected="lines that begin with @ or #, then @data, then a series a"
                " line",
                fix="add the line @data before the first series",
            )
        if key == "@attribute":
            attributes.append(words[1:])
        small = key in ("@classlabel", "@timestamps") and words[1:]
        values[key[1:]] = [words[1].lower(), *words[2:]] if small else words[1:]
    raise UnreadableDataError(
        found=f"{path} has no line @data.",
        expected="lines that begin with @, then @data, then a series a line",
        fix="add it before the first series, or check that the file is whole",
    )


def numbers_of(text: str, what: str) -> list[float | None]:
    """The numbers between commas, None for a gap. Raises BadRow."""
    found: list[float | None] = []
    for at, word in enumerate(text.split(","), start=1):
        word = word.strip()
        if word.lower() in _GAPS:
            found.append(None)
            continue
        try:
            number = math.inf if "_" in word else float(word)
        except ValueError:
            number = math.inf
        if not math.isfinite(number):
            holds = f'"{word[:40]}"' if word else "nothing"
            raise BadRow(
                f"{what} holds {holds} at moment {at}, where a number should be",
                "numbers divided by commas, ? for a gap",
            )
        found.append(number)
    return found
