"""How words go wrong: pieces of a word and what is written in their place, counted.

    right    ^ r e c e i v e $        aligned with the fewest edits:
    wrong    ^ r e c i e v e $        ei → ie

    counted  ei → ie    cei → cie    eiv → iev    ceiv → ciev

An edit is counted alone and with the letters around it, so that what is usual behind a
c is learned apart from what is usual elsewhere. For pieces a of the right word and b of
the wrong one:

    P(a → b) = (count(a → b) + K usual(a → b)) / (count(a) + K)

where count(a) is how often the right words hold a, and `usual` what one expects before
any were seen (single letters only). The probability of a whole word is that of the best
way to cut both into pieces; letters that are equal cost nothing.

References: Brill and Moore 2000, "An improved error model for noisy channel spelling
correction"; the channel itself: Kernighan, Church and Gale 1990, "A spelling correction
program based on a noisy channel model".
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, final

from unrolled.errors import BrokenModelError
from unrolled.text.spelling.edit_alignment import align
from unrolled.text.spelling.usual_errors import BEGIN, END, usual

WINDOW = 3
"""Edits and equal letters that are counted together, at most."""
LONGEST = 4
"""Letters of a piece, at most; and those of an edit differ by one at most."""
K = 20.0
LEAST = 2
"""Edits that were seen less often are left to `usual`."""
NEVER = -1e9
"""In place of the logarithm of 0."""
LOWEST = -22.0
"""Ways that are less likely than this are not followed, in nats."""
PER_LETTER = 1.5
"""What an edit, and each letter too many or too few, costs at least, in nats."""

Counts = dict[str, dict[str, int]]
"""For each right piece, what was written in its place, and how often."""


@final
class SpellingErrors:
    """The probability of a misspelling, given the word that was meant."""

    def __init__(self, edits: Counts, held: Mapping[str, int]) -> None:
        """`held` is how often the right words hold each piece of `edits`, or letter."""
        self._counted, self._held = edits, held
        self._edits = {
            right: _log_shares(found, held[right]) for right, found in edits.items()
        }
        self._unseen: dict[tuple[str, str, str], float] = {}

    @classmethod
    def learn(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """From pairs (wrong, right) of words in small letters; there may be none."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        held: Counter[str] = Counter()
        for wrong, right in pairs:
            for meant, written in _edits(wrong, right):
                counts[meant][written] += 1
            held.update(_pieces(f"{BEGIN}{right}{END}"))
        kept: Counts = {}
        for meant, found in counts.items():
            often = {written: n for written, n in found.items() if n >= LEAST}
            if often:
                kept[meant] = often
        letters = {piece for piece in held if len(piece) == 1}
        return cls(kept, {piece: held[piece] for piece in sorted(letters | set(kept))})

    def log_probability(
        self, wrong: str, right: str, *, least: float = LOWEST
    ) -> float:
        """Of `wrong`, given that `right` was meant and has gone wrong, in nats.

        What is below `least` may come out as NEVER, which is sooner found.
        """
        a, b = f"{BEGIN}{right}{END}", f"{BEGIN}{wrong}{END}"
        before, behind = _equal(a, b)
        # Equal letters cost nothing, but the nearest may be part of an edit.
        before, behind = max(before - WINDOW + 1, 0), max(behind - WINDOW + 1, 0)
        return self._best(
            a[before : len(a) - behind], b[before : len(b) - behind], least
        )

    def _best(self, a: str, b: str, least: float) -> float:
        """The best way to cut the right piece a and the written piece b into edits."""
        best = [[NEVER] * (len(b) + 1) for _ in range(len(a) + 1)]
        best[0][0] = 0.0
        longer, size = len(b) - len(a), len(b)
        for i in range(len(a) + 1):
            rows = None
            for j, here in enumerate(best[i]):  # a letter put in leads on in the row
                if here < least:
                    continue
                more = longer + i - j
                if not more and a[i:] == b[j:]:
                    best[-1][-1] = least = max(best[-1][-1], here)
                    continue
                if here - PER_LETTER * (abs(more) or 1) < least:
                    continue
                if rows is None:
                    rows = self._rows(best, a, i)
                for n, further, row in rows:
                    for end in range(j + n - 1, j + n + 2):
                        p = row.get(b[j:end])
                        if p is not None and end <= size and here + p > further[end]:
                            further[end] = here + p
                self._go_on_simply(best, a, b, (i, j))
        return best[-1][-1]

    def _rows(
        self, best: list[list[float]], a: str, i: int
    ) -> list[tuple[int, list[float], dict[str, float]]]:
        """For each piece of a at place i: its length, where it leads, its edits."""
        found = []
        for n in range(1, min(LONGEST, len(a) - i) + 1):
            row = self._edits.get(a[i : i + n])
            if row:
                found.append((n, best[i + n], row))
        return found

    def _go_on_simply(
        self, best: list[list[float]], a: str, b: str, at: tuple[int, int]
    ) -> None:
        """Over an equal letter, or by an edit that needs not have been seen."""
        i, j = at
        here = best[i][j]
        one, other = a[i : i + 1], b[j : j + 1]
        if one and one == other:
            # No edit here: one behind the equal letters is as good.
            best[i + 1][j + 1] = max(best[i + 1][j + 1], here)
            return
        before = a[i - 1] if i else BEGIN
        for right, wrong in _simple(a, b, i, j):
            p = here + self._usual(right, wrong, before)
            n, m = i + len(right), j + len(wrong)
            if p > best[n][m]:
                best[n][m] = p

    def _usual(self, right: str, wrong: str, before: str) -> float:
        """The log-probability of an edit that has not been counted."""
        key = right, wrong, before
        p = self._unseen.get(key)
        if p is None:
            share = K / (self._held.get(right[:1], 0) + K)
            p = self._unseen[key] = math.log(share * usual(right, wrong, before))
        return p

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        return {"edits": self._counted, "held": dict(self._held)}

    @classmethod
    def from_json(cls, found: Any) -> Self:
        """The way back from `to_json`. Raises BrokenModelError for anything else."""
        if not isinstance(found, dict):
            raise _broken("they are no object")
        edits, held = found.get("edits"), found.get("held")
        if not isinstance(edits, dict) or not isinstance(held, dict):
            raise _broken("edits or counts are missing")
        if not all(map(_are_counts, (held, *edits.values()))):
            raise _broken("a count is no whole number from 1")
        if not edits.keys() <= held.keys():
            raise _broken("an edit was not counted")
        return cls(edits, held)


