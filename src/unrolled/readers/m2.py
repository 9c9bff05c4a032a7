"""M2 files: sentences with the corrections of one annotator or of several.

    S For not use car .
    A 0 3|||R:OTHER|||Not for use|||REQUIRED|||-NONE-|||0
    A 3 3|||M:PREP|||with a|||REQUIRED|||-NONE-|||0
    A -1 -1|||noop|||-NONE-|||REQUIRED|||-NONE-|||1

gives the columns source (the words of S with blanks between) and target, target 2, ...:
the corrected sentence of each annotator who says something on it, in the order of their
numbers. "noop", and no line A at all, mean that the sentence is right as it stands; a
mistake that was marked and not corrected (UNK, Um) is left as it is. Of several
corrections of one place (parted by ||) the first is taken.

Reference: Dahlmeier and Ng 2012, "Better Evaluation for Grammatical Error Correction".
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, final

from typing_extensions import override

from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._text import read_text

_FIELDS = 6
_SPAN = re.compile(r"(-?\d+) (-?\d+)")
_NO_CHANGE = frozenset({"noop", "UNK", "Um"})
_NONE = "-NONE-"


@final
class M2(AbstractReader):
    """The format of the shared tasks on grammar."""

    suffixes = (".m2",)

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding)
        draft = Draft(path, options)
        kept: list[tuple[int, list[str]]] = []
        for block in _blocks(text.removesuffix("\n").split("\n")):
            try:
                kept.append((block[0].number, _sentences(block)))
            except _BadLine as why:
                draft.refuse(
                    f"{path}, line {why.line}",
                    f"{why}.",
                    expected=why.expected,
                    fix="correct that line",
                )
        width = max((len(cells) for _, cells in kept), default=2)
        for number, cells in kept:
            missing = [""] * (width - len(cells))
            draft.add(f"{path}, line {number}", (*cells, *missing))
        right = sum(len(set(cells)) == 1 for _, cells in kept)
        several = "" if width == 2 else f", by up to {width - 1} annotators"
        said = f"sentences: {len(kept)}, {right} of them right{several}"
        draft.notes += [*notes, said]
        further = [f"target {number}" for number in range(2, width)]
        return draft.table(("source", "target", *further))


class _BadLine(Exception):  # noqa: N818 -- caught above, never seen by anyone
    """What is wrong with a line."""

    def __init__(self, line: int, problem: str, expected: str) -> None:
        self.line, self.expected = line, expected
        super().__init__(problem)


class _Line(NamedTuple):
    """A line that is not empty, its number from 1."""

    number: int
    text: str


class _Edit(NamedTuple):
    """Words `start` to `stop` of a sentence give way to others."""

    start: int
    stop: int
    words: str
    line: int


def _blocks(lines: list[str]) -> Iterator[list[_Line]]:
    """The lines of each sentence: another S begins another, as an empty line does."""
    block: list[_Line] = []
    for number, line in enumerate([*lines, ""], start=1):
        if block and (not line.strip() or line.startswith("S ")):
            yield block
            block = []
        if line.strip():
            block.append(_Line(number, line))


def _sentences(block: list[_Line]) -> list[str]:
    """The sentence, and the correction of each annotator. Raises _BadLine."""
    number, first = block[0]
    words = [w for w in first[2:].split(" ") if w] if first.startswith("S ") else []
    if not words:
        raise _BadLine(number, "no sentence", "S and the words of a sentence")
    edits: dict[int, list[_Edit]] = {}
    for line in block[1:]:
        annotator, edit = _edit(line, len(words))
        mine = edits.setdefault(annotator, [])
        if edit is not None:
            mine.append(edit)
    corrected = [_corrected(words, edits[number]) for number in sorted(edits)]
    source = " ".join(words)
    return [source, *(corrected or [source])]


def _edit(line: _Line, words: int) -> tuple[int, _Edit | None]:
    """The annotator and the change, if there is one. Raises _BadLine."""
    fields = line.text.removeprefix("A ").split("|||")
    span = _SPAN.fullmatch(fields[0].strip())
    annotator = fields[-1].strip()
    known = line.text.startswith("A ") and len(fields) == _FIELDS
    if not known or not span or not annotator.isdecimal():
        expected = "A 0 1|||kind|||words|||REQUIRED|||-NONE-|||0"
        raise _BadLine(line.number, "no correction as M2 writes it", expected)
    start, stop = int(span[1]), int(span[2])
    if fields[1].strip() in _NO_CHANGE:
        return int(annotator), None
    if not 0 <= start <= stop <= words:
        expected = f"a place from 0 to {words}, the words of its sentence"
        problem = f"a correction from word {start} to {stop}"
        raise _BadLine(line.number, problem, expected)
    text = fields[2].split("||")[0].strip()
    return int(annotator), _Edit(start, stop, text.replace(_NONE, ""), line.number)


def _corrected(words: list[str], edits: list[_Edit]) -> str:
    """The words with all changes made. Raises _BadLine where two meet."""
    made: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.stop)):
        if edit.start < at:
            problem = "a correction that overlaps another of the same annotator"
            raise _BadLine(edit.line, problem, "corrections side by side")
        made += [*words[at : edit.start], *([edit.words] if edit.words else [])]
        at = edit.stop
    return " ".join([*made, *words[at:]])
