"""Which words may have been meant by one that was written, and how probable each is.

    near     receive, relieve    words in the lexicon, and likely forms of them, that
                                 are a few letters away
    listed   becouse → because   mistakes that were given as such
    halves   alot → a lot        two words that were run together
    sounds   neighbor            words with like consonants, where nothing is near

Everything here is in small letters, but for how a candidate is usually written.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from unrolled.text.spelling.consonants import LikeConsonants
from unrolled.text.spelling.lexicon import Lexicon
from unrolled.text.spelling.likely_forms import LikelyForms
from unrolled.text.spelling.near_words import NearWords
from unrolled.text.spelling.spelling_errors import LOWEST, NEVER, SpellingErrors

PRIOR_WEIGHT = 0.7
"""The channel is too sure of itself, as its edits are counted one by one. Settled on
held-back pairs."""
MOST_FORMS = 20_000
PER_SOUND = -3.0
"""The same for a consonant."""
POOR = -16.0
"""Where all candidates are below this, in nats, one looks for like consonants."""
LOOKED_AT = 15
"""Near words that are weighed by the channel, at most."""
HOPELESS = 8.0
"""Candidates that are behind the best one by this much are left out, in nats."""
LISTED = 0.5
"""The share of mistakes that are among the listed ones of their word."""
SPACE_LEFT_OUT = math.log(0.05)
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
    lengths: NDArray[np.int64]
    """Letters of each, (words,)."""
    index: NearWords


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
        ranked = _ranked([*self._listed(key), *self._near(key), *self._halves(key)])
        if not ranked or ranked[0].log_probability < POOR:
            best = ranked[0].log_probability if ranked else -math.inf
            ranked = _ranked([*ranked, *self._like_sounding(key, best)])
        return ranked

    def form(self, key: str) -> float:
        """The log P(word) of an unknown word as a form of known ones; −inf of others.

        A form that exists with probability p is taken as seen p times.
        """
        p = self._forms.probability(key)
        return math.log(p / self._total) if p else -math.inf

    def _listed(self, key: str) -> Iterator[Candidate]:
        for right in self.mistakes.get(key, ()):
            words = right.lower().split()
            channel = math.log(LISTED / self._many[right.lower()])
            yield Candidate(right, channel, sum(map(self.log_share, words)))

    def _near(self, key: str) -> Iterator[Candidate]:
        places, distances = self._words.index.near(key)
        rough = PER_EDIT * distances + PRIOR_WEIGHT * self._words.priors[places]
        return self._weighed(key, places[np.argsort(-rough, kind="stable")])

    def _like_sounding(self, key: str, best: float) -> Iterator[Candidate]:
        words = self._words
        places, distances = self._sounds.near(key)
        apart = np.abs(words.lengths[places] - len(key))
        rough = PER_SOUND * distances - apart + PRIOR_WEIGHT * words.priors[places]
        return self._weighed(key, places[np.argsort(-rough, kind="stable")], best)

    def _weighed(
        self, key: str, places: NDArray[np.int64], best: float = -math.inf
    ) -> Iterator[Candidate]:
        """The first of these words by the channel, without those far behind."""
        words = self._words
        for place in places[:LOOKED_AT].tolist():
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
                prior = self.log_share(left) + self.log_share(right)
                yield Candidate(" ".join(halves), SPACE_LEFT_OUT, prior)

    def log_share(self, key: str) -> float:
        """The log P(word); an unknown one is taken as seen once."""
        return math.log(max(self.lexicon.count(key), 1) / self._total)

    def _written(self, key: str) -> str:
        return self.lexicon.written[self.lexicon.places[key]]

    @cached_property
    def _forms(self) -> LikelyForms:
        return LikelyForms(self.lexicon.keys)

    @cached_property
    def _words(self) -> _Words:
        # Made at first use: a second or two that a model does not need to be loaded.
        lexicon = self.lexicon
        forms = self._forms.likeliest(MOST_FORMS)
        keys = [*lexicon.keys, *(word for word, _ in forms)]
        counts = [*lexicon.counts, *(share for _, share in forms)]
        return _Words(
            keys,
            [*lexicon.written, *keys[len(lexicon) :]],
            np.log(np.array(counts, np.float64) / self._total),
            np.array([len(key) for key in keys], np.int64),
            NearWords(keys),
        )

    @cached_property
    def _sounds(self) -> LikeConsonants:
        # Few words need it, and so it waits for the first of them.
        return LikeConsonants(self._words.keys)


def _ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The best first, each word once."""
    found: dict[str, Candidate] = {}
    for one in candidates:
        seen = found.get(one.word)
        if seen is None or seen.log_probability < one.log_probability:
            found[one.word] = one
    return sorted(found.values(), key=lambda one: (-one.log_probability, one.word))
