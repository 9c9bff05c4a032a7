"""Of which kind an edit is: what was done, and to what.

    yesterdey → yesterday        R:SPELL          the → ∅              U:DET
    go → goes                    R:VERB:SVA       ∅ → ,                M:PUNCT
    informations → information   R:NOUN:NUM       is it → it is        R:WO

The names are those of ERRANT (Bryant, Felice and Briscoe 2017, "Automatic annotation
and evaluation of error types for grammatical error correction", ACL), as far as words
alone can tell: M(issing), U(nnecessary) or R(eplace), and a class. The rules are ours.
They know English; of another language most edits are SPELL, ORTH, PUNCT, WO or OTHER.
"""

from collections.abc import Container, Sequence

from unrolled.text.edits.edit_words import (
    AUXILIARIES,
    DETERMINERS,
    SUBJECTS,
    SUFFIXES,
    VERBS,
    bases,
    inflected,
    is_mark,
    unlikeness,
)
from unrolled.text.english.english_words import CLITICS, NUMBERS, PREPOSITIONS, PRONOUNS
from unrolled.text.english.word_forms import transformation

MEANINGS = {
    "SPELL": "spelling",
    "ORTH": "capital letter, hyphen or space",
    "PUNCT": "punctuation",
    "DET": "article or determiner",
    "PREP": "preposition",
    "PRON": "pronoun",
    "VERB:FORM": "form or tense of the verb",
    "VERB:SVA": "agreement of verb and subject",
    "NOUN:NUM": "number of the noun",
    "NOUN:POSS": "possessive",
    "MORPH": "form of the word",
    "WO": "word order",
    "CONTR": "contraction",
    "OTHER": "wording",
}
"""Each class, with a word or two for a person who reads the correction."""
OPERATIONS = {"M": "missing", "U": "unnecessary", "R": "to be replaced"}
MISSPELLED = 0.34  # the largest share of letters that a misspelling changes
MISSPELLED_UNKNOWN = 0.5  # the same for a word that the lexicon does not have

_SAID = {
    "n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'m": "am", "'d": "would",
    "'s": "is", "ca": "can", "wo": "will", "sha": "shall", "cannot": "can not",
}  # fmt: skip
_SISTERS = ("comparative", "superlative", "plain", "adverb", "adjective")
_POSSESSIVE = {"'s", "'", "s"}
_CONTRACT = {"he", "she", "it", "that", "there", "here", "what", "who", "let"}
"""With these, 's is short for is, has or us."""
_AGREE = ({"am", "is", "are"}, {"was", "were"}, {"have", "has"}, {"do", "does"})
_VERBAL = AUXILIARIES | {"to"}
_SPELLINGS = (
    {"", "e"}, {"er", "or"}, {"ance", "ence"}, {"ible", "able"}, {"ant", "ent"},
    {"ise", "ize"}, {"ency", "ancy"}, {"ful", "full"}, {"y", "ly"},
)  # fmt: skip
"""Endings that are taken for one another by those who know the word."""


def kind_of(
    old: Sequence[str],
    new: Sequence[str],
    *,
    before: str = "",
    lexicon: Container[str] | None = None,
) -> str:
    """The kind of the edit from the tokens `old` to the tokens `new`, as "R:SPELL".

    `before` is the token before them in the source: "a" before "cats" says that it is a
    noun. `lexicon` is as in `edits`.
    """
    operation = "R" if old and new else "U" if old else "M"
    found = (
        _of_writing(old, new)
        or _of_known_words(old, new)
        or _of_one_word(old, new, before.lower(), lexicon)
        or _of_a_phrase(old, new)
        or "OTHER"
    )
    return f"{operation}:{found}"


def _of_writing(old: Sequence[str], new: Sequence[str]) -> str:
    """What the letters tell: case, spaces, marks, order."""
    if all(map(is_mark, (*old, *new))):
        return "PUNCT"
    mine, theirs = _letters(old), _letters(new)
    if mine == theirs:
        if _letters(old, but="-") == _letters(new, but="-"):
            return "ORTH"
        if _letters(old, but="'") == _letters(new, but="'"):
            return _of_an_apostrophe({*_plain(old), *_plain(new)})
        return "PUNCT"
    if sorted(map(str.lower, old)) == sorted(map(str.lower, new)):
        return "WO"
    return ""


