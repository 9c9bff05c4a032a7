"""What every reader gives: a table whose every row still knows where it came from.

    AbstractReader   one kind of file; found by the name of its own file
    Table            what it gives: cells in named columns, and the place of each row
    Draft            a table in the making, which refuses a bad row or sets it aside
    ReadOptions      what the person said about the file

Data is read whole or refused with the row named. Only when the person asks for it are
bad rows left out, and then each is listed.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, final

from unrolled.errors import MissingColumnError, UnreadableDataError
from unrolled.series import Series

Cell = str | float | list | Series
"""Text from a text file; from JSON also numbers, and lists of numbers or texts.

A task that gathers rows makes whole series of them."""


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

    @property
    def has_header(self) -> bool:
        """Whether its columns have names, not only numbers."""
        return self.columns != tuple(str(n + 1) for n in range(len(self.columns)))

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


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What the person said about a file; a reader ignores what it has no use for."""

    skip_bad_rows: bool = False
    """Leave rows out that cannot be read, and list them in `Table.bad_rows`."""
    header: bool | None = None
    """Whether the first row names the columns; None looks at the rows."""
    encoding: str = ""
    """The name of the encoding, such as "cp1252"; empty for Unicode's own."""
    fewest_cells: int = 0
    """Tab-separated rows may have any number of cells from this one on; 0: equal."""


@final
class Draft:
    """A table in the making: rows are added, or refused by name."""

    def __init__(self, source: Path, options: ReadOptions) -> None:
        self.source = str(source)
        self.skip = options.skip_bad_rows
        self.notes: list[str] = []
        self._rows: list[tuple[Cell, ...]] = []
        self._places: list[str] = []
        self._bad_rows: list[str] = []

    def add(self, place: str, cells: tuple[Cell, ...]) -> None:
        """One good row."""
        self._places.append(place)
        self._rows.append(cells)

    def refuse(self, place: str, problem: str, *, expected: str, fix: str) -> None:
        """Raises UnreadableDataError for that row, or lists it if rows may be bad."""
        self.leave_out(
            UnreadableDataError(
                found=f"{place}: {problem}",
                expected=expected,
                fix=f"{fix}, or leave such rows out with --skip-bad-rows",
            )
        )

    def leave_out(self, why: UnreadableDataError) -> None:
        """Raises that error, or lists it if rows may be bad."""
        if not self.skip:
            raise why
        self._bad_rows.append(why.found)

    def note_empty_lines(self, count: int) -> None:
        """Says that `count` lines without anything in them were passed over."""
        if count:
            self.notes.append(f"empty lines: {count}, passed over")

    def table(self, columns: tuple[str, ...]) -> Table:
        """The finished table. Raises UnreadableDataError if it would have no rows."""
        if not self._rows and self._bad_rows:
            raise UnreadableDataError(
                found=f"{self.source}: not one row can be read."
                f" The first: {self._bad_rows[0]}",
                expected="at least one good row",
                fix="correct the rows; read without --skip-bad-rows to see more",
            )
        if not self._rows:
            raise UnreadableDataError(
                found=f"{self.source} holds no rows.",
                expected="at least one row of data",
                fix="check that the right file was named, and that it was written out",
            )
        return Table(
            columns=columns,
            rows=self._rows,
            places=self._places,
            source=self.source,
            notes=self.notes,
            bad_rows=self._bad_rows,
        )


class AbstractReader(ABC):
    """Turns one kind of file into a Table; plug-ins are found by their file's name."""

    suffixes: ClassVar[tuple[str, ...]]
    """Endings of file names that it reads, such as ".csv"; ".gz" may follow any."""
    rank: ClassVar[int] = 0
    """When several claim a path, the highest rank reads it, then the first name."""

    def claims(self, path: Path, head: str) -> bool:  # noqa: ARG002
        """Whether it reads this path, judged by its name and its first characters."""
        name = path.name.lower().removesuffix(".gz")
        return not path.is_dir() and name.endswith(self.suffixes)

    @abstractmethod
    def read(self, path: Path, options: ReadOptions) -> Table:
        """The whole file, or an UnreadableDataError that names the line."""
