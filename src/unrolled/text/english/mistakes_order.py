"""Words in the wrong order, small words left out, and words too many.

    order     he always goes → he goes always      where is it → where it is
    missing   it is cold → is cold                 I think that → I think
    extra     the the cat                          he goes → he is goes

Only small words are left out: nobody can guess a noun that is not there.
"""

from random import Random

from unrolled.text.english.english_words import CLOSED, MODALS, word_set
from unrolled.text.english.mistakes_draft import Draft, one_of
from unrolled.text.english.mistakes_small_words import drop

_ADVERBS = word_set(
    "always never often also only already usually really probably just still"
    " sometimes ever even both all very much well so not n't yet again too"
)
_AUXILIARIES = MODALS | word_set("is are was were am do does did have has had")
_SUBJECTS = word_set("i you he she it we they this that there")
_SMALL = MODALS | word_set(
    "is are was were am be been have has had do does did that and it i you he she"
    " we they them him us me my your his her their its who which there so than as if"
    " or more one some any very also 's 're 'm 've 'll"
)
_NEEDLESS = (
    *("that", "is", "are", "it", "they", "to", "of", "be", "the", "have", "more", "as"),
    *("for", "so", "he", "been", "and", "was", "very", "on", "what", "do"),
)
REPEATED = 0.35
"""Of the words too many, those that are written twice."""


def order(draft: Draft, draw: Random) -> bool:
    """Two neighbors change places: an adverb, a verb and its subject, or any two."""
    pairs = [
        n
        for n in range(len(draft) - 1)
        if draft.at(n).isalpha()
        and draft.at(n + 1).isalpha()
        and draft.at(n) != draft.at(n + 1)
        and not draft.touched[n]
        and not draft.touched[n + 1]
    ]
    likely = [n for n in pairs if _likely(draft.at(n), draft.at(n + 1))]
    if likely and draw.random() < 0.7:
        return _swap(draft, one_of(draw, likely))
    return bool(pairs) and _swap(draft, one_of(draw, pairs))


def _likely(one: str, other: str) -> bool:
    if one in _ADVERBS or other in _ADVERBS:
        return True
    return (one in _AUXILIARIES and other in _SUBJECTS) or (
        one in _SUBJECTS and other in _AUXILIARIES
    )


def _swap(draft: Draft, place: int) -> bool:
    """At the beginning the capital letter stays in its place."""
    one, other = draft.words[place], draft.words[place + 1]
    if place == 0 and one[:1].isupper():
        # Only of a small word one knows that it is no name.
        one = one if one == "I" or one.lower() not in CLOSED | _SMALL else one.lower()
        other = other[:1].upper() + other[1:]
    draft.touched[place + 1] = True
    draft.slots[place + 1] = [one]
    return draft.write(place, "order", other)


def missing(draft: Draft, draw: Random) -> bool:
    """A small word is left out."""
    found = [
        place
        for place in draft.places(_SMALL)
        if len(draft) > 1 and "'" not in draft.at(place + 1)
    ]
    return bool(found) and drop(draft, one_of(draw, found), "missing")


def extra(draft: Draft, draw: Random) -> bool:
    """A small word too many, or a word written twice."""
    free = [
        place
        for place, word in enumerate(draft.small)
        if word.isalpha() and not draft.touched[place]
    ]
    if not free:
        return False
    place = one_of(draw, free)
    word = draft.words[place]
    if draw.random() < REPEATED:
        again = word if word == "I" else word.lower()
        return draft.write(place, "extra: twice", word, again)
    return draft.write(place, "extra: word", word, one_of(draw, _NEEDLESS))
