"""The forms of an English word, and the change that turns one word into another.

    forms("go")                        = {"third": "goes", "past": "went", ...}
    transform("children", "singular")  = "child"
    transform("a", "article")          = "an"
    transformation("go", "went")       = "past"
    transformation("paris", "Paris")   = "capital"

A tagger that corrects text (Omelianchuk et al. 2020) learns the names in place of the
words: one tag `past` for every verb. So transformation() names a change only where
transform() makes it, and prefers the name that says most about the word.

There is no list of all English words in here. What a word comes from is told by its
letters and by the irregular words; `known`, where it is given, holds the words of a
text, and where two could be the plain one, that which is known is taken. A noun gets
forms of a verb as readily as a verb does: which of them are words is for `known` too.

Reference: Omelianchuk et al. 2020, "GECToR", section 3, appendix A (g-transformations).
"""

from collections.abc import Callable, Container

from unrolled.text.english import irregular_words as irregular
from unrolled.text.english import word_endings as endings
from unrolled.text.english.english_words import (
    CLOSED,
    GRADABLE,
    LOOKS_INFLECTED,
    UNCOUNTABLE,
    USUAL_VERBS,
)

NAMES = (
    "capital",
    "lower",
    "upper",
    "article",
    "plural",
    "singular",
    "third",
    "base",
    "past",
    "participle",
    "ing",
    "comparative",
    "superlative",
    "plain",
    "adverb",
    "adjective",
)
"""What transform() can make of a word."""
_VERB_NAMES = ("third", "base", "past", "participle", "ing")
_ARTICLES = {"a": "an", "an": "a"}
_CASES: dict[str, Callable[[str], str]] = {
    "capital": lambda word: word[:1].upper() + word[1:],
    "lower": str.lower,
    "upper": str.upper,
}
Words = Container[str]


def forms(word: str, known: Words = ()) -> dict[str, str]:
    """The forms of a word by their names, without the changes of case.

    A closed-class word ("the", "of") has none, nor what is no English letter.
    """
    made = {name: transform(word, name, known) for name in NAMES[3:]}
    return {name: form for name, form in made.items() if form is not None}


def transform(word: str, name: str, known: Words = ()) -> str | None:
    """That form of a word, in its case (Cats to Cat); None if it has no such form.

    A name that is not in NAMES raises KeyError.
    """
    if name in _CASES:
        return _CASES[name](word) or None
    make = _MAKERS[name]
    small = word.lower()
    if not (small.isascii() and small.isalpha()):
        return None
    if name != "article" and (small in CLOSED or len(small) < 2):
        return None
    made = make(small, known)
    return None if made is None else in_case_of(word, made)


def transformation(source: str, target: str, known: Words = ()) -> str | None:
    """The name of the change that turns one word into another; None if it has none."""
    if source == target or not source or not target:
        return None
    if source.lower() == target.lower():
        names = NAMES[:3]
    elif source[0].lower() != target[0].lower() and target.lower() not in _FAR_APART:
        return None
    else:
        names = _in_order(source.lower(), known)
    return next((n for n in names if transform(source, n, known) == target), None)


def verb_base(word: str, known: Words = ()) -> str:
    """The base of a verb in any of its forms, also a wrong one: went, goed to go."""
    if word in irregular.VERBS or word == "be":
        return word
    if word in irregular.BASE_OF:
        return irregular.BASE_OF[word]
    if word in LOOKS_INFLECTED:
        return word
    found = endings.without_ing(word) or endings.without_ed(word)
    found = found or endings.without_s(word)
    return _likeliest(found, (irregular.VERBS, USUAL_VERBS, known)) or word


def singular(word: str, known: Words = ()) -> str:
    """The singular of a noun in either number, also a wrong one: children, childs."""
    if word in irregular.NOUNS:
        return word
    if word in irregular.SINGULAR_OF:
        return irregular.SINGULAR_OF[word]
    if word.endswith("men") and word != "specimen" and len(word) > 4:
        return word[:-3] + "man"
    if word in LOOKS_INFLECTED:
        return word
    found = endings.without_s(word)
    if word.endswith("ves"):
        found += [one for one in (word[:-3] + "f", word[:-3] + "fe") if one in known]
    return _likeliest(found, (irregular.NOUNS, known)) or word


