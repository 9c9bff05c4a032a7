"""How good word vectors are, by what people said of words.

    pairs        love<TAB>sex<TAB>6.77       Spearman's r of cosines and people's marks
    analogies    Athens Greece Oslo Norway   share of questions solved
                 : capitals                  begins a section of them

A pair or question with a word that has no vector cannot be answered. It is left out of
r and of the accuracy, and how many could be answered is told beside them: an accuracy
on few questions says little.

References: Finkelstein et al. 2002, "Placing search in context" (WordSim-353); Mikolov
et al. 2013, arXiv:1301.3781, section 4.1 (questions-words.txt). As there, answers are
sought among the 30,000 most frequent words, unless told otherwise.
"""

import math
from collections.abc import Iterator, Sequence, Sized
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError
from unrolled.text.similar_words import SimilarWords

FIRST = 30_000
_AT_ONCE = 512  # questions: their cosines with 30,000 words take 60 MB


class Pair(NamedTuple):
    """Two words, and how alike people found them."""

    first: str
    second: str
    mark: float


class Agreement(NamedTuple):
    """How far cosines order pairs as people do."""

    spearman: float
    """From −1 to 1; 0 with fewer than two pairs, or where all are alike."""
    answered: int
    asked: int


class Solved(NamedTuple):
    """Questions of one section, or of all."""

    right: int
    answered: int
    asked: int

    @property
    def accuracy(self) -> float:
        """The share that is right of those that can be answered; 0 of none."""
        return self.right / max(self.answered, 1)


Questions = dict[str, list[tuple[str, str, str, str]]]
"""Analogy questions by section."""


def read_pairs(path: str | Path) -> list[Pair]:
    """Pairs from a file: two words and a number, between tabs or commas.

    Lines that begin with # are remarks; a first line without a number is a header.
    Raises UnreadableDataError with the line.
    """
    found: list[Pair] = []
    for place, (number, line) in enumerate(_lines(Path(path))):
        parts = [part.strip() for part in line.split("\t" if "\t" in line else ",")]
        mark = _number(parts[2]) if len(parts) >= 3 else math.nan
        if math.isfinite(mark) and parts[0] and parts[1]:
            found.append(Pair(parts[0], parts[1], mark))
        elif place or len(parts) < 3:
            raise UnreadableDataError(
                found=f'{path}, line {number}: "{line[:80]}".',
                expected="two words and a number, between tabs or commas",
                fix="correct that line, or begin it with # if it is a remark",
            )
    _refuse_empty(found, path, "two words and a number")
    return found


def read_analogies(path: str | Path) -> Questions:
    """Questions from a file like questions-words.txt; what is left empty is no section.

    Raises UnreadableDataError with the line.
    """
    found: Questions = {}
    section = "questions"
    for number, line in _lines(Path(path)):
        words = line.split()
        if words[0].startswith(":"):
            section = line.strip().removeprefix(":").strip() or section
        elif len(words) == 4:
            a, b, c, d = words
            found.setdefault(section, []).append((a, b, c, d))
        else:
            raise UnreadableDataError(
                found=f'{path}, line {number}: {len(words)} words, "{line[:80]}".',
                expected="four words, as in: Athens Greece Oslo Norway; or a colon and"
                " the name of a section",
                fix="correct that line, or begin it with # if it is a remark",
            )
    _refuse_empty(found, path, "a question of four words")
    return found


def agreement(vectors: SimilarWords, pairs: Sequence[Pair]) -> Agreement:
    """Spearman's r between cosines and people's marks, on pairs that are known."""
    known = [p for p in pairs if not vectors.unknown([p.first, p.second])]
    cosines = [vectors.cosine(pair.first, pair.second) for pair in known]
    marks = [pair.mark for pair in known]
    return Agreement(spearman(cosines, marks), len(known), len(pairs))


def solve(
    vectors: SimilarWords, questions: Questions, *, first: int = FIRST
) -> dict[str, Solved]:
    """How many analogies of each section come out right, by 3CosAdd.

    A question can be answered if its four words have vectors; 0 seeks answers among
    all words.
    """
    found: dict[str, Solved] = {}
    for section, asked in questions.items():
        rows = torch.tensor([[vectors.row(w) for w in question] for question in asked])
        known = rows[(rows >= 0).all(1)]
        right = sum(
            int((vectors.best_analogies(part[:, :3], first) == part[:, 3]).sum())
            for part in known.split(_AT_ONCE)
            if len(part)
        )
        found[section] = Solved(right, len(known), len(asked))
    return found


def total(sections: dict[str, Solved]) -> Solved:
    """All sections together, each question counting alike."""
    columns = zip(*sections.values(), strict=True)
    right, answered, asked = (sum(column) for column in columns)
    return Solved(right, answered, asked)


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Correlation of the ranks, equal numbers sharing the mean of theirs.

    0 where it is not defined: fewer than two numbers, or all of one side equal.
    """
    one, other = (_centered_ranks(torch.tensor(side)) for side in (first, second))
    size = float(one.norm() * other.norm())
    return float(one @ other) / size if size else 0.0


def _centered_ranks(values: Tensor) -> Tensor:
    """Ranks (n,) less their mean."""
    _, places, counts = values.unique(return_inverse=True, return_counts=True)
    last = counts.cumsum(0).double()
    ranks = (last - (counts - 1) / 2)[places]
    return ranks - ranks.mean() if len(ranks) else ranks


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with something in them that are no remarks, with their numbers."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as why:
        raise UnreadableDataError(
            found=f"{path}: byte {why.start} is not UTF-8 text.",
            expected="text in UTF-8",
            fix="save the file as UTF-8",
        ) from None
    except OSError as why:
        raise UnreadableDataError(
            found=f"{path} cannot be read: {why.strerror or why}.",
            expected="a text file",
            fix="check the path and its permissions",
        ) from None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _refuse_empty(found: Sized, path: str | Path, needed: str) -> None:
    if not found:
        raise UnreadableDataError(
            found=f"{path} holds not one line that counts.",
            expected=f"{needed} on each line",
            fix="check that the right file was named",
        )
