"""Tagged sentences: one token a line, blank lines between sentences, as from CoNLL.

    # intent = BookRestaurant           a remark; a column if every sentence has it
    book    O
    Sky     B-restaurant_name

A row is a sentence, and a cell a list with an entry for each token. Columns are parted
by tabs or by blanks. The first is word, the last tag, those between are 2, 3, ...; so
CoNLL-2000, 2002 and 2003 are read alike. CoNLL-U has the names of its ten columns; its
ranges (1-2) and empty nodes (1.1) are left out.

Marks of documents (-DOCSTART-) are passed over. A line with # is a token if it has as
many columns as the others (a #topic in a tweet), else a remark.

Reference: Tjong Kim Sang and De Meulder 2003, arXiv:cs/0306050; the CoNLL-U format of
Universal Dependencies, version 2.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, final

from typing_extensions import override

from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._text import read_text

_MARK = "-DOCSTART-"
_CONLLU = (
    *("id", "form", "lemma", "upos", "xpos"),
    *("feats", "head", "deprel", "deps", "misc"),
)
_STRICT = re.compile(r"# ?\w\S*( \w+)? = ")  # a remark however many words it has
_BLANKS = re.compile("[ \t]+")
_SAMPLE = 1_000


@final
class Conll(AbstractReader):
    """Tokens in lines, their tags in columns."""

    suffixes = (".conll", ".conllu", ".iob", ".iob2", ".bio", ".bioes", ".col")
    rank = 1  # a .txt that begins with a mark is more than lines of text

    @override
    def claims(self, path: Path, head: str) -> bool:
        name = path.name.lower().removesuffix(".gz")
        if name.endswith((".txt", ".train", ".valid", ".test", ".testa", ".testb")):
            return head.lstrip().startswith(_MARK)
        return not path.is_dir() and name.endswith(self.suffixes)

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding)
        lines = text.removesuffix("\n").split("\n")
        form = _form_of(path, lines)
        draft = Draft(path, options)
        draft.notes += [*notes, f"columns: {form}"]
        counts: Counter[str] = Counter()
        remarks: list[dict[str, str]] = []
        kept: list[tuple[str, list[list[str]]]] = []
        for block in _blocks(lines, form, counts):
            try:
                cells = _cells(block.tokens, form)
            except _BadLine as why:
                draft.refuse(
                    f"{path}, line {why.line}",
                    f"{why}.",
                    expected=why.expected,
                    fix="correct that line",
                )
                continue
            if cells[0]:
                kept.append((f"{path}, line {block.tokens[0].number}", cells))
                remarks.append(block.remarks)
        keys = [key for key in _shared(remarks) if key not in form.names]
        for (place, cells), said in zip(kept, remarks, strict=True):
            draft.add(place, (*cells, *(said[key] for key in keys)))
        counts["remarks"] -= len(keys) * len(kept)
        draft.notes += _told(kept, keys, counts)
        return draft.table((*form.names, *keys))


class _BadLine(Exception):  # noqa: N818 -- caught above, never seen by anyone
    """What is wrong with a line."""

    def __init__(self, line: int, problem: str, expected: str) -> None:
        self.line, self.expected = line, expected
        super().__init__(problem)


class _Form(NamedTuple):
    """How a file is laid out."""

    names: tuple[str, ...]
    by_tabs: bool
    ids: bool
    """Whether it is CoNLL-U, whose first column is the number of the token."""
    line: int
    """The line that shows it; 0 where the format says it."""

    def __str__(self) -> str:
        kind = "CoNLL-U: " if self.ids else ""
        between = "tabs" if self.by_tabs else "blanks"
        alone = "" if len(self.names) == 1 else f", parted by {between}"
        return f"{kind}{', '.join(self.names)}{alone}"

    def cut(self, line: str) -> list[str]:
        """The columns of a line."""
        if not self.by_tabs:
            return _BLANKS.split(line.strip(" \t"))
        return [cell.strip(" ") or cell for cell in line.split("\t")]


class _Line(NamedTuple):
    """A line with a token, its number from 1."""

    number: int
    text: str


class _Block(NamedTuple):
    """The lines of a sentence, and the key = value remarks before them."""

    tokens: list[_Line]
    remarks: dict[str, str]


def _form_of(path: Path, lines: list[str]) -> _Form:
    """The layout that most of the first lines have."""
    full = ((number, line) for number, line in enumerate(lines, 1) if line.strip(" \t"))
    plain = (one for one in full if not one[1].startswith(("#", _MARK)))
    sample = list(islice(plain, _SAMPLE))
    by_tabs = 2 * sum("\t" in line for _, line in sample) > len(sample)
    if not sample:  # nothing but # and marks
        some = [line for line in lines if line.startswith("#")]
        by_tabs = any("\t" in line for line in some)
        sample = [
            (number, line)
            for number, line in enumerate(lines, 1)
            if line.startswith("#") and ("\t" in line or not by_tabs)
        ]
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".conllu"):
        return _Form(_CONLLU, by_tabs, ids=True, line=0)
    form = _Form((), by_tabs, ids=False, line=0)
    cut = [(number, form.cut(line)) for number, line in sample]
    if not cut:
        return form._replace(names=("word",))
    [(width, _)] = Counter(len(cells) for _, cells in cut).most_common(1)
    first, cells = next(one for one in cut if len(one[1]) == width)
    if width == len(_CONLLU) and by_tabs and re.fullmatch(r"1(-\d+)?|0\.1", cells[0]):
        return _Form(_CONLLU, by_tabs, ids=True, line=0)
    between = [str(number) for number in range(2, width)]
    names = ("word", *between, "tag") if width > 1 else ("word",)
    return _Form(names, by_tabs, ids=False, line=first)


def _blocks(lines: list[str], form: _Form, counts: Counter[str]) -> Iterator[_Block]:
    """The sentences, with their remarks; what is passed over is counted."""
    block = _Block([], {})
    for number, line in enumerate([*lines, ""], start=1):
        bare = line.strip(" \t")
        mark = not block.tokens and bare.startswith(_MARK)
        if mark or not bare:
            counts["marks of documents"] += mark
            if block.tokens:
                yield block
            block = _Block([], {})
        elif line.startswith("#") and _is_remark(line, form, inside=bool(block.tokens)):
            counts["remarks"] += 1
            key, is_said, value = bare[1:].partition("=")
            if is_said and key.strip():
                block.remarks[key.strip()] = value.strip()
        else:
            block.tokens.append(_Line(number, line))


def _is_remark(line: str, form: _Form, *, inside: bool) -> bool:
    if not inside and (form.ids or _STRICT.match(line)):
        return True
    # Inside a sentence "#topic" without its tag is a broken line, not a remark.
    return len(form.cut(line)) != len(form.names) and (
        not inside or line.startswith("# ")
    )


def _cells(tokens: list[_Line], form: _Form) -> list[list[str]]:
    """A list for each column. Raises _BadLine."""
    rows: list[list[str]] = []
    for number, line in tokens:
        row = form.cut(line)
        if len(row) != len(form.names):
            there = f", as in line {form.line}" if form.line else ", as CoNLL-U has"
            raise _BadLine(number, _columns(row), _columns(form.names) + there)
        if "" in row:
            empty = form.names[row.index("")]
            raise _BadLine(
                number, f"the column {empty} is empty", "_ where there is nothing"
            )
        if not form.ids or row[0].isdecimal():
            rows.append(row)
        elif not re.fullmatch(r"\d+[-.]\d+", row[0]):
            raise _BadLine(
                number, f'"{row[0]}" is no number of a token', "1, 2, 3, ..."
            )
    return [[row[at] for row in rows] for at in range(len(form.names))]


def _columns(row: list[str] | tuple[str, ...]) -> str:
    return "1 column" if len(row) == 1 else f"{len(row)} columns"


def _shared(remarks: list[dict[str, str]]) -> list[str]:
    """The keys that every sentence has, in the order of the first."""
    first = remarks[0] if remarks else {}
    return [key for key in first if all(key in said for said in remarks)]


def _told(
    kept: list[tuple[str, list[list[str]]]], keys: list[str], counts: Counter[str]
) -> list[str]:
    tokens = sum(len(cells[0]) for _, cells in kept)
    said = [f"sentences: {len(kept)}, with {tokens} tokens"]
    if keys:
        said.append(f"further columns, from remarks: {', '.join(keys)}")
    said += [f"{what}: {count}, passed over" for what, count in counts.items() if count]
    return said
