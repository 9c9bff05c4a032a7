"""Text to rows of cells: RFC 4180, and the looser ways of the world.

Commas, semicolons and pipes follow RFC 4180: a cell that begins with a quote runs to
the closing quote, over delimiters and line ends, and two quotes in it stand for one. A
quote inside a cell that does not begin with one is text.

Tab-separated files come in two kinds, and the whole file decides which one it is:

    "a ""fine"" film" ⇥ 4      quoted, as a spreadsheet writes
    "fine" is the word ⇥ 4     quotes are text, as in most research data

If every cell with a quote in it is a whole quoted cell, the quotes are taken off. If
not, but RFC 4180 finds no fault with the file and gives fewer rows of a wrong length
than its lines do, cells run over lines. Otherwise a quote is text and a line is a row.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_QUOTED = re.compile('"[^"]*"')


class Row(NamedTuple):
    """One row, or what kept it from being one."""

    line: int
    """The first line of the row, from 1."""
    cells: list[str]
    """Empty if there is a problem."""
    problem: str = ""
    """What is wrong with the quotes, as the end of a sentence."""
    column: int = 0
    """Where the problem is, in characters from 1, in the line `line`."""


def rows_of(text: str, delimiter: str) -> tuple[Iterator[Row], str]:
    """The rows of a text whose lines end in LF, and a note on its quotes.

    Lines without anything are skipped.
    """
    if delimiter != "\t":
        return _quoting(text, delimiter), ""
    if '"' not in text:
        return _lines(text, unquote=False), ""
    cells = (cell for line in text.split("\n") for cell in line.split("\t"))
    if all(_is_quoted(cell) for cell in cells if '"' in cell):
        return _lines(text, unquote=True), "quotes: around whole cells, taken off"
    by_quotes = list(_quoting(text, delimiter, strict=True))
    faultless = not any(row.problem for row in by_quotes)
    if faultless and _uneven(by_quotes) < _uneven(_lines(text, unquote=False)):
        return iter(by_quotes), "quotes: around whole cells, over lines too; taken off"
    return _lines(text, unquote=False), "quotes: part of the text, kept"


def delimiter_of(text: str, suffix: str) -> str:
    """The delimiter that cuts the first rows most evenly; by default the suffix's own.

    Judged by up to a hundred lines with quoted parts taken out. A delimiter must stand
    in the first of them, and wins by the number of lines that have as many; of equals
    the first of comma, tab, semicolon and pipe.
    """
    first = text.lstrip("\n").partition("\n")[0]
    own = "\t" if suffix in (".tsv", ".tab") else ","
    if own == "\t" and own in first:
        return own
    sample = text[:200_000].rpartition("\n")[0] if len(text) > 200_000 else text
    bare = _QUOTED.sub("", sample)
    lines = [line for line in bare.split("\n") if line.strip(" ")][:100]

    def evenness(delimiter: str) -> float:
        wanted = lines[0].count(delimiter) if lines else 0
        return wanted and sum(line.count(delimiter) == wanted for line in lines)

    best = max((",", "\t", ";", "|"), key=evenness)
    return best if evenness(best) else own


def _uneven(rows: Iterable[Row]) -> int:
    """How many rows are not as long as the first."""
    lengths = [len(row.cells) for row in rows]
    return sum(length != lengths[0] for length in lengths)


def _lines(text: str, *, unquote: bool) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(" "):
            continue
        cells = line.split("\t")
        if unquote and '"' in line:
            cells = [_bare(cell) if '"' in cell else cell for cell in cells]
        yield Row(number, cells)


def _quoting(text: str, delimiter: str, *, strict: bool = False) -> Iterator[Row]:
    quote = '"' if strict else ""
    ends = re.compile(f"[{re.escape(delimiter)}\n{quote}]")
    start, line = 0, 1
    while start < len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        bare = text[start:stop]
        if '"' in bare:
            row, end = _quoted_row(text, start, delimiter, ends)
            yield row._replace(line=line + row.line - 1)
            # After a broken row the next line is tried, so that one bad quote does
            # not take the rest of the file with it.
            stop = stop if row.problem else end
        elif bare.strip(" "):
            yield Row(line, bare.split(delimiter))
        line += text.count("\n", start, stop) + 1
        start = stop + 1


def _quoted_row(
    text: str, start: int, delimiter: str, ends: re.Pattern[str]
) -> tuple[Row, int]:
    """The row that begins at `start`, its lines counted from 1, and where it ends.

    `ends` finds the end of a cell without quotes.
    """
    cells: list[str] = []
    at = start
    while True:
        quoted = text.startswith('"', at)
        stop = None if quoted else ends.search(text, at)
        end = _closed(text, at) if quoted else stop.start() if stop else len(text)
        if end < 0 or text[end : end + 1] not in (delimiter, "\n", ""):
            return _broken(text, start, at, end), end
        cells.append(_bare(text[at:end]) if quoted else text[at:end])
        if text[end : end + 1] != delimiter:
            return Row(1, cells), end
        at = end + 1


def _closed(text: str, opened: int) -> int:
    """Behind the closing quote of the cell that opens there; −1 if it never closes."""
    at = opened + 1
    # Not a regular expression: on a quote that never closes it would try every ""
    # before it as the end, a minute for 20 MB of them.
    while (at := text.find('"', at)) >= 0:
        if not text.startswith('"', at + 1):
            return at + 1
        at += 2
    return -1


def _bare(cell: str) -> str:
    """A quoted cell without its quotes."""
    return cell[1:-1].replace('""', '"')


def _is_quoted(cell: str) -> bool:
    return cell.startswith('"') and _closed(cell, 0) == len(cell)


def _broken(text: str, start: int, opened: int, closed: int) -> Row:
    line = text.count("\n", start, opened) + 1
    column = opened - text.rfind("\n", 0, opened)
    if closed < 0:
        return Row(line, [], "a quote opens here and is never closed", column)
    lines_on = text.count("\n", opened, closed)
    there = f"{lines_on} lines further down" if lines_on else "in the same line"
    there = "in the next line" if lines_on == 1 else there
    return Row(
        line,
        [],
        f"the quote that opens here is closed {there}, in the middle of a cell",
        column,
    )
