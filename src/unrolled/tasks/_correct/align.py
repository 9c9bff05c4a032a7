"""How the words of a right sentence came from those of a wrong one, step by step.

    wrong   So   I   went   at   school   some times   dont
    right   So , I   went   to   school   sometimes    do n't
    steps      ^ insert     ^ change      ^ merge      ^ split

text/edits/token_alignment.py finds which words belong together; here its steps get the
names that a tagger can learn. Of several words that changed places, one went and came
back elsewhere.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from unrolled.text.edits.edit_words import unlikeness
from unrolled.text.edits.token_alignment import aligned

CLITICS = ("n't", "'s", "'re", "'ve", "'ll", "'d", "'m")
"""What a right text has behind a word as a word of its own."""


class Step(NamedTuple):
    """Words of the wrong sentence, and what stands for them in the right one."""

    kind: str
    """change, delete, insert, swap, merge or split."""
    start: int
    stop: int
    """Places of the wrong words; `start` is `stop` for what was put in before it."""
    words: tuple[str, ...]
    """The right words; none for what has to go."""


def steps(
    wrong: Sequence[str], right: Sequence[str], touched: Iterable[int] | None = None
) -> list[Step]:
    """What makes the right words of the wrong ones, from left to right.

    `touched`, where they are known, are the places of right words that mistakes were
    made at: all others stand in both sentences, which saves most of the work.
    """
    parts = None if touched is None else _parts(wrong, right, set(touched))
    if parts is None:
        return _steps(wrong, right)
    found: list[Step] = []
    for start, stop, first, last in parts:
        found += (
            one._replace(start=one.start + start, stop=one.stop + start)
            for one in _steps(wrong[start:stop], right[first:last])
        )
    return found


def _parts(
    wrong: Sequence[str], right: Sequence[str], touched: set[int]
) -> list[tuple[int, int, int, int]] | None:
    """Where wrong words stand for touched ones; None where that cannot be told.

    Each run of right words that were not touched is looked for behind the last one.
    """
    found: list[tuple[int, int, int, int]] = []
    start = first = 0
    for is_touched, group in groupby(range(len(right)), touched.__contains__):
        run = list(group)
        if is_touched:
            continue
        words = list(right[run[0] : run[-1] + 1])
        stop = start
        while list(wrong[stop : stop + len(words)]) != words:
            stop += 1
            if stop > len(wrong):
                return None
        found.append((start, stop, first, run[0]))
        start, first = stop + len(words), run[-1] + 1
    if first == len(right) and start != len(wrong):
        return None
    return [*found, (start, len(wrong), first, len(right))]


def _steps(wrong: Sequence[str], right: Sequence[str]) -> list[Step]:
    if len(wrong) == len(right) == 1:
        return [] if wrong == right else [Step("change", 0, 1, (right[0],))]
    found: list[Step] = []
    for start, stop, first, last in aligned(wrong, right):
        new = tuple(right[first:last])
        if stop - start == len(new) > 1:
            found += _moved(start, stop, wrong[start:stop], new)
            continue
        kinds = {(0, 1): "insert", (1, 0): "delete", (1, 1): "change"}
        joint = "split" if stop - start == 1 else "merge"
        kind = kinds.get((stop - start, len(new)), joint)
        found.append(Step(kind, start, stop, new))
    return _contracted(wrong, found)


def _contracted(wrong: Sequence[str], found: list[Step]) -> list[Step]:
    """With one split for a change and a clitic beside it, if "dont" became "do n't"."""
    made = found[:1]
    for before, now in pairwise(found):
        both = {before.kind, now.kind} == {"change", "insert"}
        changed = before if before.kind == "change" else now
        # What is put in stands just behind the changed word, or just before it.
        if both and made[-1] is before and before.stop == now.start:
            words = (*before.words, *now.words)
            if is_clitic(words[1]) and _is_nearer(wrong[changed.start], *words):
                made[-1] = Step("split", changed.start, changed.stop, words)
                continue
        made.append(now)
    return made


def _is_nearer(old: str, word: str, clitic: str) -> bool:
    """Whether a word is nearer to both together than to one of them."""
    joined = (word + clitic).replace("'", "").replace("\u2019", "")
    near = unlikeness(old.lower(), joined.lower())
    return near < min(unlikeness(old.lower(), one.lower()) for one in (word, clitic))


def is_clitic(word: str) -> bool:
    """Whether it is one, with a straight apostrophe or a curly one."""
    return word.replace("\u2019", "'").lower() in CLITICS


def _moved(
    start: int, stop: int, old: Sequence[str], new: tuple[str, ...]
) -> list[Step]:
    """Steps for words that changed places; none where more than one of them moved."""
    small, wanted = [w.lower() for w in old], [w.lower() for w in new]
    if len(old) == 2:
        return [Step("swap", start, stop, new)]
    if [*small[1:], small[0]] == wanted:
        return [
            Step("delete", start, start + 1, ()),
            Step("insert", stop, stop, new[-1:]),
        ]
    if [small[-1], *small[:-1]] == wanted:
        return [
            Step("insert", start, start, new[:1]),
            Step("delete", stop - 1, stop, ()),
        ]
    return []
