"""Words that were never seen, but are likely to exist, since their relatives do.

    seen     initial    initialize    normal    normalize    normalizes
    likely              initializes

Words with the same beginning, four letters or more, lend each other their endings. How
often both of two endings x and y were seen, behind beginnings with the same last two
letters, says how likely y is where x was seen:

    P(y | x) = beginnings with both / (beginnings with x + 3)

A new word has the highest probability that any of its relatives gives it. Of 100 such
words at the head of the list most exist, further down it is every third. One corrects
into them too, as nobody has a list of all words.

Reference: endings as in Gaussier 1999, "Unsupervised learning of derivational
morphology from inflectional lexicons".
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import final

BEGINNING = 4
"""Letters that two words must share."""
ENDING = 5
"""Letters of an ending, at most."""
ENDINGS = 200
"""The most frequent endings are looked at."""
CROWD = 30
"""Beginnings with more endings than this are no stems: "cont", "inte"."""
LEAST = 5
"""Beginnings on which a rule must rest."""
DOUBT = 3

Families = dict[str, list[str]]
"""The endings behind each beginning."""
Rules = dict[tuple[str, str], dict[str, float]]
"""By two letters before and one ending: other endings, with probabilities."""


@final
class LikelyForms:
    """What one would expect of words that share their beginnings with known ones."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words` are in small letters; those with other signs do not count."""
        self._words = {word for word in words if word.isalpha()}
        self._families = _families(self._words)
        self._rules = _rules(self._families)
        self._backwards: Rules = defaultdict(dict)
        for (before, one), others in self._rules.items():
            for other, p in others.items():
                self._backwards[before, other][one] = p

    def likeliest(self, most: int) -> list[tuple[str, float]]:
        """New words with the probability that they exist, the likeliest first."""
        found: dict[str, float] = {}
        for stem, endings in self._families.items():
            for ending in endings:
                for other, p in self._rules.get((stem[-2:], ending), {}).items():
                    word = stem + other
                    if p > found.get(word, 0.0) and word not in self._words:
                        found[word] = p
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:most]

    def probability(self, word: str) -> float:
        """That such a word exists, by its likeliest relative; 0 without relatives."""
        best = 0.0
        for stem, ending in _cuts(word):
            for other, p in self._backwards.get((stem[-2:], ending), {}).items():
                if p > best and stem + other in self._words:
                    best = p
        return best


def _families(words: set[str]) -> Families:
    frequent = Counter(ending for word in words for _, ending in _cuts(word))
    ranked = sorted(frequent, key=lambda ending: (-frequent[ending], ending))
    usual = set(ranked[:ENDINGS])
    families: Families = defaultdict(list)
    for word in sorted(words):
        for stem, ending in _cuts(word):
            if ending in usual:
                families[stem].append(ending)
    return families


def _cuts(word: str) -> list[tuple[str, str]]:
    shortest = max(BEGINNING, len(word) - ENDING)
    return [(word[:cut], word[cut:]) for cut in range(shortest, len(word) + 1)]


def _rules(families: Families) -> Rules:
    both: Counter[tuple[str, str, str]] = Counter()
    alone: Counter[tuple[str, str]] = Counter()
    for stem, endings in families.items():
        before = stem[-2:]
        alone.update((before, ending) for ending in endings)
        if 1 < len(endings) <= CROWD:
            # Endings that begin alike belong to a longer beginning.
            both.update(
                (before, one, other)
                for one in endings
                for other in endings
                if one[:1] != other[:1]
            )
    rules: Rules = defaultdict(dict)
    for (before, one, other), count in both.items():
        if count >= LEAST:
            rules[before, one][other] = count / (alone[before, one] + DOUBT)
    return rules
