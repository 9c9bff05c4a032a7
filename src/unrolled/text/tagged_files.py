"""Tagged sentences as the lines of a file, in the formats that are read too.

    conll     word ⇥ tag, and a blank line behind each sentence
    conllu    the ten columns of CoNLL-U; the tag in one of them, upos by default
    jsonl     {"text": ..., "spans": [[0, 6, "PER"]], "tokens": [...], "tags": [...]}

Each gives lines without their ends. Read again, the same tokens and tags come back.
A text is written as a remark (# text = ...) or a key; its line ends become blanks,
which keeps every position.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from unrolled.errors import OutputError
from unrolled.text.spans import offsets_of
from unrolled.text.tag_schemes import spans

_COLUMNS = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps")
_NO_CELL = "\t\n\r\0"


class TaggedSentence(NamedTuple):
    """One sentence and its tags; the text and where its tokens stand if known."""

    tokens: Sequence[str]
    tags: Sequence[str]
    text: str = ""
    offsets: Sequence[tuple[int, int]] = ()
    """Of each token, text[start:stop]; empty where the text is not known."""


def conll(rows: Iterable[TaggedSentence]) -> Iterator[str]:
    """Two columns, parted by a tab. Raises OutputError for a token that is no cell."""
    for number, row in enumerate(rows, start=1):
        _check(row, number)
        if row.text:
            yield f"# text = {_one_line(row.text)}"
        for token, tag in zip(row.tokens, row.tags, strict=True):
            yield f"{token}\t{tag}"
        yield ""


def conllu(rows: Iterable[TaggedSentence], *, column: str = "upos") -> Iterator[str]:
    """Ten columns, the tag in the one called `column`, `_` in those that are unknown.

    The last says SpaceAfter=No for a token that the next one touches. Raises
    OutputError for a token that is no cell.
    """
    at = _COLUMNS.index(column)
    for number, row in enumerate(rows, start=1):
        _check(row, number)
        if row.text:
            yield f"# text = {_one_line(row.text)}"
        starts = [start for start, _ in row.offsets][1:]
        stops = [stop for _, stop in row.offsets]
        for index, (token, tag) in enumerate(zip(row.tokens, row.tags, strict=True)):
            cells = [str(index + 1), token, *"_" * 7]
            cells[at] = tag
            touched = index < len(starts) and starts[index] == stops[index]
            yield "\t".join([*cells, "SpaceAfter=No" if touched else "_"])
        yield ""


def jsonl(rows: Iterable[TaggedSentence], *, plain: bool = False) -> Iterator[str]:
    """An object for each sentence, with spans of characters unless the tags are plain.

    Where no text is known, it is the tokens with blanks between.
    """
    for row in rows:
        offsets = row.offsets
        text = row.text
        if not offsets:
            text, offsets = " ".join(row.tokens), _side_by_side(row.tokens)
        made: dict[str, object] = {"text": text}
        if not plain:
            made["spans"] = offsets_of(spans(row.tags), offsets)
        made |= {"tokens": list(row.tokens), "tags": list(row.tags)}
        yield json.dumps(made, ensure_ascii=False)


def _side_by_side(tokens: Sequence[str]) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    start = 0
    for token in tokens:
        places.append((start, start + len(token)))
        start += len(token) + 1
    return places


def _one_line(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _NO_CELL), " "))


def _check(row: TaggedSentence, number: int) -> None:
    for kind, cells in (("token", row.tokens), ("tag", row.tags)):
        for place, cell in enumerate(cells, start=1):
            if not cell.strip(" ") or any(mark in cell for mark in _NO_CELL):
                raise OutputError(
                    found=f"sentence {number}, {kind} {place} is {cell!r}, which a"
                    " column cannot hold.",
                    expected="text without tabs and line ends, and not blank",
                    fix="write the sentences as JSON lines, which hold any text",
                )
