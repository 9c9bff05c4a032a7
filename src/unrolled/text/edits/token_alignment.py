"""Which tokens of two sentences belong together: the cheapest way from one to other.

    He  go    to the school yesterdey .
    He  went  to     school yesterday .
        ~        −          ~

A token is put in or taken out (cost 1), exchanged (from 0.1 for another case of the
same word to 1.85 for an unlike word) or changes places with its neighbors (one less
than tokens that move); a word may be cut in two or joined. The cheapest way is found by
dynamic programming over both sentences without what they share at both ends.

References: as in between.py. The costs are ours, made so that an unlike word is
still exchanged and not taken out and put in, but a similar one elsewhere is preferred.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from unrolled.text.edits.edit_words import classes, inflected, is_mark, unlikeness

# Costs in hundredths: whole numbers, so that equal ways have equal costs.
ONE = 100
CASE = 10
SPACING = 30
SIMILAR = 25  # and half of the share of letters that differ
SAME_CLASS = 60
UNLIKE = 150
OTHER_CLASS = 185
NEVER = 250  # dearer than to take out and to put in

MOST_ALIKE = 0.5  # more letters than this share differ: not similar
LONGEST_MOVE = 4  # tokens that change places, or parts of a word
LARGEST = 1 << 15  # cells of one table, about 50 ms
NEARBY = 128  # tokens on both sides of the middle of a long text
LONG_RUN = 8  # tokens that are hardly the same by chance


class Step(NamedTuple):
    """Source tokens start:stop have become target tokens target_start:target_stop."""

    start: int
    stop: int
    target_start: int
    target_stop: int


def aligned(source: Sequence[str], target: Sequence[str]) -> list[Step]:
    """The steps from source to target in order, equal tokens left out.

    Sentences are aligned at the least cost. Long texts are first cut at a long run of
    words that both share, so that their time grows little faster than they do.
    """
    return [
        Step(start + a, start + b, first + c, first + d)
        for start, stop, first, last in _pieces(source, target)
        for a, b, c, d in _steps(source[start:stop], target[first:last])
    ]


def is_similar(one: str, other: str) -> bool:
    """Whether one word may be a misspelling, a form or a sister of the other."""
    return substitution(one, other) <= SAME_CLASS


@lru_cache(maxsize=200_000)
def substitution(one: str, other: str) -> int:
    """The cost of one token for another, in hundredths."""
    if one == other:
        return 0
    if is_mark(one) or is_mark(other):
        return SAME_CLASS if is_mark(one) and is_mark(other) else NEVER
    one, other = one.lower(), other.lower()
    if one == other:
        return CASE
    mine, theirs = classes(one), classes(other)
    if mine and theirs:
        return SAME_CLASS if mine & theirs else UNLIKE
    share = unlikeness(one, other)
    if share <= MOST_ALIKE or inflected(one, other) or _same_stem(one, other):
        return SIMILAR + int(50 * min(share, 0.7))
    return OTHER_CLASS if mine or theirs else UNLIKE


def _same_stem(one: str, other: str) -> bool:
    """Whether four letters and half of the longer word are the same at the start."""
    needed = max(4, (max(len(one), len(other)) + 1) // 2)
    return len(one) >= needed <= len(other) and one[:needed] == other[:needed]


def _pieces(
    source: Sequence[str], target: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Parts of both that are small enough for a table, in order.

    What lies between them is equal.
    """
    matcher = SequenceMatcher(None, source, target, autojunk=False)
    waiting = [(0, len(source), 0, len(target))]
    while waiting:
        start, stop, first, last = waiting.pop()
        while start < stop and first < last and source[start] == target[first]:
            start, first = start + 1, first + 1
        while start < stop and first < last and source[stop - 1] == target[last - 1]:
            stop, last = stop - 1, last - 1
        if (stop - start) * (last - first) <= LARGEST:
            yield start, stop, first, last
            continue
        middle, half = (start + stop) // 2, (first + last) // 2
        # Nearly always a long run lies about the middle, and need not be searched for
        # among all words that occur again and again.
        run = matcher.find_longest_match(
            max(start, middle - NEARBY),
            min(stop, middle + NEARBY),
            max(first, half - NEARBY),
            min(last, half + NEARBY),
        )
        if run.size < LONG_RUN:
            run = matcher.find_longest_match(start, stop, first, last)
        if run.size < 2:  # a single word may be chance: then both are cut in the middle
            run = run._replace(a=middle, b=half, size=0)
        waiting.append((run.a + run.size, stop, run.b + run.size, last))
        waiting.append((start, run.a, first, run.b))


def _steps(source: Sequence[str], target: Sequence[str]) -> list[Step]:
    """The cheapest steps between two short sequences."""
    back = _table(source, target)
    found: list[Step] = []
    row, column = len(source), len(target)
    while row or column:
        down, right = back[row][column]
        step = Step(row - down, row, column - right, column)
        if not (down == right == 1 and source[row - 1] == target[column - 1]):
            found.append(step)
        row, column = step.start, step.target_start
    return found[::-1]


def _table(source: Sequence[str], target: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For each pair of places: how many tokens of both the last step took."""
    lower = [word.lower() for word in source], [word.lower() for word in target]
    costs = [[column * ONE for column in range(len(target) + 1)]]
    back = [[(0, min(column, 1)) for column in range(len(target) + 1)]]
    for row, old in enumerate(source, 1):
        above, line = costs[-1], [row * ONE]
        costs.append(line)
        steps = [(1, 0)]
        for column, new in enumerate(target, 1):
            best, step = above[column - 1] + substitution(old, new), (1, 1)
            for down, right, cost in _moves(*lower, row, column):
                cost += costs[row - down][column - right]
                if cost < best:
                    best, step = cost, (down, right)
            if above[column] + ONE < best:
                best, step = above[column] + ONE, (1, 0)
            if line[column - 1] + ONE < best:
                best, step = line[column - 1] + ONE, (0, 1)
            line.append(best)
            steps.append(step)
        back.append(steps)
    return back


def _moves(
    source: Sequence[str], target: Sequence[str], row: int, column: int
) -> Iterator[tuple[int, int, int]]:
    """Tokens of both that can be taken at once, and the cost.

    source[:row] and target[:column] end in the same words in another order, or in the
    same letters with other blanks and hyphens.
    """
    old, new = source[row - 1], target[column - 1]
    if old == new:
        return
    if old in target[max(0, column - LONGEST_MOVE) : column]:
        yield from _swaps(source, target, row, column)
    if new.endswith(old) and not is_mark(old):
        whole = new.replace("-", "")
        for size in range(2, min(LONGEST_MOVE, row) + 1):
            if "".join(source[row - size : row]).replace("-", "") == whole:
                yield size, 1, SPACING
    elif old.endswith(new) and not is_mark(new):
        whole = old.replace("-", "")
        for size in range(2, min(LONGEST_MOVE, column) + 1):
            if "".join(target[column - size : column]).replace("-", "") == whole:
                yield 1, size, SPACING


def _swaps(
    source: Sequence[str], target: Sequence[str], row: int, column: int
) -> Iterator[tuple[int, int, int]]:
    """The same words in another order."""
    for size in range(2, min(LONGEST_MOVE, row, column) + 1):
        mine, theirs = source[row - size : row], target[column - size : column]
        if sorted(mine) == sorted(theirs):
            yield size, size, (size - 1) * ONE
