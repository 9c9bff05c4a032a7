"""Mistakes in the forms of nouns, verbs and adjectives.

    number       many cats → many cat       children → childs      advice → advices
    agreement    he goes → he go            they are → they is
    verb         to go → to going           has taken → has took   went → goed
    comparison   bigger → more bigger

Without a parser, the word in front says what a word is: behind "to" or "can" stands a
base, behind "has" a participle, behind "many" a plural. Where the clean sentence would
be as right in the other form (the cat, the cats), a mistake is made less often, since
nobody could correct it.
"""

from collections.abc import Container
from random import Random
from typing import final

from unrolled.text.english import irregular_words as irregular
from unrolled.text.english.english_words import (
    CLOSED,
    GRADABLE,
    MODALS,
    NUMBERS,
    PREPOSITIONS,
    UNCOUNTABLE,
    USUAL_VERBS,
    word_set,
)
from unrolled.text.english.mistakes_draft import Draft, weighted
from unrolled.text.english.word_endings import with_ed, with_s
from unrolled.text.english.word_forms import in_case_of, transform, verb_base

_ONE = word_set("a an this that every each another one any")
_MANY = NUMBERS | word_set(
    "many several few these those all some both other various different most"
)
_NOUN_FOLLOWS = PREPOSITIONS | word_set("the my your his her its our their no")
_THIRD = word_set("he she it this that who which everyone everybody someone")
_NOT_THIRD = word_set("i you we they people these those who")
_ADVERBS = word_set("always never often also usually really sometimes still n't not")
_BE = word_set("is are was were am be been being 's 're 'm")
_HAVE = word_set("have has had 've having")
_DO = word_set("do does did")
_DISAGREE = {
    "is": "are",
    "are": "is",
    "was": "were",
    "were": "was",
    "am": "is",
    "has": "have",
    "have": "has",
    "does": "do",
    "do": "does",
}
_WRONG_FORMS: dict[str, dict[str, float]] = {
    "behind to": {"ing": 2, "past": 1.5, "third": 1},
    "behind modal": {"past": 2, "third": 1.5, "ing": 1, "to base": 1},
    "behind have": {"base": 2, "past": 2, "ing": 0.5},
    "behind be": {"base": 2, "ing": 1, "past": 1, "participle": 1},
    "behind preposition": {"base": 2, "to base": 1},
    "past": {"base": 1.5, "participle": 1, "ing": 0.7, "regular": 1.5},
    "past of they": {"third": 0.7, "participle": 1, "ing": 0.7, "regular": 1.5},
    "present": {"ing": 1, "participle": 0.3},
    "ing": {"base": 1, "to base": 0.5},
}
"""For what a verb is in its sentence, the forms in which it is written wrongly."""


@final
class WordForms:
    """Forms of words that the lexicon knows, each looked for once."""

    def __init__(self, lexicon: Container[str]) -> None:
        """`lexicon` holds words in small letters; an empty one knows every word."""
        self.lexicon = lexicon
        self._found: dict[tuple[str, str], str | None] = {}
        self._bases: dict[str, str] = {}

    def form(self, word: str, name: str) -> str | None:
        """That form of a word, if it has it and it is known; see word_forms.py."""
        key = word, name
        if key not in self._found:
            made = transform(word, name, self.lexicon)
            known = not self.lexicon or (made is not None and made in self.lexicon)
            self._found[key] = made if known and made != word else None
        return self._found[key]

    def verb(self, word: str) -> str:
        """The base of a verb; empty for a word that is no verb as far as one knows."""
        if word not in self._bases:
            self._bases[word] = self._base(word)
        return self._bases[word]

    def _base(self, word: str) -> str:
        if word in CLOSED or not word.isalpha() or word in _DISAGREE:
            return ""
        base = verb_base(word, self.lexicon)
        if base in irregular.VERBS or base in USUAL_VERBS or base == "be":
            return base
        inflected = base != word and word.endswith(("ed", "ing"))
        return base if inflected and (not self.lexicon or base in self.lexicon) else ""


@final
class Number:
    """A noun in the wrong number."""

    def __init__(self, forms: WordForms) -> None:
        self._forms = forms

    def __call__(self, draft: Draft, draw: Random) -> bool:
        """False where the sentence has no noun with two numbers."""
        found: dict[tuple[int, str], float] = {}
        for place, word in enumerate(draft.small):
            if not draft.touched[place] and len(word) > 2 and word not in CLOSED:
                self._add(found, draft, place)
        if draw.random() >= sum(found.values()):
            return False
        place, other = weighted(draw, found)
        return draft.write(place, "number", in_case_of(draft.words[place], other))

    def _add(
        self, found: dict[tuple[int, str], float], draft: Draft, place: int
    ) -> None:
        word, before = draft.small[place], draft.at(place - 1)
        if word in UNCOUNTABLE:
            found[place, with_s(word)] = 0.7
            return
        to_do = before == "to" and self._forms.verb(word)
        if to_do or word in GRADABLE or word.endswith(("ing", "ed", "ly")):
            return
        one = self._forms.form(word, "singular")
        other = one or self._forms.form(word, "plural")
        if other is None:
            return
        sure = before in (_MANY if one else _ONE)
        likely = before in _NOUN_FOLLOWS or (one and not self._forms.verb(word))
        if sure or likely:
            found[place, other] = 2.0 if sure else 0.4
        if one and word in irregular.SINGULAR_OF:
            found[place, with_s(one)] = 0.4


