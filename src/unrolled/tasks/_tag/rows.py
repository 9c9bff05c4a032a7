"""One row of the user's data, for `tag`: words, where they stand, and their tags.

    ["John", "runs"]     ["B-PER", "O"]            words beside their tags
    "John runs"          "B-PER O"                 the same, between blanks
    "John runs."         [[0, 4, "PER"]]           a text, and spans by their places

Places count characters from 0; a span ends before its stop. The places of words that
were given one by one are those in the words joined by blanks.
"""

import json
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from unrolled.errors import UnreadableDataError
from unrolled.tasks._base import Example
from unrolled.text.spans import check_spans
from unrolled.text.words import Words

Places = list[tuple[int, int]]
TOKENIZER = Words(lowercase=False)
ENDS = (".", "?", "!")


@dataclass(frozen=True)
class Row:
    """Words with their places, and what is known of their tags."""

    text: str
    words: list[str]
    places: Places
    """Where each word stands in the text."""
    tags: list[str] | None = None
    spans: list[tuple[int, int, str]] | None = None
    """Start, stop and label in characters, where the data gives no tags."""
    place: str = ""


def row_of(example: Example) -> Row:
    """Reads the cells of an example. Raises UnreadableDataError with its place."""
    cell, target = example.input, example.target
    if _are_spans(cell, target):
        return _with_spans(example)
    if isinstance(target, list) and not all(isinstance(tag, str) for tag in target):
        _wrong(example, "tags that are neither texts nor spans")
    words = _words_given(example)
    if target is None:
        return _joined(words, example) if words is not None else _cut(example)
    tags = target if isinstance(target, list) else str(target).split()
    words = str(cell).split() if words is None else words
    if len(words) != len(tags):
        _wrong(example, f"{_count(words, 'word')} and {_count(tags, 'tag')}")
    if not all(tags):
        _wrong(example, "an empty tag")
    row = _joined(words, example)
    return Row(row.text, row.words, row.places, tags, None, example.place)


def with_other_end(row: Row, tags: list[str], outside: str | None, end: str) -> Row:
    """The row without the mark at its end, or with the mark `end` if it has none.

    `tags` are those of the row, and `outside` that of the new mark; without one nothing
    is added.
    """
    words = row.words
    if words[1:] and words[-1] in ENDS:
        words, tags = words[:-1], tags[:-1]
    elif words and outside is not None:
        words, tags = [*words, end], [*tags, outside]
    return replace(row, words=words, places=[], tags=tags, spans=None)


def _are_spans(cell: Any, target: Any) -> bool:
    none = isinstance(cell, str) and bool(cell.strip()) and target == []
    return none or (
        isinstance(target, list) and any(isinstance(one, list) for one in target)
    )


def _words_given(example: Example) -> list[str] | None:
    """The words that an input gives one by one; None for a text to be cut."""
    cell: Any = example.input
    if isinstance(cell, str) and example.target is None and cell[:1] == "[":
        try:
            found = json.loads(cell)
        except ValueError:
            return None
        cell = found if _are_words(found) else cell
    if isinstance(cell, list):
        if not _are_words(cell):
            _wrong(example, "a list with something in it that is no word")
        return cell
    return None


def _are_words(cell: Any) -> bool:
    is_list = isinstance(cell, list)
    return is_list and all(isinstance(word, str) and word for word in cell)


def _joined(words: list[str], example: Example) -> Row:
    """Words as a text with blanks between."""
    places, start = [], 0
    for word in words:
        places.append((start, start + len(word)))
        start += len(word) + 1
    return Row(" ".join(words), words, places, None, None, example.place)


def _cut(example: Example) -> Row:
    """A text as words."""
    text = str(example.input)
    places = TOKENIZER.spans(text)
    words = [text[start:stop] for start, stop in places]
    return Row(text, words, places, None, None, example.place)


def _with_spans(example: Example) -> Row:
    if not isinstance(example.input, str):
        _wrong(example, "spans of characters, and no text that they count in")
    row = _cut(example)
    spans = check_spans(row.text, example.target, where=example.place)
    return Row(row.text, row.words, row.places, None, spans, example.place)


def _count(found: list[str], name: str) -> str:
    return f"{len(found)} {name}" + ("s" if len(found) != 1 else "")


def _wrong(example: Example, problem: str) -> NoReturn:
    raise UnreadableDataError(
        found=f"{example.place}: {problem}.",
        expected="a list of words and a tag for each of them, or a text and its spans"
        " as [start, stop, label]",
        fix="correct that row",
    )
