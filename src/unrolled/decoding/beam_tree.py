"""What a beam search has had in view, as a tree: for people who want to see it.

    <start> ── Il ──┬── est ── tard ── <end>      log P = −1.9    the best
                    └── a ── ...                  log P = −4.2    left behind

    with recording() as trees:
        found = beam(...)            one tree for each input, in the order of the inputs

A search that nobody records does nothing of this; one that is recorded takes the same
steps, and finds the same answers, bit for bit.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import takewhile
from typing import Any, NamedTuple, final

from unrolled.decoding.steps import Drawn

MOST = 400  # nodes: more than a person can look at
START = "<start>"

_TREES: ContextVar["list[Tree] | None"] = ContextVar("trees", default=None)


@contextmanager
def recording() -> Iterator["list[Tree]"]:
    """Inside the block, the trees of the searches that have begun so far."""
    trees: list[Tree] = []
    token = _TREES.set(trees)
    try:
        yield trees
    finally:
        _TREES.reset(token)


def planted(inputs: int) -> "list[Tree] | None":
    """A tree for each input of a search that begins; None where nobody records."""
    trees = _TREES.get()
    if trees is None:
        return None
    mine = [Tree() for _ in range(inputs)]
    trees += mine
    return mine


class Finished(NamedTuple):
    """A sequence that was finished, and its rank."""

    drawn: Drawn
    score: float
    """log P / lp + cp: see decoding/beam.py. The greatest is the best."""


Ids = tuple[int, ...]


@final
class Tree:
    """The beginnings that a search of one input kept, and what it has finished."""

    def __init__(self) -> None:
        self.kept: dict[Ids, float] = {}
        """log P of each beginning, in nats; what was forced comes first."""
        self.finished: dict[Ids, Finished] = {}

    def keep(self, ids: Ids, log_probability: float) -> None:
        """A beginning is in view."""
        self.kept[ids] = log_probability

    def finish(self, drawn: Drawn, score: float) -> None:
        """A sequence is an answer."""
        self.finished[drawn.ids] = Finished(drawn, score)

    @property
    def best(self) -> Drawn | None:
        """The best answer, of equals the first; None where there is none."""
        found = max(self.finished.values(), key=lambda one: one.score, default=None)
        return None if found is None else found.drawn

    def nodes(
        self, names: Sequence[str], *, end: str, most: int = MOST
    ) -> list[dict[str, Any]]:
        """JSON of each node, parents before their children; the first is the root.

        "id", "parent" (None of the root), "token" (its name, or `end`),
        "log_probability" of all tokens up to it, in nats, "score" of an answer, else
        None, "ended" and "best" (whether it lies on the way to the best answer). Of
        more than `most` the best answer is kept whole, even one with more tokens, then
        the other answers by their scores, then the likeliest beginnings.
        """
        chosen = self._chosen(most)
        numbers = {place: number for number, place in enumerate(chosen)}
        best = set(self._way(self.best.ids, self.best.ended)) if self.best else set()
        return [
            {
                "id": number,
                "parent": numbers.get(_above(place)) if number else None,
                "token": self._name(place, names, end),
                "log_probability": self._nats(place),
                "score": self._score(place),
                "ended": place[1],
                "best": place in best,
            }
            for place, number in numbers.items()
        ]

    def __len__(self) -> int:
        """How many nodes there are, with the root and the ends."""
        return len(self.kept) + sum(f.drawn.ended for f in self.finished.values())

    def _chosen(self, most: int) -> "list[Place]":
        """The nodes that are told of, shorter ones first."""
        ranked = sorted(self.finished.values(), key=lambda one: -one.score)
        likely = sorted(self.kept, key=lambda ids: (-self.kept[ids], len(ids)))
        places = [(one.drawn.ids, one.drawn.ended) for one in ranked]
        chosen: dict[Place, None] = {}
        for place in [*places, *((ids, False) for ids in likely)]:
            if len(chosen) >= most:
                break
            new = list(takewhile(lambda one: one not in chosen, self._way(*place)))
            if not chosen or len(chosen) + len(new) <= most:
                chosen.update(dict.fromkeys(new))
        return sorted(chosen, key=lambda place: len(place[0]) + place[1])

    def _way(self, ids: Ids, ended: bool) -> "Iterator[Place]":
        """From a node up to the root, both included."""
        if ended:
            yield ids, True
        root = len(next(iter(self.kept)))  # what was forced
        for count in range(len(ids), root - 1, -1):
            yield ids[:count], False

    def _name(self, place: "Place", names: Sequence[str], end: str) -> str:
        ids, ended = place
        if ended:
            return end
        if ids == next(iter(self.kept)):  # the root, and what was forced
            return " ".join([START, *(names[i] for i in ids)])
        return names[ids[-1]]

    def _nats(self, place: "Place") -> float:
        ids, ended = place
        return self.finished[ids].drawn.log_probability if ended else self.kept[ids]

    def _score(self, place: "Place") -> float | None:
        ids, ended = place
        found = self.finished.get(ids)
        return found.score if found and found.drawn.ended == ended else None


Place = tuple[Ids, bool]
"""A node: the tokens up to it, and whether it is the end behind them."""


def _above(place: Place) -> Place:
    """The parent of a node that is not the root."""
    ids, ended = place
    return (ids if ended else ids[:-1], False)