@final
class Agreement:
    """A verb that does not agree with its subject."""

    def __init__(self, forms: WordForms) -> None:
        self._forms = forms

    def __call__(self, draft: Draft, draw: Random) -> bool:
        """False where no verb shows its person."""
        found: dict[tuple[int, str], float] = {}
        for place in range(len(draft)):
            if not draft.touched[place]:
                other = self._other(draft, place)
                if other:
                    found[place, other] = 1.0
        if not found:
            return False
        place, other = weighted(draw, found)
        return draft.write(place, "agreement", in_case_of(draft.words[place], other))

    def _other(self, draft: Draft, place: int) -> str | None:
        word, before = draft.small[place], draft.at(_subject(draft, place))
        if word in _DISAGREE:
            free = before == "to" or before in MODALS or before in _DO
            return None if free and word in ("have", "do") else _DISAGREE[word]
        if not self._forms.verb(word):
            return None
        if word.endswith("s"):
            subject = before in _THIRD or (before.isalpha() and before not in CLOSED)
            return self._forms.form(word, "base") if subject else None
        is_base = self._forms.verb(word) == word and before in _NOT_THIRD
        return self._forms.form(word, "third") if is_base else None


@final
class VerbForm:
    """A verb in a form that its place in the sentence does not allow."""

    def __init__(self, forms: WordForms) -> None:
        self._forms = forms

    def __call__(self, draft: Draft, draw: Random) -> bool:
        """False where the sentence has no verb whose form is known."""
        found: dict[tuple[int, str], float] = {}
        for place, word in enumerate(draft.small):
            base = "" if draft.touched[place] else self._forms.verb(word)
            if base:
                for name, weight in _WRONG_FORMS.get(
                    self._use(draft, place), {}
                ).items():
                    found[place, name] = weight
        while found:
            place, name = weighted(draw, found)
            wrong = self._wrong(draft.small[place], name)
            if wrong:
                words = in_case_of(draft.words[place], wrong).split()
                return draft.write(place, "verb", *words)
            del found[place, name]
        return False

    def _use(self, draft: Draft, place: int) -> str:
        """What the verb is in its sentence, as far as the words in front tell."""
        word, before = draft.small[place], draft.at(_subject(draft, place))
        is_base = self._forms.verb(word) == word
        if before == "to" or before in MODALS or before in _DO:
            kind = "behind to" if before == "to" else "behind modal"
            return kind if is_base else ""
        if word.endswith("ing"):
            if before in PREPOSITIONS:
                return "behind preposition"
            return "behind be" if before in _BE else "ing"
        if before in _HAVE:
            return "behind have" if word != draft.small[place - 1] else ""
        if before in _BE:
            return "" if is_base else "behind be"
        if is_base or word.endswith("s"):
            return "present" if before in _THIRD | _NOT_THIRD else ""
        return "past of they" if before in _NOT_THIRD else "past"

    def _wrong(self, word: str, name: str) -> str | None:
        base = self._forms.verb(word)
        if name == "to base":
            return f"to {base}"
        if name == "regular":
            past = irregular.BASE_OF.get(word) == base and base not in ("be", "do")
            return with_ed(base) if past and with_ed(base) != word else None
        return self._forms.form(word, name)


def comparison(draft: Draft, draw: Random) -> bool:
    """A comparative with more, or a superlative with most, that needs none."""
    found: dict[tuple[int, str], float] = {}
    for place, word in enumerate(draft.small):
        if draft.touched[place] or not word.endswith(("er", "est", "rse", "rst")):
            continue
        plain = transform(word, "plain")
        if plain is not None and plain != word:
            more = "most" if word.endswith("st") else "more"
            found[place, f"{more} {word}"] = 1.0
            found[place, f"{more} {plain}"] = 1.0
            found[place, plain] = 0.5
    if not found:
        return False
    place, wrong = weighted(draw, found)
    words = in_case_of(draft.words[place], wrong).split()
    return draft.write(place, "comparison", *words)


def _subject(draft: Draft, place: int) -> int:
    """The place in front of a verb and of the adverbs before it: he always goes."""
    place -= 1
    while place > 0 and draft.at(place) in _ADVERBS:
        place -= 1
    return place
