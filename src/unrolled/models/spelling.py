"""The noisy channel: which word was meant, and whether anything is wrong at all.

    written    recieve        candidates   log P(recieve | word) + w log P(word)
                 │
       near words in the      receive        −4.3                  −11.2
       lexicon, listed        receiver      −13.9                  −13.0
       mistakes, two words    relieve       −12.6                  −14.1

    P(wrong | recieve)  =           E Σ P(recieve | word) P(word)
                           ──────────────────────────────────────────────
                           E Σ P(recieve | word) P(word)  +  (1 − E) P(new)

with E the share of words that go wrong, and P(new) how likely the same letters are as a
word that was never seen: a name, a term. A word that is known is taken as right.

* Pairs (wrong, right) teach the channel; each is also remembered as it is.
* The lexicon is lent likely forms of its words, since nobody has a list of all words.
* Capital letters are kept as they were written. An apostrophe is read as it is drawn,
  ' or \u2019. A word with a hyphen may be corrected part by part, and one with 's
  without it.

References: Kernighan, Church and Gale 1990, "A spelling correction program based on a
noisy channel model"; Brill and Moore 2000, for the channel.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Self, final

from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.meant_words import Candidate, MeantWords
from unrolled.models.novel_words import NovelWords
from unrolled.text.letter_case import Case, case_of, written_like
from unrolled.text.spelling.lexicon import Lexicon
from unrolled.text.spelling.spelling_errors import SpellingErrors

MOST_WORDS = 100_000
WRONG = 0.01
"""E, the share of written words that are misspelled."""
RARER = 10
"""A listed mistake is a word of its own if it was seen more than once, and at least
this fraction as often as the word that it is for."""
CLITIC = re.compile(r"'(?:s|ll|d|ve|re)$", re.IGNORECASE)
HYPHEN = re.compile("(-)")
LONGEST = 100
CURLY = "\u2019"
REMEMBERED = 10_000
"""Words whose candidates are kept at hand: most words of a text come again."""

# How a word is written when it is misspelled, by how it usually is. The rows of names
# and abbreviations sum to less than 1: another name is likelier than a misspelled one.
WRITTEN = {
    Case.LOWER: {Case.LOWER: 0.98, Case.CAPITAL: 0.01, Case.UPPER: 0.009},
    Case.CAPITAL: {Case.LOWER: 0.1, Case.CAPITAL: 0.2, Case.UPPER: 0.01},
    Case.UPPER: {Case.LOWER: 0.1, Case.CAPITAL: 0.02, Case.UPPER: 0.05},
    Case.MIXED: {Case.LOWER: 0.1, Case.CAPITAL: 0.1, Case.MIXED: 0.2},
}
ODDLY = 0.001


class Judgement(NamedTuple):
    """What is thought of a written word."""

    candidates: tuple[Candidate, ...]
    """The best first; none for a word that is known."""
    wrong: float
    """The chance that it is a misspelling, from 0 to 1."""


@final
class Spelling:
    """Corrects words, one at a time and without their context."""

    def __init__(self, meant: MeantWords, novel: NovelWords) -> None:
        self.meant, self.novel = meant, novel
        self.lexicon = meant.lexicon
        self._candidates = lru_cache(maxsize=REMEMBERED)(meant.candidates)

    @classmethod
    def learn(cls, pairs: Sequence[tuple[str, str]], counts: Mapping[str, int]) -> Self:
        """From pairs (wrong, right) and the counts of words in clean text.

        Both may be empty. The words of `counts` are as they were written; the right
        sides of the pairs are words too. The most frequent MOST_WORDS are kept.
        """
        plain = [(_plain(wrong), _plain(right)) for wrong, right in pairs]
        rights = {word for _, right in plain for word in right.split()}
        lexicon = Lexicon.build(
            _without_mistakes(counts, plain), sorted(rights), most=MOST_WORDS
        )
        mistakes: dict[str, list[str]] = {}
        for wrong, right in plain:
            key = wrong.lower()
            if key and right and key not in lexicon:
                found = mistakes.setdefault(key, [])
                found += [] if right in found else [right]
        errors = SpellingErrors.learn(
            (wrong, right.lower())
            for wrong, rights in mistakes.items()
            for right in rights
        )
        return cls(MeantWords(lexicon, mistakes, errors), NovelWords.fit(lexicon))

    def knows(self, word: str) -> bool:
        """Whether the word is taken as right as it stands.

        So are single letters and everything with a digit, without a letter or of more
        than LONGEST letters; a word with hyphens, or with 's and its like, if its parts
        are known.
        """
        word = _plain(word)
        if word.lower() in self.meant.mistakes:
            return False
        if not 1 < len(word) <= LONGEST or not any(map(str.isalpha, word)):
            return True
        if self.lexicon.knows(word) or any(map(str.isdigit, word)):
            return True
        parts = _parts(word)
        return len(parts) > 1 and all(map(self.knows, parts[::2]))

    def candidates(self, word: str, count: int = 8) -> list[tuple[str, float]]:
        """What may have been meant by a word, the best first, in nats.

        Each with the log-probability of being meant and of being written in this way.
        None for a word that is known, and where nothing is near.
        """
        found = self.judge(word).candidates[:count]
        return [(one.word, one.log_probability) for one in found]

    def best(self, word: str) -> str:
        """The best candidate; the word itself where there is none."""
        found = self.judge(word).candidates
        return found[0].word if found else word

    def judge(self, word: str, *, opens: bool = False) -> Judgement:
        """Candidates, and the chance that the word is wrong at all.

        `opens` says that it opens a sentence, where a capital letter means nothing.
        """
        if self.knows(word):
            return Judgement((), 0.0)
        plain = _plain(word)
        judged = [self._judge_whole(plain, opens=opens)]
        judged += self._judge_part(plain, opens=opens)
        found, wrong = max(judged, key=_rank)
        drawn = (one._replace(word=_drawn(one.word, word)) for one in found)
        return Judgement(tuple(drawn), wrong)

    def _judge_whole(self, word: str, *, opens: bool) -> Judgement:
        found = self._candidates(word.lower())
        if not found:
            return Judgement((), 0.0)
        written = (one._replace(word=written_like(one.word, word)) for one in found)
        return Judgement(tuple(written), self._chance(word, found, opens=opens))

    def _judge_part(self, word: str, *, opens: bool) -> list[Judgement]:
        """The word as one that is wrong in one of its parts; none if it is not."""
        parts = _parts(word)
        wrong = [
            place for place in range(0, len(parts), 2) if not self.knows(parts[place])
        ]
        if len(parts) < 2 or len(wrong) != 1:
            return []
        place = wrong[0]
        before, behind = parts[:place], parts[place + 1 :]
        found, chance = self.judge(parts[place], opens=opens and not place)
        others = filter(None, (*before[::2], *behind[1::2]))
        prior = sum(self.meant.log_share(part.lower()) for part in others)
        whole = (
            one._replace(
                word="".join([*before, one.word, *behind]), prior=one.prior + prior
            )
            for one in found
            if not (behind and CLITIC.search(one.word))
        )
        return [Judgement(tuple(whole), chance)]

    def _chance(self, word: str, found: Sequence[Candidate], *, opens: bool) -> float:
        """The probability that the word is wrong, from what it may have been."""
        if word.lower() in self.meant.mistakes:
            return 1.0
        key, case = word.lower(), case_of(word)
        form = self.meant.form(key) + _log_written(Case.LOWER, case, opens=opens)
        new = [self.novel.log_probability(word, opens=opens), form]
        fine = math.log(1 - WRONG) + _log_sum(new)
        wrong = [
            math.log(WRONG)
            + one.channel
            + one.prior
            + _log_written(case_of(one.word), case, opens=opens)
            for one in found
        ]
        return 1 / (1 + math.exp(min(fine - _log_sum(wrong), 700.0)))

    def to_state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """Plain values, and tensors of n-grams, (n-grams,), for a model folder."""
        novel, tensors = self.novel.to_state()
        files = {
            "lexicon": self.lexicon.to_json(),
            "mistakes": dict(self.meant.mistakes),
            "errors": self.meant.errors.to_json(),
            "novel": novel,
        }
        return files, tensors

    @classmethod
    def from_state(cls, found: Any, tensors: Mapping[str, Tensor]) -> Self:
        """The way back, tensors (n-grams,). Raises BrokenModelError for what is odd."""
        if not isinstance(found, dict):
            raise _broken("it is no object")
        mistakes = found.get("mistakes")
        if not isinstance(mistakes, dict) or not all(
            isinstance(rights, list)
            and rights
            and all(isinstance(right, str) and right for right in rights)
            for rights in mistakes.values()
        ):
            raise _broken("the listed mistakes are not texts")
        meant = MeantWords(
            Lexicon.from_json(found.get("lexicon")),
            mistakes,
            SpellingErrors.from_json(found.get("errors")),
        )
        return cls(meant, NovelWords.from_state(found.get("novel"), tensors))


def _without_mistakes(
    counts: Mapping[str, int], pairs: Sequence[tuple[str, str]]
) -> dict[str, int]:
    """Counts of words, less those that are listed as mistakes and rare."""
    plain: Counter[str] = Counter()
    for word, count in counts.items():
        plain[_plain(word)] += count
    keys: Counter[str] = Counter()
    for word, count in plain.items():
        keys[word.lower()] += count
    dropped = {
        wrong.lower()
        for wrong, right in pairs
        if wrong.lower() != right.lower()
        if RARER * keys[wrong.lower()] <= RARER + keys[right.lower()]
    }
    return {word: n for word, n in plain.items() if word.lower() not in dropped}


def _parts(word: str) -> list[str]:
    """Parts, and the hyphens between them or the clitic behind: Smith | 's | ."""
    clitic = CLITIC.search(word)
    if clitic and clitic.start():
        return [*HYPHEN.split(word[: clitic.start()]), clitic[0], ""]
    return HYPHEN.split(word)


def _rank(judged: Judgement) -> float:
    found = judged.candidates
    return found[0].log_probability if found else -math.inf


def _log_written(usual: Case, case: Case, *, opens: bool) -> float:
    """The log-probability that a word that is usually so is written like this."""
    p = WRITTEN[usual].get(case, ODDLY)
    if opens and case is Case.CAPITAL:
        p += WRITTEN[usual].get(Case.LOWER, 0.0)
    return math.log(p)


def _log_sum(numbers: Sequence[float]) -> float:
    top = max(numbers)
    return top + math.log(sum(math.exp(number - top) for number in numbers))


def _plain(word: str) -> str:
    return word.replace(CURLY, "'")


def _drawn(word: str, model: str) -> str:
    """With the apostrophe that the model has."""
    return word.replace("'", CURLY) if CURLY in model else word


def _broken(what: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"the spelling corrector of the model is damaged: {what}.",
        expected="a lexicon, listed mistakes and what was counted of both",
        fix="copy the model folder again, or train again",
    )
