"""Tables as text: cells separated by commas, tabs, semicolons or pipes.

    review,rating
    "Slow, but ""honest"".",4
    He is great,5

Delimiter and header are found by looking and stated in the notes of the table; how is
told in `_delimited.py` and `_header.py`. Every row must have as many cells as the
first. A row that a quoted cell carries over several lines stands at its first.
"""

from itertools import chain, islice
from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._delimited import Row, delimiter_of, rows_of
from unrolled.readers._header import header_of
from unrolled.readers._text import read_text

_TOP = 1_001
_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}
_QUOTES = 'a closing quote before the next separator, and "" for a quote in the text'
_MEND_QUOTES = "correct the quotes in that line"


@final
class CSV(AbstractReader):
    """Comma-separated values and their relatives."""

    suffixes = (".csv", ".tsv", ".tab")

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding)
        suffix = Path(path.name.lower().removesuffix(".gz")).suffix
        delimiter = delimiter_of(text, suffix)
        found, quotes = rows_of(text, delimiter)
        top = list(islice(found, _TOP))  # what the header is judged by
        draft = Draft(path, options)
        draft.notes += [
            *notes,
            f"separator: {_NAMES[delimiter]}",
            *filter(None, [quotes]),
        ]
        first = top[0]
        if first.problem:  # nothing else tells how many cells there should be
            raise UnreadableDataError(
                found=f"{path}, line {first.line}, column {first.column}:"
                f" {first.problem}.",
                expected=_QUOTES,
                fix=_MEND_QUOTES,
            )
        columns = _columns(path, top, options, draft)
        for row in chain(top[1:] if columns else top, found):
            place = f"{path}, line {row.line}"
            if row.problem:
                draft.refuse(
                    f"{place}, column {row.column}",
                    f"{row.problem}.",
                    expected=_QUOTES,
                    fix=_MEND_QUOTES,
                )
            elif len(row.cells) == len(first.cells):
                draft.add(place, tuple(row.cells))
            else:
                draft.refuse(
                    place,
                    f"{_cells(len(row.cells))}.",
                    expected=f"{_cells(len(first.cells))}, as in line {first.line}",
                    fix=f"put quotes around a text that holds a {_NAMES[delimiter]}"
                    if len(row.cells) > len(first.cells) and delimiter != "\t"
                    else "correct that line",
                )
        if columns and len(top) == 1:
            raise UnreadableDataError(
                found=f"{path} holds a header and no rows.",
                expected="at least one row of data below the header",
                fix="check that the file was written out, or set data.header=no",
            )
        return draft.table(columns or _numbered(first))


def _columns(
    path: Path, top: list[Row], options: ReadOptions, draft: Draft
) -> tuple[str, ...]:
    """The names in the first row, checked; empty if that row is data."""
    first = top[0]
    why = "as you said" if options.header else ""
    if options.header is None:
        why = header_of(first.cells, [row.cells for row in top[1:]])
    if not why:
        said = (
            "as you said" if options.header is False else "to change: data.header=yes"
        )
        draft.notes.append(f"header: none, line {first.line} is data ({said})")
        return ()
    names = tuple(cell.strip() for cell in first.cells)
    for number, name in enumerate(names, start=1):
        if not name or name in names[: number - 1]:
            raise UnreadableDataError(
                found=f"{path}, line {first.line}: column {number} has"
                + (f' the name "{name}" a second time.' if name else " no name."),
                expected="a header with a name of its own for each column",
                fix="name that column (pandas: to_csv(..., index=False) leaves the"
                " index out), or set data.header=no if that line is data",
            )
    told = "" if options.header else "; to change: data.header=no"
    shown = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
    draft.notes.append(f"header: line {first.line} ({shown}): {why}{told}")
    return names


def _numbered(row: Row) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, len(row.cells) + 1))


def _cells(count: int) -> str:
    return f"{count} cell" if count == 1 else f"{count} cells"