def plural(word: str, known: Words = ()) -> str | None:
    """The plural of a noun in either number; None where it has none (advice)."""
    one = singular(word, known)
    if one in irregular.NOUNS:
        return irregular.NOUNS[one][0][0]
    if one in UNCOUNTABLE:
        return None
    if one.endswith("man") and one not in ("human", "german", "roman", "shaman"):
        return one[:-3] + "men"
    return endings.with_s(one)


def _verb(word: str, name: str, known: Words) -> str | None:
    """One form of a verb, by its name; men and children have none."""
    base = verb_base(word, known)
    if base == "be":
        return irregular.BE[name]
    if word in irregular.SINGULAR_OF and not _is_usual_verb(base):
        return None
    if name == "base":
        return base
    if name == "ing":
        return endings.with_ing(base)
    if name == "third":
        return "has" if base == "have" else endings.with_s(base)
    if base not in irregular.VERBS:
        return endings.with_ed(base)
    spellings = irregular.VERBS[base][name == "participle"]
    return next((one for one in spellings if one in known), spellings[0])


def _plain(word: str, _known: Words) -> str | None:
    """The plain word of a comparative or superlative, or the word itself."""
    for plain_of in (irregular.COMPARATIVE_OF, irregular.SUPERLATIVE_OF):
        if word in plain_of:
            return plain_of[word]
    if word in irregular.ADJECTIVES or word in GRADABLE:
        return word
    found = endings.without_er(word) or endings.without_er(word, "est")
    return next((one for one in found if one in GRADABLE), None)


def _compared(word: str, known: Words, ending: str) -> str | None:
    plain = _plain(word, known)
    if plain in irregular.ADJECTIVES:
        return irregular.ADJECTIVES[plain][ending == "est"][0]
    return None if plain is None else endings.with_er(plain, ending)


def _adverb(word: str, _known: Words) -> str | None:
    if word == "good":
        return "well"
    return None if word.endswith("ly") else endings.with_ly(word)


def _adjective(word: str, known: Words) -> str | None:
    if word == "well":
        return "good"
    return _likeliest(endings.without_ly(word), (GRADABLE, known))


def _likeliest(found: list[str], groups: tuple[Words, ...]) -> str | None:
    """The first that is in the first group, else in the next one, else the first."""
    for group in groups:
        for one in found:
            if one in group:
                return one
    return found[0] if found else None


def in_case_of(word: str, made: str) -> str:
    """`made`, which is in small letters, with the capital letters of `word`."""
    if word.isupper() and len(word) > 1:
        return made.upper()
    return made[0].upper() + made[1:] if word[0].isupper() else made


def _in_order(word: str, known: Words) -> tuple[str, ...]:
    """Names to try: those of verbs come first for what is oftener a verb."""
    if _is_usual_verb(verb_base(word, known)):
        return (*_VERB_NAMES, *NAMES[3:])
    return NAMES[3:]


def _is_usual_verb(base: str) -> bool:
    return base in irregular.VERBS or base in USUAL_VERBS or base == "be"


def _verb_maker(name: str) -> Callable[[str, Words], str | None]:
    return lambda word, known: _verb(word, name, known)


_MAKERS: dict[str, Callable[[str, Words], str | None]] = {
    "article": lambda word, _known: _ARTICLES.get(word),
    "plural": plural,
    "singular": singular,
    "comparative": lambda word, known: _compared(word, known, "er"),
    "superlative": lambda word, known: _compared(word, known, "est"),
    "plain": _plain,
    "adverb": _adverb,
    "adjective": _adjective,
    **{name: _verb_maker(name) for name in _VERB_NAMES},
}
_FAR_APART = {
    *("go", "goes", "going", "gone", "went", "good", "better", "best", "well", "bad"),
    *("worse", "worst", "be", "been", "being", "is", "was", "people", "person"),
    *("little", "less", "least", "many", "much", "more", "most", "eat", "ate"),
}
"""Forms that begin with another letter than their word."""
