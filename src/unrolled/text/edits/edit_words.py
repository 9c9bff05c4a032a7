"""What an edit needs to know of English words: closed classes, inflection, likeness.

    DETERMINERS AUXILIARIES ...   words that can be listed, beside english_words.py
    inflected("go", "went")       "verb"     two forms of one verb
    inflected("cat", "cats")      "s"        noun or verb, only the sentence can tell
    unlikeness("teh", "the")      0 to 1     letters to change, of the longer word's

The forms are found by the rules of regular inflection and a list of irregular words.
There is no dictionary, so that a word may seem a form of what is no word; two words of
a text seldom seem forms of the same.
"""

from functools import lru_cache

from unrolled.text.bit_parallel import distance
from unrolled.text.english import irregular_words as irregular
from unrolled.text.english import word_endings as endings
from unrolled.text.english.english_words import (
    MODALS,
    PREPOSITIONS,
    PRONOUNS,
    USUAL_VERBS,
)


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


DETERMINERS = _listed(
    "a an the this that these those some any no every each either neither both all"
    " another such my your his her its our their whose much many few several"
)
AUXILIARIES = MODALS | _listed(
    "am is are was were be been being have has had having do does did 'm 're 've 'll 'd"
)
SUBJECTS = _listed(
    "i you he she it we they who which that there someone somebody everyone everybody"
    " anyone anybody nobody something everything nothing"
)
"""Behind these stands a verb, not a noun."""
SUFFIXES = _listed(
    "al ally ance ant ation ative ed ence ency ent er est ful fully ial ible able ibly"
    " ably ic ical ically ily ing ion ious ism ist ity ive ively ize ise less ly ment"
    " ness or ous ously s sion th tion ty y e"
)
"""Endings that make one word of another."""
VERBS = USUAL_VERBS | irregular.VERBS.keys()
"""Bases that are oftener verbs than nouns."""
_CLASSES = (DETERMINERS, PREPOSITIONS, PRONOUNS, AUXILIARIES)
_PRESENT = {"am": "be", "is": "be", "are": "be", "has": "have", "does": "do"}


def inflected(one: str, other: str) -> str:
    """How two words are forms of one: "verb", "s", or "" where they are not.

    "verb" are -ed, -ing and irregular forms; "s" is one form with an s and one without,
    which is the number of a noun or the person of a verb.
    """
    mine, theirs = _forms(one.lower()), _forms(other.lower())
    kinds = {
        frozenset((mine[base], theirs[base])) for base in mine.keys() & theirs.keys()
    }
    if not kinds or one.lower() == other.lower():
        return ""
    return "s" if any("verb" not in kind for kind in kinds) else "verb"


def bases(word: str) -> frozenset[str]:
    """What the word may be a form of, itself among it."""
    return frozenset(_forms(word.lower()))


@lru_cache(maxsize=100_000)
def _forms(word: str) -> dict[str, str]:
    """The bases that a word may have, and which form it would be of each."""
    found = dict.fromkeys(endings.without_s(word), "s")
    for base in (*endings.without_ed(word), *endings.without_ing(word)):
        found[base] = "verb"
    if word in irregular.BASE_OF:
        found[irregular.BASE_OF[word]] = "verb"
    if word in irregular.SINGULAR_OF:
        found[irregular.SINGULAR_OF[word]] = "s"
    if word in _PRESENT:
        found[_PRESENT[word]] = "s"
    return found | {word: ""}


def classes(word: str) -> frozenset[int]:
    """The numbers of the closed classes that hold the word, in lower case."""
    return frozenset(n for n, listed in enumerate(_CLASSES) if word in listed)


def is_mark(token: str) -> bool:
    """Whether it is punctuation: not a letter or digit in it."""
    return not any(map(str.isalnum, token))


def unlikeness(one: str, other: str) -> float:
    """Letters to put in, take out, exchange or swap, as a share of the longer word."""
    longest = max(len(one), len(other), 1)
    apart = distance(one, other)
    if apart == 2 and sorted(one) == sorted(other):
        apart = 1  # two letters changed places
    return apart / longest