def _letters(tokens: Sequence[str], *, but: str = "") -> str:
    """The letters and digits in lower case; with `but`, all except that mark."""
    text = "".join(_plain(tokens))
    if but:
        return text.replace(but, "")
    return "".join(filter(str.isalnum, text))


def _of_an_apostrophe(words: set[str]) -> str:
    """A contraction (do n't, it 's) or a possessive (John 's)."""
    contracted = words & (CLITICS - _POSSESSIVE) or words & _CONTRACT
    return "CONTR" if contracted else "NOUN:POSS"


def _of_known_words(old: Sequence[str], new: Sequence[str]) -> str:
    """What a list of words tells."""
    mine, theirs = _plain(old), _plain(new)
    words = {*mine, *theirs}
    if words <= _POSSESSIVE:
        return "NOUN:POSS"
    full = [" ".join(map(_in_full, side)) for side in (mine, theirs)]
    if words <= CLITICS or full[0] == full[1]:
        return "CONTR"
    if len(mine) == len(theirs) == 1 and any(words <= agree for agree in _AGREE):
        return "VERB:SVA"
    lists = (
        ("DET", DETERMINERS),
        ("PREP", PREPOSITIONS),
        ("PRON", PRONOUNS),
        ("VERB:FORM", AUXILIARIES),
    )
    return next((name for name, listed in lists if words <= listed), "")


def _plain(tokens: Sequence[str]) -> list[str]:
    """In lower case, with straight apostrophes."""
    return [token.lower().replace("\u2019", "'") for token in tokens]


def _in_full(word: str) -> str:
    """A contraction in full: "do not" for "don't", "not" for "n't"."""
    if word.endswith("n't") and word != "n't":
        return f"{_in_full(word[:-3])} not"
    return _SAID.get(word, word)


def _of_one_word(
    old: Sequence[str], new: Sequence[str], before: str, lexicon: Container[str] | None
) -> str:
    """What two words, one for the other, tell."""
    if len(old) != 1 or len(new) != 1:
        return ""
    mine, theirs = old[0].lower(), new[0].lower()
    apart = unlikeness(mine, theirs)
    known = lexicon is None or any(base in lexicon for base in bases(mine))
    if not known and apart <= MISSPELLED_UNKNOWN:
        return "SPELL"
    form = inflected(mine, theirs)
    if form == "verb":
        return "VERB:FORM"
    if form:
        return "VERB:SVA" if _is_a_verb(mine, theirs, before) else "NOUN:NUM"
    if lexicon is None and apart <= MISSPELLED and len(mine) > 2:
        return "MORPH" if _derived(mine, theirs) else "SPELL"
    return "MORPH" if _derived(mine, theirs) else ""


def _is_a_verb(mine: str, theirs: str, before: str) -> bool:
    """Whether a word with or without an s is a verb here, and not a noun."""
    if before in SUBJECTS:
        return True
    if before in DETERMINERS or before in PREPOSITIONS or before in NUMBERS:
        return False
    return bool(bases(mine) & bases(theirs) & VERBS)


def _derived(mine: str, theirs: str) -> bool:
    """Whether one word is made of the other, or both of a stem of four letters."""
    if transformation(mine, theirs) in _SISTERS:
        return True
    shared = 0
    while shared < min(len(mine), len(theirs)) and mine[shared] == theirs[shared]:
        shared += 1
    endings = ({mine[size:], theirs[size:]} for size in range(4, shared + 1))
    return any(
        pair <= SUFFIXES | {""} and not any(pair <= same for same in _SPELLINGS)
        for pair in endings
    )


def _of_a_phrase(old: Sequence[str], new: Sequence[str]) -> str:
    """A verb with its auxiliaries: "want going" → "want to go"."""
    mine = [word for word in map(str.lower, old) if word not in _VERBAL]
    theirs = [word for word in map(str.lower, new) if word not in _VERBAL]
    if not mine and not theirs:
        return "VERB:FORM"
    if len(mine) == len(theirs) == 1 and len(old) + len(new) > 2:
        return "VERB:FORM" if mine == theirs or inflected(*mine, *theirs) else ""
    return ""
