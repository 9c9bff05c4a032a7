"""Misspellings made letter by letter, as people make them.

    swapped    friend → freind        vowel     separate → seperate
    dropped    different → diffrent   key       house → houae
    single     tomorrow → tomorow     sound     phone → fone       which → wich
    doubled    until → untill         ending    importance → importence
    put in     truly → truely

The kinds are as frequent as in lists of misspellings: one in six swaps two letters, one
in three leaves a letter out, and the first letter is nearly always right.

Reference: Yannakoudakis and Fawthrop 1983, "The rules of spelling errors".
"""

from collections.abc import Callable
from random import Random

from unrolled.text.english.mistakes_draft import one_of, weighted

_VOWEL_FOR = {
    "a": "eeeeoiu",
    "e": "aaaaaiiio",
    "i": "eeeeaayu",
    "o": "aaueei",
    "u": "oaie",
    "y": "iie",
}
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SOUNDS = (
    *(("ph", "f"), ("f", "ph"), ("ck", "k"), ("ck", "c"), ("c", "k"), ("k", "c")),
    *(("c", "s"), ("s", "c"), ("s", "z"), ("z", "s"), ("ss", "c"), ("sc", "s")),
    *(("g", "j"), ("j", "g"), ("tch", "ch"), ("ch", "tch"), ("ch", "sh"), ("sh", "ch")),
    *(("wh", "w"), ("w", "wh"), ("kn", "n"), ("wr", "r"), ("gh", ""), ("ght", "t")),
    *(("ght", "gth"), ("ie", "ei"), ("ei", "ie"), ("ee", "ea"), ("ea", "ee")),
    *(("ee", "ie"), ("ea", "e"), ("ou", "u"), ("ou", "o"), ("au", "o"), ("oo", "u")),
    *(("ai", "ei"), ("ay", "ey"), ("ey", "ay"), ("i", "y"), ("y", "i"), ("qu", "cu")),
    *(("x", "cs"), ("x", "cc"), ("cc", "x"), ("sh", "ti"), ("th", "t"), ("t", "th")),
    *(("v", "b"), ("b", "v"), ("l", "r"), ("r", "l"), ("d", "t"), ("t", "d")),
    *(("our", "er"), ("ought", "out"), ("augh", "af"), ("ough", "of"), ("mb", "m")),
    *(("psy", "sy"), ("rh", "r"), ("sch", "sk"), ("ch", "c"), ("ch", "k"), ("st", "s")),
)
_ENDINGS = (
    *(("ance", "ence"), ("ence", "ance"), ("ant", "ent"), ("ent", "ant")),
    *(("able", "ible"), ("ible", "able"), ("able", "eble"), ("tion", "sion")),
    *(
        ("sion", "tion"),
        ("tion", "cion"),
        ("ssion", "tion"),
        ("er", "or"),
        ("or", "er"),
    ),
    *(("ar", "er"), ("er", "ar"), ("ful", "full"), ("ally", "aly"), ("ally", "ly")),
    *(("lly", "ly"), ("ely", "ly"), ("ly", "ley"), ("ious", "ous"), ("ous", "us")),
    *(("eous", "ious"), ("ies", "ys"), ("ied", "yed"), ("ing", "eing"), ("cal", "cle")),
    *(("ary", "ery"), ("ery", "ary"), ("ory", "ary"), ("ture", "cher"), ("le", "el")),
    *(("al", "le"), ("el", "le"), ("re", "er"), ("age", "ege"), ("ate", "ite")),
    *(
        ("ity", "ety"),
        ("ement", "ment"),
        ("ness", "nes"),
        ("less", "les"),
        ("cy", "sy"),
    ),
    *(("ise", "ice"), ("ice", "ise"), ("ize", "ise"), ("e", ""), ("ght", "th")),
)


def _keys_beside() -> dict[str, str]:
    """The letters left and right of each on the keyboard."""
    return {
        key: row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
        for row in _KEYBOARD
        for place, key in enumerate(row)
    }


_KEYS = _keys_beside()


def slip(word: str, draw: Random) -> tuple[str, str]:
    """The name of a slip and the word with it, for a word in small letters.

    Where the kind that was drawn has no place in the word, the word itself is given.
    """
    kind = weighted(draw, _WEIGHTS)
    return kind, _KINDS[kind](word, draw)


def _inner(word: str, draw: Random) -> int:
    """A place in the word; the first letter is right nine times of ten."""
    first = 0 if draw.random() < 0.1 else 1
    return min(first + int(draw.random() * (len(word) - first)), len(word) - 1)


def _swapped(word: str, draw: Random) -> str:
    place = _inner(word[:-1], draw)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _dropped(word: str, draw: Random) -> str:
    place = _inner(word, draw)
    return word[:place] + word[place + 1 :]


def _single(word: str, draw: Random) -> str:
    twice = [n for n in range(1, len(word)) if word[n] == word[n - 1]]
    if not twice:
        return _dropped(word, draw)
    place = one_of(draw, twice)
    return word[:place] + word[place + 1 :]


def _doubled(word: str, draw: Random) -> str:
    usual = [n for n, letter in enumerate(word) if n and letter in "bcdfglmnprst"]
    place = one_of(draw, usual) if usual else _inner(word, draw)
    return word[: place + 1] + word[place:]


def _put_in(word: str, draw: Random) -> str:
    place = _inner(word, draw)
    letter = one_of(draw, "eeeaiourntsl")
    return word[:place] + letter + word[place:]


def _vowel(word: str, draw: Random) -> str:
    places = [n for n, letter in enumerate(word) if letter in _VOWEL_FOR and n]
    if not places:
        return word
    place = one_of(draw, places)
    return word[:place] + one_of(draw, _VOWEL_FOR[word[place]]) + word[place + 1 :]


def _key(word: str, draw: Random) -> str:
    place = _inner(word, draw)
    beside = _KEYS.get(word[place])
    return word[:place] + one_of(draw, beside) + word[place + 1 :] if beside else word


def _sound(word: str, draw: Random) -> str:
    found = [(one, other) for one, other in _SOUNDS if one in word]
    if not found:
        return word
    one, other = one_of(draw, found)
    return word.replace(one, other, 1)


def _ending(word: str, draw: Random) -> str:
    found = [(one, other) for one, other in _ENDINGS if word.endswith(one)]
    if not found or len(word) < 5:
        return word
    one, other = one_of(draw, found)
    return word[: -len(one)] + other


_WEIGHTS = {
    "swapped": 16.0,
    "dropped": 22.0,
    "single": 9.0,
    "doubled": 10.0,
    "put in": 7.0,
    "vowel": 17.0,
    "sound": 13.0,
    "ending": 9.0,
    "key": 4.0,
}
_KINDS: dict[str, Callable[[str, Random], str]] = {
    "swapped": _swapped,
    "dropped": _dropped,
    "single": _single,
    "doubled": _doubled,
    "put in": _put_in,
    "vowel": _vowel,
    "sound": _sound,
    "ending": _ending,
    "key": _key,
}
