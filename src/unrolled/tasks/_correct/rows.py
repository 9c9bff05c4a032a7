"""One row of the user's data, for `correct`: a wrong text and the right ones.

    "He go home"      "He goes home"     a pair; there may be further right ones
    "He goes home"    none               right text: mistakes are made in it

A right text that is empty is none.
"""

from typing import NamedTuple

from unrolled.errors import UnreadableDataError
from unrolled.readers import Cell
from unrolled.tasks._base import Example
from unrolled.tasks._text_input import text_of


class Row(NamedTuple):
    """A text, and the right ones if they are known."""

    text: str
    rights: tuple[str, ...]
    place: str


def row_of(example: Example) -> Row:
    """Reads the cells of an example. Raises UnreadableDataError with its place."""
    cells = [example.target, *example.references]
    rights = [_text(cell, example) for cell in cells if cell is not None]
    return Row(text_of(example), tuple(r for r in rights if r.strip()), example.place)


def _text(cell: Cell, example: Example) -> str:
    if isinstance(cell, list):
        raise UnreadableDataError(
            found=f"{example.place}: a list where a right text should be.",
            expected="a text, as in the other rows",
            fix="correct that row",
        )
    return str(cell)
