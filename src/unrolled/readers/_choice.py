"""Which reader a path goes to: each plug-in is asked, the highest rank answers.

A plug-in claims a path by its ending, or by the first characters of the file. So a
format from another package is found without anything here being edited.
"""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from unrolled.catalog import find, names
from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, ReadOptions, Table
from unrolled.readers._bytes import check_path, first_bytes


def read(
    path: str | Path,
    *,
    skip_bad_rows: bool = False,
    header: bool | None = None,
    encoding: str = "",
    fewest_cells: int = 0,
) -> Table:
    """The table in a file or folder, read by the plug-in that claims it.

    `header` says whether the first row of a delimited file names the columns; None
    looks at the rows, and the notes of the table tell what was decided. `encoding`
    names one that is not Unicode, such as "cp1252"; it is never guessed. With
    `skip_bad_rows` rows that cannot be read are left out and listed. With
    `fewest_cells` the rows of a tab-separated file may be of unequal length, from that
    number of cells on; missing ones are empty.

    Raises UnreadableDataError, which names file, line and column, and SettingError for
    an unknown encoding.
    """
    path = Path(path)
    check_path(path)
    options = ReadOptions(
        skip_bad_rows=skip_bad_rows,
        header=header,
        encoding=encoding,
        fewest_cells=fewest_cells,
    )
    return _reader_of(path).read(path, options)


def is_plain(path: str | Path) -> bool:
    """Whether a file is claimed by no format, or by that of plain lines alone.

    Raises UnreadableDataError if nothing is there.
    """
    path = Path(path)
    check_path(path)
    return not path.is_dir() and _claiming(path).keys() <= {"lines"}


def _reader_of(path: Path) -> AbstractReader:
    claiming = list(_claiming(path).values())
    if claiming:
        return max(claiming, key=lambda reader: reader.rank)  # the first of equals
    readers = [find("readers", name) for name in names("readers")]
    endings = sorted({suffix for reader in readers for suffix in reader.suffixes})
    raise UnreadableDataError(
        found=f"{path} is of no kind that can be read: its name ends in"
        f' "{path.suffix}".'
        if path.suffix
        else f"{path} is of no kind that can be read: its name has no ending.",
        expected=f"a name that ends in {', '.join(endings)} (.gz may follow), or a"
        " folder with one folder of .txt files or sounds for each class, or with sounds"
        " and their texts",
        fix="save it as one of these, or rename it if it is one already",
    )


def _claiming(path: Path) -> dict[str, AbstractReader]:
    """The readers that claim a path, by name."""
    data = first_bytes(path)
    wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    head = data.decode("utf-16" if wide else "utf-8-sig", errors="replace")
    readers = {name: find("readers", name)() for name in names("readers")}
    return {name: one for name, one in readers.items() if one.claims(path, head)}
