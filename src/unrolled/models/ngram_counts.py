"""How often runs of tokens occur: sorted tables, one for each length.

    rows      a b a | a          every row stands behind one boundary, ^
    length 1  a b                then          a:2  b:1
    length 2  ^a  ab  ba         ^a:2  ab:1  ba:1
    length 3  ^ab  aba           one each

An n-gram is known by two numbers: the place of all but its last token in the table of
length n - 1, and its last token. Together they make one whole number,

    key = place · (tokens + 1) + last token

so that a table is a sorted array of keys, to look up is a binary search, and what may
follow a context lies side by side. Nothing is hashed: no two n-grams can be mixed up.

Each n-gram has two counts: how often it was seen, and after how many different tokens
it was seen (its continuation count, for which Kneser and Ney 1995 is the source). What
begins with the boundary has nothing before it; there each time seen counts.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, final

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from unrolled.ragged import Ragged

Numbers = NDArray[np.int64]
NOWHERE = -1
"""The place of an n-gram that was never seen."""


class Line(NamedTuple):
    """All rows on one line, the boundary before each: (tokens + rows,)."""

    ids: Numbers
    depth: Numbers
    """How far each is from the boundary before it; 0 is the boundary itself."""

    @staticmethod
    def of(rows: Ragged, boundary: int) -> "Line":
        """From token ids, (tokens,)."""
        lengths = rows.lengths.numpy() + 1
        first = np.cumsum(lengths) - lengths
        depth = np.arange(int(lengths.sum())) - np.repeat(first, lengths)
        ids = np.full(len(depth), boundary, dtype=np.int64)
        ids[depth > 0] = array(rows.values)
        return Line(ids, depth)


@final
class NgramTable:
    """The n-grams of one length, in the order of their keys."""

    def __init__(self, *, keys: Numbers, contexts: int, width: int) -> None:
        """`contexts` is the size of the table below, `width` that of the alphabet."""
        self.keys, self.contexts, self.width = keys, contexts, width

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def context(self) -> Numbers:
        """The place of each one's context in the table below: (n-grams,)."""
        return self.keys // self.width

    @cached_property
    def last(self) -> Numbers:
        """The last token of each: (n-grams,)."""
        return self.keys % self.width

    @cached_property
    def followers(self) -> Numbers:
        """How many n-grams each context begins: (contexts,)."""
        return np.bincount(self.context, minlength=self.contexts)

    @cached_property
    def first(self) -> Numbers:
        """Where the n-grams that each context begins lie: (contexts,)."""
        return np.cumsum(self.followers) - self.followers

    def find(self, context: Numbers, last: Numbers) -> Numbers:
        """The place of each n-gram, or NOWHERE."""
        if not len(self.keys):
            return np.full(len(last), NOWHERE)
        keys = context * self.width + last
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, places, NOWHERE)


class Step(NamedTuple):
    """Where a line holds an n-gram of one length whose context was seen."""

    here: Numbers
    """Positions in the line of their last tokens."""
    context: Numbers
    """Places of their contexts in the table below."""
    found: Numbers
    """Places of the n-grams, or NOWHERE."""


def walk(line: Line, tables: list[NgramTable]) -> Iterator[Step]:
    """The n-grams of a line that are in `tables`, for length 2, 3, ..."""
    ends = line.ids  # the place of the n-gram that ends at each position
    for length, table in enumerate(tables, 2):
        here = np.flatnonzero(line.depth >= length - 1)
        context = ends[here - 1]
        seen = context != NOWHERE
        here, context = here[seen], context[seen]
        found = table.find(context, line.ids[here])
        yield Step(here, context, found)
        ends = np.full(len(line.ids), NOWHERE)
        ends[here] = found


class Counted(NamedTuple):
    """What was counted of one length."""

    table: NgramTable
    seen: Numbers
    """How often each n-gram occurs: (n-grams,)."""
    continued: Numbers
    """After how many different tokens each occurs: (n-grams,)."""


def count(line: Line, *, order: int, width: int) -> list[Counted]:
    """All n-grams up to length `order`, `width` being the number of different ids.

    The table of length 1 holds every id. The longest have no continuation counts.
    """
    ids, depth = line
    table = NgramTable(keys=np.arange(width), contexts=1, width=width)
    seen = np.bincount(ids[depth > 0], minlength=width)
    ends, counted = ids, []
    for length in range(2, order + 1):
        here = np.flatnonzero(depth >= length - 1)
        keys, index, times = np.unique(
            ends[here - 1] * width + ids[here], return_inverse=True, return_counts=True
        )
        shorter = np.zeros(len(keys), dtype=np.int64)
        shorter[index] = ends[here]  # each n-gram less its first token
        continued = np.bincount(shorter, minlength=len(table))
        if length > 2:  # the boundary itself is never asked for
            begin = ends[depth == length - 2]
            continued += np.bincount(begin, minlength=len(table))
        counted.append(Counted(table, seen, continued))
        table = NgramTable(keys=keys, contexts=len(table), width=width)
        seen = times
        ends = np.full(len(ids), NOWHERE)
        ends[here] = index
    return [*counted, Counted(table, seen, np.zeros_like(seen))]


def array(tensor: Tensor) -> Numbers:
    """Whole numbers of a tensor, (numbers,), for numpy."""
    return tensor.detach().cpu().numpy().astype(np.int64)
