"""Which words may have been meant by one that was written, and how probable each is.

    near     receive, relieve    words in the lexicon, and likely forms of them, that
                                 are a few letters away
    listed   becouse → because   mistakes that were given as such
    halves   alot → a lot        two words that were run together
    parts    self-refering       one part with a hyphen, or before 's, is wrong

Everything here is in small letters, but for how a candidate is usually written.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from unrolled.text.lexicon import Lexicon
from unrolled.text.likely_forms import likely_forms
from unrolled.text.near_words import NearWords
from unrolled.text.spelling_errors import LOWEST, NEVER, SpellingErrors

PRIOR_WEIGHT = 0.7
"""The channel is too sure of itself, as its edits are counted one by one. Settled on
held-back pairs."""
MOST_FORMS = 20_000
LOOKED_AT = 30
"""Near words that are weighed by the channel, at most."""
HOPELESS = 12.0
"""Candidates that are behind the best one by this much are left out, in nats."""
LISTED = 0.5
"""The share of mistakes that are among the listed ones of their word."""
SPACE_LEFT_OUT = math.log(0.01)
CAPITALS_WRONG = math.log(0.3)
PER_EDIT = -3.0
"""What an edit costs before one has looked closer, in nats."""
OFTEN = 5
"""Times a word was seen that may be one half of two that were run together."""
ONE_LETTER = ("a", "i")
"""Words of one letter that may be the first half."""


class Candidate(NamedTuple):
    """A word that may have been meant; numbers in nats."""

    word: str
    channel: float
    """log P(written | word)."""
    prior: float
    """log P(word)."""

    @property
    def log_probability(self) -> float:
        """Of the word and its misspelling together, as candidates are ranked."""
        return self.channel + PRIOR_WEIGHT * self.prior


class _Words(NamedTuple):
    """All words that may have been meant: the lexicon, then likely forms."""

    keys: list[str]
    written: list[str]
    priors: NDArray[np.float64]
    """log P(word), (words,)."""
    index: NearWords
    forms: dict[str, int]
    """Where each of the likely forms stands."""


@final
class MeantWords:
    """Looks for the words that may have been meant."""

    def __init__(
        self,
        lexicon: Lexicon,
        mistakes: Mapping[str, list[str]],
        errors: SpellingErrors,
    ) -> None:
        """`mistakes` are what each listed wrong spelling is for."""
        self.lexicon, self.mistakes, self.errors = lexicon, mistakes, errors
        rights = (right.lower() for found in mistakes.values() for right in found)
        self._many = Counter(rights)
        self._total = max(lexicon.total, 1)

    def candidates(self, key: str) -> list[Candidate]:
        """For a word in small letters, the best first; itself is none of them."""
        found: dict[str, Candidate] = {}
        for one in self._all(key):
            seen = found.get(one.word)
            if seen is None or seen.log_probability < one.log_probability:
                found[one.word] = one
        return sorted(found.values(), key=lambda one: (-one.log_probability, one.word))

    def form(self, key: str) -> float:
        """The log P(word) of a likely form of known words; −inf for other words."""
        words = self._words
        place = words.forms.get(key)
        return -math.inf if place is None else float(words.priors[place])

    def _all(self, key: str) -> Iterator[Candidate]:
        yield from self._listed(key)
        yield from self._near(key)
        yield from self._halves(key)
        if key.endswith("'s") and len(key) > 3:
            for one in self.candidates(key[:-2]):
                if not one.word.endswith("'s"):
                    yield one._replace(word=f"{one.word}'s")
        elif "-" in key:
            yield from self._by_parts(key.split("-"))

    def _listed(self, key: str) -> Iterator[Candidate]:
        for right in self.mistakes.get(key, ()):
            words = right.lower().split()
            channel = math.log(LISTED / self._many[right.lower()])
            yield Candidate(right, channel, sum(map(self._log_share, words)))

    def _near(self, key: str) -> Iterator[Candidate]:
        words = self._words
        places, distances = words.index.near(key)
        rough = PER_EDIT * distances + PRIOR_WEIGHT * words.priors[places]
        places = places[np.argsort(-rough, kind="stable")[:LOOKED_AT]]
        best = -math.inf
        for place in places.tolist():
            right, prior = words.keys[place], float(words.priors[place])
            weighed = PRIOR_WEIGHT * prior
            if right != key:
                least = max(best - HOPELESS - weighed, LOWEST)
                channel = self.errors.log_probability(key, right, least=least)
            elif place < len(self.lexicon):
                channel = CAPITALS_WRONG
            else:
                continue
            if channel > NEVER:
                best = max(best, channel + weighed)
                yield Candidate(words.written[place], channel, prior)

    def _halves(self, key: str) -> Iterator[Candidate]:
        count = self.lexicon.count
        for cut in range(1, len(key) - 1):
            left, right = key[:cut], key[cut:]
            if min(count(left), count(right)) < OFTEN:
                continue
            if cut > 1 or left in ONE_LETTER:
                halves = [self._written(half) for half in (left, right)]
                prior = self._log_share(left) + self._log_share(right)
                yield Candidate(" ".join(halves), SPACE_LEFT_OUT, prior)

    def _by_parts(self, parts: list[str]) -> Iterator[Candidate]:
        """Of the parts of a compound one may be wrong."""
        wrong = [n for n, part in enumerate(parts) if part not in self.lexicon]
        if len(wrong) != 1 or not parts[wrong[0]]:
            return
        place = wrong[0]
        before, behind = parts[:place], parts[place + 1 :]
        others = sum(map(self._log_share, before + behind))
        for one in self.candidates(parts[place]):
            word = "-".join([*before, one.word, *behind])
            yield Candidate(word, one.channel, one.prior + others)

    def _log_share(self, key: str) -> float:
        """The log P(word); an unknown one is taken as seen once."""
        return math.log(max(self.lexicon.count(key), 1) / self._total)

    def _written(self, key: str) -> str:
        return self.lexicon.written[self.lexicon.places[key]]

    @cached_property
    def _words(self) -> _Words:
        # Made at first use: a second or two that a model does not need to be loaded.
        lexicon = self.lexicon
        forms = likely_forms(lexicon.keys, most=MOST_FORMS)
        keys = [*lexicon.keys, *(word for word, _ in forms)]
        counts = [*lexicon.counts, *(share for _, share in forms)]
        return _Words(
            keys,
            [*lexicon.written, *keys[len(lexicon) :]],
            np.log(np.array(counts, np.float64) / self._total),
            NearWords(keys),
            {word: place for place, (word, _) in enumerate(forms, len(lexicon))},
        )
