"""Mistakes in marks and capital letters.

comma     However , he left → However he left      he said that → he said , that
mark      the full stop forgotten, a question with a full stop, do n't → dont
capital   I → i      Paris → paris      The → the      winter → Winter
"""

from random import Random

from unrolled.text.english.english_words import CLOSED, word_set
from unrolled.text.english.mistakes_draft import Draft, Kind, one_of, weighted

_COMMA_BEFORE = word_set(
    "that because and when if which who than to as in for is but so where while"
)
_ENDS = frozenset(".!?")
_CLITICS = word_set("n't 's 're 'm 've 'll 'd")


def comma(draft: Draft, draw: Random) -> bool:
    """A comma missing or needless."""
    if draw.random() < 0.88:
        found = draft.places({","})
        return bool(found) and draft.write(one_of(draw, found), "comma: missing")
    found = [
        place
        for place in draft.places(_COMMA_BEFORE)
        if place > 1 and draft.at(place - 1).isalpha()
    ]
    if not found:
        return False
    return draft.put_before(one_of(draw, found), "comma: extra", ",")


def mark(draft: Draft, draw: Random) -> bool:
    """A mark at the end, or an apostrophe, missing or wrong."""
    ways: dict[Kind, float] = {_end: 1.0, _apostrophe: 2.0, _needless_apostrophe: 0.3}
    return weighted(draw, ways)(draft, draw)


def _end(draft: Draft, draw: Random) -> bool:
    """The last mark forgotten, or a full stop behind a question."""
    last = len(draft) - 1
    if last < 1 or draft.touched[last] or draft.small[last] not in _ENDS:
        return False
    if draft.small[last] == "?" and draw.random() < 0.4:
        return draft.write(last, "mark: end", ".")
    return draft.write(last, "mark: end")


def _apostrophe(draft: Draft, draw: Random) -> bool:
    """Don't without its apostrophe, in one word, or the 's left out."""
    found = [n for n in draft.places(_CLITICS) if n and not draft.touched[n - 1]]
    if not found:
        return False
    place = one_of(draw, found)
    bare = draft.words[place].replace("'", "")
    if draft.small[place] == "'s" and draw.random() < 0.3:
        bare = ""
    draft.touched[place - 1] = True
    draft.slots[place - 1] = [draft.words[place - 1] + bare]
    return draft.write(place, "mark: apostrophe")


def _needless_apostrophe(draft: Draft, draw: Random) -> bool:
    """A plural with an apostrophe: cat 's for cats."""
    found = [
        place
        for place, word in enumerate(draft.small)
        if len(word) > 3
        and word.isalpha()
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is"))
        and word not in CLOSED
        and not draft.touched[place]
    ]
    if not found:
        return False
    place = one_of(draw, found)
    return draft.write(place, "mark: apostrophe", draft.words[place][:-1], "'s")


def capital(draft: Draft, draw: Random) -> bool:
    """A capital letter missing or needless."""
    found: dict[int, float] = {}
    for place, word in enumerate(draft.words):
        if not draft.touched[place] and word[:1].isalpha():
            found[place] = _weight(word, place)
    if not any(found.values()):
        return False
    place = weighted(draw, found)
    word = draft.words[place]
    other = word.lower() if word != draft.small[place] else word[:1].upper() + word[1:]
    return draft.write(place, "capital", other)


def _weight(word: str, place: int) -> float:
    """How often its first letter goes wrong, beside the other words of a sentence."""
    if word == "I":
        return 3.0
    if word[0].isupper():
        return 2.0
    return 0.03 if place and len(word) > 3 and word not in CLOSED else 0.0