def _simple(a: str, b: str, i: int, j: int) -> Iterator[tuple[str, str]]:
    """Simple edits at place i of a and j of b, where they differ."""
    one, other = a[i : i + 1], b[j : j + 1]
    more, further = one not in ("", END), other not in ("", END)
    if more:
        yield one, ""
    if further:
        yield "", other
    if more and further:
        yield one, other
        if len(a) > i + 1 and a[i : i + 2] == b[j : j + 2][::-1]:
            yield a[i : i + 2], b[j : j + 2]


def _log_shares(found: Mapping[str, int], held: int) -> dict[str, float]:
    return {wrong: math.log(count / (held + K)) for wrong, count in found.items()}


def _are_counts(found: Any) -> bool:
    return isinstance(found, dict) and all(
        type(count) is int and count > 0 for count in found.values()
    )


def _broken(what: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"the spelling errors of the model are damaged: {what}.",
        expected="pieces of words, what was written for them, and counts from 1",
        fix="copy the model folder again, or train again",
    )


def _equal(a: str, b: str) -> tuple[int, int]:
    """How many letters are equal at the beginning and, of the rest, at the end."""
    most = min(len(a), len(b))
    start = 0
    while start < most and a[start] == b[start]:
        start += 1
    behind = 0
    while behind < most - start and a[-1 - behind] == b[-1 - behind]:
        behind += 1
    return start, behind


def _edits(wrong: str, right: str) -> Iterator[tuple[str, str]]:
    """Each edit alone and with what is around it, as (right piece, wrong piece)."""
    steps = align(f"{BEGIN}{right}{END}", f"{BEGIN}{wrong}{END}")
    for start in range(len(steps)):
        meant = written = ""
        differs = False
        for one, other in steps[start : start + WINDOW]:
            meant, written = meant + one, written + other
            differs = differs or one != other
            alike = abs(len(meant) - len(written)) < 2
            if differs and alike and 0 < len(meant) <= LONGEST >= len(written):
                yield meant, written


def _pieces(word: str) -> Iterator[str]:
    for length in range(LONGEST + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]
