"""Tables as text: cells separated by commas, tabs, semicolons or pipes.

    review,rating
    "Slow, but ""honest"".",4
    He is great,5

Delimiter and header are found by looking and stated in the notes of the table; how is
told in `_delimited.py` and `_header.py`. Every row must have as many cells as the
first. A row that a quoted cell carries over several lines stands at its first.

Where a task takes several right answers, a tab-separated file without a header may have
rows of unequal length, such as a sentence and all its translations; what a row lacks
are empty cells at its end.
"""

from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, final

from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._delimited import Row, delimiter_of, rows_of
from unrolled.readers._header import header_of, names_all
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
        any_length = options.fewest_cells > 0 and delimiter == "\t"
        # what the header is judged by, and where lengths differ, the width
        top = list(islice(found, None if any_length else _TOP))
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
        width = max(len(row.cells) for row in top) if any_length else len(first.cells)
        columns = _columns(path, top, width, options, draft)
        form = _Form(delimiter, first.line, len(first.cells), len(first.cells))
        if any_length and not columns and width > options.fewest_cells:
            form = form._replace(fewest=options.fewest_cells, most=width)
            draft.notes.append(f"rows: up to {_cells(width)}")
        for row in chain(top[1:] if columns else top, found):
            _add(draft, row, form)
        if columns and len(top) == 1:
            raise UnreadableDataError(
                found=f"{path} holds a header and no rows.",
                expected="at least one row of data below the header",
                fix="check that the file was written out, or set data.header=no",
            )
        return draft.table(columns or _numbered(form.most))


class _Form(NamedTuple):
    """How many cells a row may have."""

    delimiter: str
    first: int
    """The line of the first row, that sets their number."""
    fewest: int
    most: int


def _add(draft: Draft, row: Row, form: _Form) -> None:
    """A row with as many cells as there may be, or a bad row."""
    place, count = f"{draft.source}, line {row.line}", len(row.cells)
    if row.problem:
        draft.refuse(
            f"{place}, column {row.column}",
            f"{row.problem}.",
            expected=_QUOTES,
            fix=_MEND_QUOTES,
        )
    elif form.fewest <= count <= form.most:
        draft.add(place, (*row.cells, *[""] * (form.most - count)))
    else:
        equal = f"{_cells(form.fewest)}, as in line {form.first}"
        draft.refuse(
            place,
            f"{_cells(count)}.",
            expected=equal
            if form.fewest == form.most
            else f"{_cells(form.fewest)} or more",
            fix=f"put quotes around a text that holds a {_NAMES[form.delimiter]}"
            if count > form.most and form.delimiter != "\t"
            else "correct that line",
        )


def _columns(
    path: Path, top: list[Row], width: int, options: ReadOptions, draft: Draft
) -> tuple[str, ...]:
    """The names in the first row, checked; empty if that row is data.

    A row that is shorter than the `width` of the table does not name all columns, so
    it is no header unless it holds usual names alone.
    """
    first = top[0]
    why = "as you said" if options.header else ""
    whole = len(first.cells) == width or names_all(first.cells)
    if options.header is None and whole:
        why = header_of(first.cells, [row.cells for row in top[1:_TOP]])
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


def _numbered(width: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, width + 1))


def _cells(count: int) -> str:
    return f"{count} cell" if count == 1 else f"{count} cells"
