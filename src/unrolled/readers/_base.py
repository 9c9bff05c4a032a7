"""What every reader gives: a table whose every row still knows where it came from."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from unrolled.errors import MissingColumnError

Cell = str | float | list
"""Text from a text file; from JSON also numbers, and lists of numbers or texts."""


@dataclass(frozen=True)
class Table:
    """Rows of cells under named columns, as read from one file or folder."""

    columns: tuple[str, ...]
    """Header names, or "1", "2", ... where the file has no header."""
    rows: list[tuple[Cell, ...]]
    """As many cells in each row as there are columns."""
    places: list[str]
    """Where each row stands, for messages: "reviews.csv, line 41"."""
    source: str
    """The file or folder that was read."""
    notes: list[str] = field(default_factory=list)
    """What was detected, in words: encoding, delimiter, header."""
    bad_rows: list[str] = field(default_factory=list)
    """With `skip_bad_rows`: one message for each row that was left out."""

    def column(self, name: str) -> int:
        """The place of a column given by its header or by its number from 1.

        A header wins over a number. Raises MissingColumnError.
        """
        if name in self.columns:
            return self.columns.index(name)
        if name.isdecimal() and 1 <= int(name) <= len(self.columns):
            return int(name) - 1
        raise MissingColumnError(
            found=f'{self.source} has no column "{name}".',
            expected=f"one of {', '.join(self.columns)}, or a number from 1 to"
            f" {len(self.columns)}",
            fix="name another column with --input or --target",
        )


class AbstractReader(ABC):
    """Turns one kind of file into a Table; plug-ins are found by their file's name."""

    suffixes: ClassVar[tuple[str, ...]]
    """Endings of file names that it reads, such as ".csv"; ".gz" may follow any."""

    def claims(self, path: Path, head: str) -> bool:  # noqa: ARG002
        """Whether it reads this path, judged by its name and its first characters."""
        name = path.name.lower().removesuffix(".gz")
        return path.is_file() and name.endswith(self.suffixes)

    @abstractmethod
    def read(self, path: Path, *, skip_bad_rows: bool = False) -> Table:
        """The whole file, or an UnreadableDataError that names the line."""
