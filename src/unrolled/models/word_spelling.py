"""From the spelling of a word to a vector, so that an unknown word has one, too.

    letters   ^ M c D o n a l d $   ──►  recurrent layer or convolution  ──►  letters
    affixes   ^m ^mc ... ld$        ──►  the sum of their vectors        ──►  ends
    shape     miXed                 ──►  a vector                        ──►  shape

A batch has far fewer distinct words than words: each is read once, and its vector goes
to all places where it stands.

References: Lample et al. 2016, arXiv:1603.01360 (recurrent); Ma and Hovy 2016,
arXiv:1603.01354 (convolution).
"""

from dataclasses import dataclass
from typing import Any, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell
from unrolled.models.dropout import dropout
from unrolled.models.linear_layer import Linear
from unrolled.models.over_rows import largest
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged

LETTER_WIDTH, SHAPE_WIDTH = 24, 8
CONVOLUTION = 3  # letters that are read together


@dataclass(frozen=True)
class Spellings:
    """The spellings of distinct words, as numbers."""

    letters: Ragged
    """Values (letters,) int64, with a mark at both ends of each word."""
    affixes: Tensor
    """(words, affixes) int64."""
    shapes: Tensor
    """(words,) int64."""

    def __len__(self) -> int:
        """The number of words."""
        return len(self.shapes)

    def gather(self, words: Tensor) -> "Spellings":
        """Those of the given words, (some,) int64."""
        rows = self.letters.gather(words)
        return Spellings(rows, self.affixes[words], self.shapes[words])


@final
class WordSpelling(nn.Module):
    """One vector of `width` numbers for each spelling."""

    def __init__(self, sizes: "Sizes", cell: AbstractGatedCell, settings: Any) -> None:
        super().__init__()
        self.dropout = settings.embedding_dropout
        self.shapes = Table(sizes.shapes, SHAPE_WIDTH)
        self.width = SHAPE_WIDTH
        self.letters = self.stack = self.convolution = None
        if settings.letters != "none":
            self.letters = Table(sizes.letters, LETTER_WIDTH)
            self.width += 2 * settings.letters_hidden
        if settings.letters == "recurrent":
            self.stack = Stack(
                cell,
                inputs=LETTER_WIDTH,
                hidden=settings.letters_hidden,
                bidirectional=True,
            )
        if settings.letters == "convolution":
            filters = 2 * settings.letters_hidden
            self.convolution = Linear(CONVOLUTION * LETTER_WIDTH, filters)
        self.affixes = None
        if settings.affixes:
            self.affixes = Table(sizes.affixes, settings.affixes)
            self.width += settings.affixes

    @override
    def forward(self, words: Spellings) -> Tensor:
        """(words, width)."""
        found = [self.shapes(words.shapes)]
        if self.affixes is not None:
            ends = self.affixes(words.affixes.flatten())
            found.append(ends.unflatten(0, words.affixes.shape).sum(1))
        if self.letters is not None:
            letters = words.letters.map(self.letters)
            letters = letters.map(lambda v: dropout(v, self.dropout, self.training))
            found.append(self._read(letters))
        return torch.cat(found, dim=-1)

    def _read(self, letters: Ragged) -> Tensor:
        """(words, 2 · hidden) from letters with values (letters, LETTER_WIDTH)."""
        if self.stack is not None:
            _, (h, *_) = self.stack(letters)
            return self.stack.top(h)
        read: Any = self.convolution
        return largest(beside(letters).map(read)).relu()


def beside(letters: Ragged) -> Ragged:
    """Each letter between its neighbours, values (letters, 3 · width); 0 at an end."""
    values = letters.values
    none = values.new_zeros(1, values.shape[1])
    places = torch.arange(len(values))
    first = letters.offsets[:-1].repeat_interleave(letters.lengths) == places
    last = letters.offsets[1:].repeat_interleave(letters.lengths) == places + 1
    padded = torch.cat([values, none])
    left = padded.index_select(0, torch.where(first, len(values), places - 1))
    right = padded.index_select(0, torch.where(last, len(values), places + 1))
    return letters.with_values(torch.cat([left, values, right], dim=-1))


@final
class Table(nn.Module):
    """A vector for each number; named as training knows embedding tables."""

    def __init__(self, size: int, width: int, start: Tensor | None = None) -> None:
        super().__init__()
        begin = torch.randn(size, width) / 10 if start is None else start.clone()
        self.table = nn.Parameter(begin)

    @override
    def forward(self, ids: Tensor) -> Tensor:
        """(some,) int64 to (some, width)."""
        return self.table.index_select(0, ids)


@dataclass(frozen=True)
class Sizes:
    """How many different ones there are of everything that is looked up."""

    words: int
    letters: int
    affixes: int
    shapes: int
