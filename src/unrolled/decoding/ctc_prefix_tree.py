"""The prefixes that a search over CTC's frames has in view, as a tree.

    a ─ ab ─ abc      in view: a, abc and abd; ab has left, and stays
         └─ abd       because prefixes in view go on from it

A prefix that leaves is forgotten with all that led to it alone, so that the tree of an
endless stream is no larger than what is in view. One that comes again is as new.
"""

from math import inf, log
from typing import Any, final

from unrolled.decoding.ctc_lexicon import Lexicon


@final
class Prefix:
    """Some symbols, and what is known about the paths that are heard as them."""

    __slots__ = (
        "before",
        "blank",
        "children",
        "extra",
        "in_view",
        "next_blank",
        "next_voiced",
        "parent",
        "place",
        "rank",
        "scores",
        "state",
        "symbol",
        "voiced",
    )

    def __init__(self, parent: "Prefix | None", symbol: int) -> None:
        self.parent, self.symbol = parent, symbol
        self.children: dict[int, Prefix] = {}
        self.blank = self.voiced = 0.0
        """Probability of the paths that end in a blank, and of those in its symbol."""
        self.next_blank = self.next_voiced = 0.0
        self.rank = 0.0
        self.extra = 0.0
        """What the language model and the bonus add to its rank."""
        self.in_view = True
        self.place: Lexicon | None = None
        self.before: Any = None
        """The language model's state before its last symbol, until it is scored."""
        self.state: Any = None
        self.scores: list[float] | None = None

    def leave(self) -> None:
        """Is in view no more; out of the tree if nothing in view goes on from it."""
        self.in_view = False
        self.before = self.state = self.scores = None
        one = self
        while not (one.in_view or one.children) and one.parent:
            del one.parent.children[one.symbol]
            one = one.parent

    def ids(self) -> tuple[int, ...]:
        """Its symbols."""
        found: list[int] = []
        one = self
        while one.parent:
            found.append(one.symbol)
            one = one.parent
        return tuple(found[::-1])

    def whole(self) -> "Prefix":
        """It, or where the last whole word ended before it."""
        one = self
        while one.parent and one.place and not one.place.ends:
            one = one.parent
        return one


def rank(prefixes: list[Prefix]) -> None:
    """Ranks these by the paths up to this frame."""
    for one in prefixes:
        mass = one.next_blank + one.next_voiced
        one.rank = log(mass) + one.extra if mass else -inf
