"""The best symbols of CTC: a beam of prefixes, each with all paths heard as it.

    b'  = (b + n) · p(blank)                     paths of a prefix that end in a blank
    n'  = n · p(last)                            those that end in its last symbol
    n'(prefix + c)  += (b + n) · p(c)            c is another symbol than its last one
    n'(prefix + c)  += b · p(c)                  c is the same: only after a blank

After each frame the `width` best prefixes are kept. With an unlimited width and no
`smallest` the sums are exact: over all paths. The rank of a prefix is

    log(b + n)  +  weight · log p(prefix)  +  bonus · |prefix|

with log p from a language model over the symbols, which prefers short texts; the bonus
makes up for that. When the sound ends, weight · log p(end) joins it. With a lexicon
only prefixes of its words are followed. Of equal ranks those come first that were in
view before, in their order; then new ones, by the rank of what they go on from.

Probabilities are kept as they are, divided by the largest after each frame, which costs
a tenth of working with logarithms; what is lost is 10^-300 of the best. One below
1e-100 counts as 1e-100, so that the search never runs dry.

Shapes: frames are log-probabilities (frames, symbols) of one utterance; the blank is
symbol 0. Frames may come in any chunks: no bit of the answers depends on them.

References: Graves 2012, "Supervised sequence labelling with recurrent neural networks",
section 7.5.3; Hannun et al. 2014, "First-pass large vocabulary continuous speech
recognition using bi-directional recurrent DNNs", arXiv:1408.2873, algorithm 1.
"""

from dataclasses import dataclass
from math import exp, log
from operator import attrgetter
from typing import Any, final

import torch
from torch import Tensor

from unrolled.decoding.ctc_greedy import BLANK, Heard, check_frames
from unrolled.decoding.ctc_lexicon import Lexicon
from unrolled.decoding.ctc_scorer import AbstractScorer
from unrolled.decoding.steps import numbers
from unrolled.errors import SettingError

LOWEST = log(1e-100)
_rank = attrgetter("rank")


@final
class _Prefix:
    """Some symbols, in a tree of all that are in view and what they go on from."""

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

    def __init__(self, parent: "_Prefix | None", symbol: int) -> None:
        self.parent, self.symbol = parent, symbol
        self.children: dict[int, _Prefix] = {}
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

    def whole(self) -> "_Prefix":
        """It, or where the last whole word ended before it."""
        one = self
        while one.parent and one.place and not one.place.ends:
            one = one.parent
        return one


@final
@dataclass(frozen=True, kw_only=True)
class PrefixSearch:
    """What is searched for; raises SettingError for what makes no sense."""

    width: int = 10
    """Prefixes in view after each frame."""
    smallest: float = 0.001
    """A symbol adds to prefixes only in frames where it has this probability."""
    scorer: AbstractScorer[Any] | None = None
    """A language model over the same symbols."""
    weight: float = 0.5
    """How much it counts beside the sound."""
    bonus: float = 0.0
    """Nats for each symbol."""
    lexicon: Lexicon | None = None
    """The words that may be heard."""

    def __post_init__(self) -> None:
        if not self.weight >= 0:
            raise SettingError(
                found=f"the weight of the language model is {self.weight}.",
                expected="a number at least 0",
                fix="choose another number",
            )
        if self.width < 1:
            raise SettingError(
                found=f"a beam of width {self.width} was asked for.",
                expected="a width of at least 1",
                fix="make the width larger",
            )
        if not 0 <= self.smallest <= 1:
            raise SettingError(
                found=f"the smallest probability of a symbol is {self.smallest}.",
                expected="a number from 0 to 1",
                fix="choose another number",
            )

    def begin(self) -> "PrefixBeam":
        """The search of one utterance, before its first frame."""
        return PrefixBeam(self)

    def best(self, frames: Tensor, count: int = 1) -> list[Heard]:
        """The `count` best of a whole utterance, (frames, symbols), best first."""
        beam = self.begin()
        beam.accept(frames)
        return beam.finish(count)


