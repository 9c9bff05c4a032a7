"""Words with their vectors, and how they stand in text files, packed by gzip or not.

    400000 100                  word2vec and fastText: how many words, how many numbers
    the 0.418 0.24968 ...       one word a line; GloVe begins here
    at name@domain.com 0.1 ...  GloVe 840B: a word may hold blanks, numbers come last

A file may be far larger than the memory: it is read line by line, and only the wanted
words are kept. Every line is checked for its number of parts, each kept one for its
numbers. Of a word that comes twice the first vector holds, and repeats are counted.

References: Mikolov et al. 2013, arXiv:1301.3781; Pennington et al. 2014, "GloVe";
Bojanowski et al. 2017, arXiv:1607.04606.
"""

import gzip
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import final

import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError
from unrolled.text.vocabulary import Vocabulary

_LONGEST_LINE = 1_000_000  # bytes; 300 numbers take 3,000
_LONGEST_NUMBER = 18  # digits of a whole number in the header
_PEEK = 10
_LARGEST = torch.finfo(torch.float32).max


@final
@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors, as far as they were wanted."""

    words: tuple[str, ...]
    """Distinct words, in the order of the file."""
    values: Tensor
    """(words, dim) float32."""
    repeats: int = 0
    """Lines left out because their word had come before."""
    unreadable: int = 0
    """Lines left out because their word is no UTF-8."""
    _rows: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = {word: row for row, word in enumerate(self.words)}
        object.__setattr__(self, "_rows", rows)

    def table(self, vocabulary: Vocabulary, generator: torch.Generator) -> Tensor:
        """One vector for each id of the vocabulary, (tokens, dim) float32.

        A word without a vector takes that of its small letters. What is still missing,
        the unknown token included, is drawn from a normal distribution with the mean
        and deviation of all vectors here.
        """
        rows = self._rows_of(vocabulary)
        size, dim = len(vocabulary), self.values.shape[1]
        mean = self.values.mean() if len(self.values) else torch.zeros(())
        deviation = self.values.std(correction=0) if len(self.values) else 0.1
        drawn = torch.randn(size, dim, generator=generator) * deviation + mean
        known = torch.tensor([row >= 0 for row in rows])
        drawn[known] = self.values[[row for row in rows if row >= 0]]
        return drawn

    def coverage(self, vocabulary: Vocabulary) -> tuple[int, float]:
        """How many tokens of the vocabulary have a vector, and the share of the text.

        The share, from 0 to 1, is of all tokens of the training texts.
        """
        found = [row >= 0 for row in self._rows_of(vocabulary)]
        pairs = zip(vocabulary.counts, found, strict=True)
        covered = sum(count for count, known in pairs if known)
        return sum(found), covered / max(sum(vocabulary.counts), 1)

    def _rows_of(self, vocabulary: Vocabulary) -> list[int]:
        """The row of each token's vector, or −1; always −1 for the unknown token."""
        find = self._rows.get
        known = vocabulary.tokens[1:]
        return [-1, *(find(token, find(token.lower(), -1)) for token in known)]


def read_text_vectors(path: Path, wanted: set[str] | None = None) -> WordVectors:
    """The vectors of the wanted words; None: of all.

    Raises UnreadableDataError with the line for whatever is no such file.
    """
    return _Reading(path, wanted).result()


@final
class _Reading:
    """One pass over one file."""

    def __init__(self, path: Path, wanted: set[str] | None) -> None:
        self.path, self.wanted = path, wanted
        lines = _lines(path)
        first = list(islice(lines, _PEEK))
        if not first:
            raise self._wrong(1, "the file is empty")
        self.promised, self.dim = _shape(first)
        if self.dim < 1:
            raise self._wrong(1, "no numbers behind a word")
        self.header = self.promised is not None
        self.lines = islice(chain(first, lines), int(self.header), None)

    def result(self) -> WordVectors:
        """Reads to the end."""
        rows: dict[str, int] = {}
        values = array("f")
        repeats = unreadable = number = 0
        for number, line in enumerate(self.lines, start=1):
            at = number + self.header
            raw, *parts = line.rsplit(b" ", self.dim)
            if len(parts) < self.dim or not raw:
                raise self._wrong(at, f"{line.count(b' ')} numbers behind a word")
            if b" " in raw and is_number(raw.rpartition(b" ")[2]):
                raise self._wrong(at, "more numbers than that behind a word")
            try:
                word = raw.decode("utf-8")
            except UnicodeDecodeError:
                unreadable += 1
                continue
            if self.wanted is not None and word not in self.wanted:
                continue
            if word in rows:
                repeats += 1
                continue
            values.extend(self._numbers(at, parts))
            rows[word] = len(rows)
        if self.promised not in (None, number):
            raise UnreadableDataError(
                found=f"{self.path}, line 1: {self.promised} words are promised, and"
                f" {number} follow.",
                expected="as many lines as the first one says",
                fix="fetch the file again, it may be cut short; or correct line 1",
            )
        table = torch.tensor(values, dtype=torch.float32).view(len(rows), self.dim)
        return WordVectors(tuple(rows), table, repeats, unreadable)

    def _numbers(self, at: int, parts: list[bytes]) -> list[float]:
        try:
            found = [float(part) for part in parts]
        except ValueError:
            wrong = next(part for part in parts if not is_number(part))
            shown = wrong.decode("utf-8", "replace")
            raise self._wrong(at, f'"{shown}" in place of a number') from None
        if not all(-_LARGEST <= one <= _LARGEST for one in found):
            raise self._wrong(at, "a number that is not finite")
        return found

    def _wrong(self, line: int, problem: str) -> UnreadableDataError:
        dim = getattr(self, "dim", 0)
        return UnreadableDataError(
            found=f"{self.path}, line {line}: {problem}.",
            expected=f"a word and {dim if dim > 0 else 'its'} numbers, separated by"
            " single blanks",
            fix="correct that line, or check that this is a file of word vectors",
        )


def _shape(first: list[bytes]) -> tuple[int | None, int]:
    """How many words the header promises (None without one), and the dimension."""
    blanks = [line.count(b" ") for line in first]
    header = first[0].split(b" ")
    whole = [part.isdigit() and len(part) <= _LONGEST_NUMBER for part in header]
    if len(header) == 2 and all(whole):
        words, dim = map(int, header)
        # Without a header and with one number a word, line 2 is just as short.
        if dim == 1 or len(blanks) == 1 or blanks[1] > 1:
            return words, dim
    # The most frequent, so that a short line or a word with blanks is found out.
    return None, max(sorted(set(blanks)), key=blanks.count)


def _lines(path: Path) -> Iterator[bytes]:
    """The lines without blanks at their ends."""
    opener = gzip.open if path.name.endswith(".gz") else open
    try:
        with opener(path, "rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE:
                    raise UnreadableDataError(
                        found=f"{path}, line {number}: longer than 1 MB.",
                        expected="a word and its numbers on each line",
                        fix="check that this is a text file of word vectors",
                    )
                yield line.rstrip(b" \r\n")
    except (EOFError, gzip.BadGzipFile, zlib.error) as why:
        raise UnreadableDataError(
            found=f"{path} is cut short or no gzip file ({why}).",
            expected="a whole gzip file",
            fix="fetch the file again",
        ) from None
    except OSError as why:
        raise UnreadableDataError(
            found=f"{path} cannot be read: {why.strerror or why}.",
            expected="a file of word vectors",
            fix="check the path and its permissions",
        ) from None


def is_number(part: bytes) -> bool:
    """Whether these characters are a number, as `float` reads it."""
    try:
        float(part)
    except ValueError:
        return False
    return True
