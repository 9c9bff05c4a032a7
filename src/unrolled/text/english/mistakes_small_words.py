"""Mistakes in small words: articles, prepositions, pronouns, and words for others.

    article       the sun → sun         life → the life         an apple → a apple
    preposition   on time → in time     listen to → listen      discuss → discuss about
    pronoun       he → him              their → there
    confusion     then → than           interested → interesting

A needless article or preposition comes where learners put one, behind certain words,
and not just anywhere.
"""

from collections.abc import Container, Mapping, Sequence
from random import Random
from typing import final

from unrolled.text.english import confusable_words as confusable
from unrolled.text.english.english_words import ARTICLES, CLOSED, word_set
from unrolled.text.english.irregular_words import BASE_OF
from unrolled.text.english.mistakes_draft import Draft, one_of, weighted
from unrolled.text.english.word_forms import in_case_of

_BEFORE_NOUNS = word_set(
    "in on at of for with from by about to into and or between like is are was were"
    " have has had need want love likes more most all as than"
)
_TAKES_NONE = {
    "discuss": "about",
    "discussed": "about",
    "mention": "about",
    "mentioned": "about",
    "enter": "to",
    "entered": "into",
    "reach": "to",
    "reached": "to",
    "marry": "with",
    "married": "with",
    "contact": "with",
    "answer": "to",
    "ask": "to",
    "asked": "to",
    "tell": "to",
    "told": "to",
    "call": "to",
    "called": "to",
    "visit": "to",
    "visited": "to",
    "attend": "to",
    "join": "to",
    "help": "to",
    "helps": "to",
    "lack": "of",
    "affect": "to",
    "face": "with",
    "phone": "to",
    "need": "to",
    "study": "about",
    "know": "about",
    "can": "to",
    "must": "to",
    "should": "to",
    "could": "to",
    "will": "to",
    "makes": "to",
    "make": "to",
    "let": "to",
    "go": "to",
    "went": "to",
    "come": "to",
    "came": "to",
}
_TAKES_NONE_BEFORE = {
    "home": "to",
    "there": "to",
    "here": "to",
    "abroad": "to",
    "downtown": "to",
    "every": "in",
    "last": "in",
    "next": "in",
    "yesterday": "in",
    "today": "in",
    "tomorrow": "in",
    "to": "for",
}


def article(draft: Draft, draw: Random) -> bool:
    """An article missing, needless or wrong."""
    way = weighted(draw, {"missing": 5.5, "extra": 4.0, "wrong": 1.5})
    if way == "extra":
        return _extra_article(draft, draw)
    found = draft.places(ARTICLES)
    if not found:
        return False
    place = one_of(draw, found)
    if way == "missing":
        return drop(draft, place, "article: missing")
    others = ("an", "the") if draft.at(place) == "a" else ("a",)
    other = one_of(draw, others)
    return draft.write(place, "article: wrong", in_case_of(draft.words[place], other))


def _extra_article(draft: Draft, draw: Random) -> bool:
    """In front of a word that has none, behind a preposition or an "and"."""
    found = [
        place
        for place, word in enumerate(draft.small)
        if draft.at(place - 1) in _BEFORE_NOUNS
        and word.isalpha()
        and word not in CLOSED
        and word not in BASE_OF
        and not word.endswith(("ing", "ed", "ly"))
        and not draft.touched[place]
    ]
    if not found:
        return False
    the = "the" if draw.random() < 0.75 else "a"
    return draft.put_before(one_of(draw, found), "article: extra", the)


def preposition(draft: Draft, draw: Random) -> bool:
    """A preposition missing, needless or wrong."""
    way = weighted(draw, {"wrong": 4.0, "missing": 2.5, "extra": 2.0})
    if way == "extra":
        return _extra_preposition(draft, draw)
    found = draft.places(confusable.PREPOSITIONS)
    if not found:
        return False
    place = one_of(draw, found)
    if way == "missing":
        return drop(draft, place, "preposition: missing")
    other = weighted(draw, confusable.PREPOSITIONS[draft.at(place)])
    return draft.write(
        place, "preposition: wrong", in_case_of(draft.words[place], other)
    )


def _extra_preposition(draft: Draft, draw: Random) -> bool:
    found = [(n + 1, _TAKES_NONE[draft.at(n)]) for n in draft.places(_TAKES_NONE)]
    found += [
        (n, _TAKES_NONE_BEFORE[draft.at(n)])
        for n in draft.places(_TAKES_NONE_BEFORE)
        if n
    ]
    found = [
        (place, word)
        for place, word in found
        if draft.at(place).isalpha()
        and word not in (draft.at(place - 1), draft.at(place))
        and not draft.touched[place]
    ]
    if not found:
        return False
    place, word = one_of(draw, found)
    return draft.put_before(place, "preposition: extra", word)


def pronoun(draft: Draft, draw: Random) -> bool:
    """A pronoun in another form, or another pronoun."""
    found = draft.places(confusable.PRONOUNS)
    if not found:
        return False
    place = one_of(draw, found)
    other = one_of(draw, confusable.PRONOUNS[draft.at(place)].split())
    word = draft.words[place]
    made = other if word == "I" else in_case_of(word, other)
    return draft.write(place, "pronoun", "I" if made == "i" else made)


def drop(draft: Draft, place: int, kind: str) -> bool:
    """Leaves a word out; if it was the first, the next one gets its capital letter."""
    following = place + 1
    if (
        place == 0
        and following < len(draft)
        and draft.words[0][:1].isupper()
        and not draft.touched[following]
    ):
        word = draft.words[following]
        draft.slots[following] = [word[:1].upper() + word[1:]]
    return draft.write(place, kind)


@final
class Confusion:
    """A word for one that sounds, means or looks alike."""

    def __init__(
        self, confusions: Mapping[str, Sequence[str]], lexicon: Container[str]
    ) -> None:
        """`confusions` say which words are written for a right one, beside our own."""
        self._others: dict[str, list[str]] = {}
        for word in {*confusable.SETS, *confusions}:
            own = [
                other
                for other in confusable.SETS.get(word, ())
                if not lexicon or other in lexicon or "'" in other
            ]
            given = [other for other in confusions.get(word, ()) if other != word]
            if own or given:
                self._others[word] = [*own, *given]

    def __call__(self, draft: Draft, draw: Random) -> bool:
        """False where no word of the sentence is ever taken for another."""
        found = draft.places(self._others)
        if not found:
            return False
        place = one_of(draw, found)
        other = one_of(draw, self._others[draft.at(place)])
        return draft.write(place, "confusion", in_case_of(draft.words[place], other))
