"""One row of the user's data, for `correct`: a wrong text and the right ones.

    "He go home"      "He goes home"     a pair; there may be further right ones
    "He goes home"    none               right text: mistakes are made in it

An empty cell where a right text should be is refused: nobody knows whether the text
beside it is right. Of several right texts, some may be empty.
"""

from typing import NamedTuple

from unrolled.errors import UnreadableDataError
from unrolled.readers import Cell
from unrolled.tasks._base import Column, Example
from unrolled.tasks._text_input import text_of

COLUMNS = (
    Column(
        "input",
        holds="texts with mistakes, or right text to make mistakes in",
        usual=("wrong", "source", "text", "sentence", "input"),
    ),
    Column(
        "target",
        holds="the right texts; without them the input is right",
        usual=("right", "correction", "corrected", "target", "2"),
        optional=True,
        repeats=True,
    ),
)
"""What both tasks that correct read."""


class Row(NamedTuple):
    """A text, and the right ones if they are known."""

    text: str
    rights: tuple[str, ...]
    place: str


def row_of(example: Example) -> Row:
    """Reads the cells of an example. Raises UnreadableDataError with its place."""
    text = input_of(example)
    cells = [c for c in (example.target, *example.references) if c is not None]
    rights = tuple(r for cell in cells if (r := _text(cell, example)).strip())
    if cells and not rights:
        raise UnreadableDataError(
            found=f"{example.place}: the right text is empty.",
            expected="a right text in every row, or no column of right texts at all",
            fix="write it there, the same text again where nothing is wrong, or leave"
            " the row out",
        )
    return Row(text, rights, example.place)


def input_of(example: Example) -> str:
    """The text alone. Raises UnreadableDataError with its place."""
    if example.input is None:
        raise UnreadableDataError(
            found=f"{example.place}: nothing where a text should be.",
            expected='a text; an empty one is ""',
            fix="give a text, or leave this one out",
        )
    return text_of(example)


def _text(cell: Cell, example: Example) -> str:
    if isinstance(cell, list):
        raise UnreadableDataError(
            found=f"{example.place}: a list where a right text should be.",
            expected="a text, as in the other rows",
            fix="correct that row",
        )
    return str(cell)
