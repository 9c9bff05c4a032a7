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
from unrolled.decoding.ctc_prefix_tree import Prefix, rank
from unrolled.decoding.ctc_scorer import AbstractScorer
from unrolled.decoding.steps import numbers
from unrolled.errors import SettingError

LOWEST = log(1e-100)


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
        root = self.root = Prefix(None, BLANK)  # of the tree
        root.blank, root.place = 1.0, search.lexicon
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

    def _heard(self, one: Prefix, *, ending: bool = False) -> Heard:
        nats = log(one.blank + one.voiced) + self._total
        end = one.scores[BLANK] * self._search.weight if ending and one.scores else 0.0
        return Heard(one.ids(), nats, nats + one.extra + end)

    def _advance(self, row: list[float], symbols: list[int]) -> None:
        """Goes on by a frame; only these symbols lead to prefixes that are new."""
        beam, silent = self._beam, exp(max(row[BLANK], LOWEST))
        for one in beam:
            p, parent = exp(max(row[one.symbol], LOWEST)), one.parent
            one.next_blank = (one.blank + one.voiced) * silent
            one.next_voiced = one.voiced * p
            if parent and parent.in_view:
                same = one.symbol == parent.symbol
                one.next_voiced += (parent.blank + parent.voiced * (not same)) * p
        rank(beam)
        found = beam
        if symbols:
            pairs = [(symbol, exp(max(row[symbol], LOWEST))) for symbol in symbols]
            found = beam + self._longer(sorted(pairs, key=lambda pair: -pair[1]))
        self._keep(sorted(found, key=attrgetter("rank"), reverse=True))

    def _longer(self, pairs: list[tuple[int, float]]) -> list[Prefix]:
        """Prefixes that are new in view, by symbols and their p, likeliest first.

        Not those that must stay behind all in view: they cannot be among the best.
        """
        full = len(self._beam) == self._search.width
        lowest = min(one.rank for one in self._beam) if full else -torch.inf
        bonus = max(self._search.bonus, 0.0)
        growing: list[tuple[Prefix, float]] = []
        for one in self._beam:
            # What a language model adds is at most 0; and sums may be off in a bit.
            least = exp(min(lowest - one.extra - bonus, 0.0) - 1e-9)
            if (one.blank + one.voiced) * pairs[0][1] >= least:
                growing.append((one, least))
        self._score([one for one, _ in growing])
        new: list[Prefix] = []
        for one, least in growing:
            new += self._children(one, pairs, least)
        rank(new)
        return new

    def _children(
        self, one: Prefix, pairs: list[tuple[int, float]], least: float
    ) -> list[Prefix]:
        """Those of one prefix whose paths have at least that probability."""
        both, last, children = one.blank + one.voiced, one.symbol, one.children
        new: list[Prefix] = []
        for symbol, p in pairs:
            if both * p < least:
                break
            mass = one.blank if symbol == last else both
            child = children.get(symbol)
            if not mass or (child and child.in_view):
                continue
            child = self._child(one, symbol, child)
            if child:
                child.next_voiced = mass * p
                new.append(child)
        return new

    def _child(self, one: Prefix, symbol: int, known: Prefix | None) -> Prefix | None:
        """A prefix by a symbol longer, as if never seen; None if it may not be."""
        place = None
        if one.place:
            place = one.place.after(symbol)
            if place is None:
                return None
        extra = one.extra + self._search.bonus
        if one.scores:
            extra += self._search.weight * one.scores[symbol]
            if extra == -torch.inf:
                return None
        child = known or one.children.setdefault(symbol, Prefix(one, symbol))
        child.in_view, child.place, child.extra = True, place, extra
        child.next_blank, child.before = 0.0, one.state
        return child

    def _keep(self, found: list[Prefix]) -> None:
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

    def _score(self, prefixes: list[Prefix]) -> None:
        """Asks the language model about those that it does not know yet."""
        new = [one for one in prefixes if one.scores is None]
        if not (self._scorer and new):
            return
        states, scores = self._scorer.extend(
            [one.before for one in new], [one.symbol for one in new]
        )
        rows = numbers(scores).tolist()
        for one, state, row in zip(new, states, rows, strict=True):
            one.before, one.state, one.scores = None, state, row
