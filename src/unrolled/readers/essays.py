r"""Texts of learners with corrections: JSON lines as of Write & Improve and FCE.

    {"text": "He go home.\nBye", "edits": [[0, [[3, 5, "goes"]]]], "id": "1"}

Each correction is [start, stop, text] in characters of the text, and null for the text
means that the mistake was marked and not put right. The columns are source and target,
target 2, ...: the right text of each annotator. A row is a paragraph, since sentences
are what is corrected; where a correction runs over the end of one, the two are one row.
Other keys are passed over.

Reference: Bryant et al. 2019, the BEA-2019 shared task on grammatical errors.
"""

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, final

from typing_extensions import override

from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._bytes import first_bytes
from unrolled.readers._text import read_text

_MARK = re.compile(r'"edits"\s*:\s*\[\s*(\[\s*\d+\s*,\s*\[|\])')
_MUCH = 1 << 20  # bytes of the first line, which may hold a whole essay
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_EXPECTED = '{"text": "He go.", "edits": [[0, [[3, 5, "goes"]]]]}'


@final
class Essays(AbstractReader):
    """Essays with the corrections of annotators."""

    suffixes = (".json", ".jsonl", ".ndjson")
    rank = 1  # other objects with these endings are rows of any kind

    @override
    def claims(self, path: Path, head: str) -> bool:
        if not super().claims(path, head) or not head.startswith("{"):
            return False
        data = first_bytes(path, _MUCH)
        wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        text = data.decode("utf-16" if wide else "utf-8", errors="replace")
        first = text.partition("\n")[0]
        return '"text"' in first and _MARK.search(first) is not None

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding)
        draft = Draft(path, options)
        kept: list[tuple[str, list[str]]] = []
        texts = 0
        for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
            if not line.strip():
                continue
            place = f"{path}, line {number}"
            try:
                rows = _rows(_essay(line))
            except _BadRow as why:
                draft.refuse(
                    place, f"{why}.", expected=why.expected, fix="correct that line"
                )
                continue
            texts += 1
            kept += [(f"{place} (paragraph {n})", row) for n, row in enumerate(rows, 1)]
        width = max((len(cells) for _, cells in kept), default=2)
        for place, cells in kept:
            draft.add(place, (*cells, *[""] * (width - len(cells))))
        draft.notes += [*notes, f"texts: {texts}, of {len(kept)} paragraphs"]
        further = [f"target {number}" for number in range(2, width)]
        return draft.table(("source", "target", *further))


class _BadRow(Exception):  # noqa: N818 -- caught above, never seen by anyone
    """What is wrong with a line."""

    def __init__(self, problem: str, expected: str = _EXPECTED) -> None:
        self.expected = expected
        super().__init__(problem)


class _Edit(NamedTuple):
    """Characters `start` to `stop` of a text give way to others; None keeps them."""

    start: int
    stop: int
    text: str | None


class _Essay(NamedTuple):
    """A text, and the corrections of each annotator in their order."""

    text: str
    edits: list[list[_Edit]]


def _essay(line: str) -> _Essay:
    """The object on a line. Raises _BadRow."""
    try:
        found: Any = json.loads(line)
        text, annotators = found["text"], found["edits"]
        edits = [[_Edit(*edit) for edit in edits] for _, edits in annotators]
    except json.JSONDecodeError as why:
        raise _BadRow(f"not JSON ({why.msg})") from None
    except (KeyError, TypeError, ValueError, RecursionError):
        raise _BadRow("no text with corrections") from None
    if not isinstance(text, str):
        raise _BadRow("no text with corrections")
    for edit in (edit for some in edits for edit in some):
        _check(edit, len(text))
    new = [edit.text or "" for some in edits for edit in some]
    if any(map(_NO_TEXT.search, [text, *new])):
        raise _BadRow("an escape that stands for no character", "text")
    ordered = [sorted(some, key=lambda edit: edit[:2]) for some in edits]
    for some in ordered:
        for one, other in pairwise(some):
            if other.start < one.stop:
                problem = f"corrections that overlap, at {one.start} and {other.start}"
                raise _BadRow(problem, "corrections side by side")
    return _Essay(text, ordered or [[]])


def _check(edit: _Edit, length: int) -> None:
    """Raises _BadRow for a correction that is none of the text."""
    numbers = type(edit.start) is int and type(edit.stop) is int
    if not numbers or not isinstance(edit.text, str | None):
        raise _BadRow("no text with corrections")
    if not 0 <= edit.start <= edit.stop <= length:
        problem = f"a correction from character {edit.start} to {edit.stop}"
        raise _BadRow(problem, f"a place from 0 to {length}, the length of its text")


def _rows(essay: _Essay) -> list[list[str]]:
    """The paragraphs, each with the right text of each annotator."""
    crossed = [edit for edits in essay.edits for edit in edits]
    ends = [at for at, letter in enumerate(essay.text) if letter == "\n"]
    ends = [at for at in ends if not any(e.start <= at < e.stop for e in crossed)]
    rows = []
    starts = [0, *(at + 1 for at in ends)]
    for start, stop in zip(starts, [*ends, len(essay.text)], strict=True):
        source = _one_line(essay.text[start:stop])
        right = [_corrected(essay.text, edits, start, stop) for edits in essay.edits]
        rows += [[source, *right]] if source else []
    return rows


def _corrected(text: str, edits: list[_Edit], start: int, stop: int) -> str:
    """The characters from `start` to `stop` with the corrections between them made."""
    made, at = [], start
    for edit in edits:
        if edit.text is not None and start <= edit.start and edit.stop <= stop:
            made += [text[at : edit.start], edit.text]
            at = edit.stop
    return _one_line("".join([*made, text[at:stop]]))


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).strip()