@final
class PrefixBeam:
    """The best prefixes of one utterance, frame by frame."""

    def __init__(self, search: PrefixSearch) -> None:
        self._search = search
        self._scorer = search.scorer if search.weight else None
        self._total = 0.0  # the logarithm of what the probabilities were divided by
        root = _Prefix(None, BLANK)
        root.blank = 1.0
        root.place = search.lexicon
        if self._scorer:
            root.state, scores = self._scorer.begin()
            root.scores = numbers(scores).tolist()
        self._beam = [root]

    @torch.no_grad()
    def accept(self, frames: Tensor) -> None:
        """Goes on with frames (frames, symbols); none are allowed.

        Raises ShapeError for another shape, DivergedError where there is no number.
        """
        check_frames(frames)
        smallest = self._search.smallest
        lowest = log(smallest) if smallest else -torch.inf
        likely: list[list[int]] = [[] for _ in range(len(frames))]
        for frame, symbol in (frames[:, 1:] >= lowest).nonzero().tolist():
            likely[frame].append(symbol + 1)
        for row, symbols in zip(frames.tolist(), likely, strict=True):
            self._advance(row, symbols)

    def best(self, count: int = 1) -> list[Heard]:
        """The `count` best up to here, best first; the last word may be unfinished."""
        return [self._heard(one) for one in self._beam[:count]]

    def finish(self, count: int = 1) -> list[Heard]:
        """The `count` best if the sound ends here, best first.

        With a lexicon all words are whole. Where every prefix in view stops amid a
        word, they are given up to the last whole one.
        """
        ended = [one for one in self._beam if one.whole() is one]
        if not ended:
            return self._cut()[:count]
        if self._scorer:
            self._score(ended)
        found = [self._heard(one, ending=True) for one in ended]
        return sorted(found, key=lambda one: -one.score)[:count]

    def _cut(self) -> list[Heard]:
        """What is in view up to the last whole word, each text once."""
        found: dict[tuple[int, ...], Heard] = {}
        for one in self._beam:
            ids = one.whole().ids()
            found.setdefault(ids, self._heard(one)._replace(ids=ids))
        return list(found.values())

    def _heard(self, one: _Prefix, *, ending: bool = False) -> Heard:
        nats = log(one.blank + one.voiced) + self._total
        end = one.scores[BLANK] * self._search.weight if ending and one.scores else 0.0
        return Heard(one.ids(), nats, nats + one.extra + end)

    def _advance(self, row: list[float], symbols: list[int]) -> None:
        """Goes on by a frame; other symbols than these, lowest first, say nothing."""
        beam, silent = self._beam, exp(max(row[BLANK], LOWEST))
        for one in beam:
            again = exp(max(row[one.symbol], LOWEST))
            one.next_blank = (one.blank + one.voiced) * silent
            one.next_voiced = one.voiced * again
        if symbols:
            if self._scorer:
                self._score(beam)
            found = beam + self._longer(row, symbols)
        else:
            found = beam
        for one in found:
            mass = one.next_blank + one.next_voiced
            one.rank = log(mass) + one.extra if mass else -torch.inf
        found = sorted(found, key=_rank, reverse=True)
        self._keep(found)

    def _longer(self, row: list[float], symbols: list[int]) -> list[_Prefix]:
        """Adds the paths that go on to another symbol; gives those new in view."""
        pairs = [(symbol, exp(max(row[symbol], LOWEST))) for symbol in symbols]
        new: list[_Prefix] = []
        for one in self._beam:
            both, last, children = one.blank + one.voiced, one.symbol, one.children
            for symbol, p in pairs:
                mass = one.blank if symbol == last else both
                child = children.get(symbol)
                if child is None or not child.in_view:
                    child = self._child(one, symbol, child) if mass else None
                    if child is None:
                        continue
                    new.append(child)
                child.next_voiced += mass * p
        return new

    def _child(
        self, one: _Prefix, symbol: int, known: _Prefix | None
    ) -> _Prefix | None:
        """A prefix by a symbol longer, as if never seen; None if it may not be."""
        place = None
        if one.place:
            place = one.place.next.get(symbol)
            if place is None:
                return None
        extra = one.extra + self._search.bonus
        if one.scores:
            extra += self._search.weight * one.scores[symbol]
            if extra == -torch.inf:
                return None
        child = known or one.children.setdefault(symbol, _Prefix(one, symbol))
        child.in_view, child.place, child.extra = True, place, extra
        child.next_blank = child.next_voiced = 0.0
        child.before = one.state
        return child

    def _keep(self, found: list[_Prefix]) -> None:
        """The best of these are in view from now on; they are sorted."""
        width = self._search.width
        while found[min(width, len(found)) - 1].rank == -torch.inf:
            width = min(width, len(found)) - 1  # too improbable for a number
        for one in found[width:]:
            one.leave()
        beam = self._beam = found[:width]
        largest = max(one.next_blank + one.next_voiced for one in beam)
        self._total += log(largest)
        for one in beam:
            one.blank = one.next_blank / largest
            one.voiced = one.next_voiced / largest

    def _score(self, prefixes: list[_Prefix]) -> None:
        """Asks the language model about those that it does not know yet."""
        new = [one for one in prefixes if one.scores is None]
        if not new or not self._scorer:
            return
        states, scores = self._scorer.extend(
            [one.before for one in new], [one.symbol for one in new]
        )
        rows = numbers(scores).tolist()
        for one, state, row in zip(new, states, rows, strict=True):
            one.before, one.state, one.scores = None, state, row
