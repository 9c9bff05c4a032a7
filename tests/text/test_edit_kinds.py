"""The kinds of edits: one case for each rule."""

import pytest

from unrolled.text.edits.edit_kinds import MEANINGS, kind_of


def kind(old: str, new: str, **more) -> str:
    return kind_of(old.split(), new.split(), **more)


CASES = {
    "ORTH": [
        ("i", "I"),
        ("an other", "another"),
        ("well - known", "well-known"),
        ("wellknown", "well-known"),
    ],
    "PUNCT": [
        (",", "."),
        (", ,", ","),
        ("But ,", "but"),
        ("home", "home ,"),
        ("``", '"'),
    ],
    "WO": [("is it", "It is"), ("drive easily", "easily drive")],
    "CONTR": [
        ("n't", "not"),
        ("dont", "do n't"),
        ("i m", "I 'm"),
        ("its", "it 's"),
        ("ca n't", "can not"),
        ("doesn’t", "does not"),  # noqa: RUF001
        ("'re", "are"),
    ],
    "NOUN:POSS": [("todays", "today 's"), ("bachelors '", "bachelor 's"), ("s", "'s")],
    "DET": [("a", "the"), ("my", "your"), ("much", "many")],
    "PREP": [("in", "on"), ("in", "out of")],
    "PRON": [("he", "him"), ("who", "which"), ("me", "myself")],
    "VERB:SVA": [("is", "are"), ("has", "have"), ("go", "goes"), ("wants", "want")],
    "VERB:FORM": [
        ("is", "was"),
        ("go", "went"),
        ("going", "to go"),
        ("eat", "have been eating"),
        ("has been", "was"),
        ("stopped", "stopping"),
        ("can", "could"),
    ],
    "NOUN:NUM": [("cat", "cats"), ("informations", "information"), ("man", "men")],
    "SPELL": [
        ("recieve", "receive"),
        ("teh", "the"),
        ("prefere", "prefer"),
        ("docter", "doctor"),
        ("existance", "existence"),
        ("totaly", "totally"),
    ],
    "MORPH": [
        ("quick", "quickly"),
        ("success", "successful"),
        ("old", "older"),
        ("good", "better"),
        ("convenience", "convenient"),
    ],
    "OTHER": [("house", "tree"), ("in order", "so"), ("think", "not think about")],
}


@pytest.mark.parametrize(
    ("name", "old", "new"), [(name, *pair) for name in CASES for pair in CASES[name]]
)
def test_one_thing_for_another(name, old, new):
    assert kind(old, new) == f"R:{name}"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("the", "DET"),
        ("to", "PREP"),
        (",", "PUNCT"),
        ("it", "PRON"),
        ("is", "VERB:FORM"),
        ("to be", "VERB:FORM"),
        ("'s", "NOUN:POSS"),
        ("'re", "CONTR"),
        ("not", "OTHER"),
        ("house", "OTHER"),
    ],
)
def test_what_is_missing_or_unnecessary(word, name):
    assert kind("", word) == f"M:{name}"
    assert kind(word, "") == f"U:{name}"


def test_every_class_has_its_meaning_and_its_case():
    assert set(CASES) == set(MEANINGS)


def test_the_word_before_tells_a_noun_from_a_verb():
    assert kind("work", "works", before="He") == "R:VERB:SVA"
    assert kind("work", "works", before="the") == "R:NOUN:NUM"
    assert kind("cat", "cats", before="it") == "R:VERB:SVA"
    assert kind("show", "shows", before="two") == "R:NOUN:NUM"
    assert kind("show", "shows") == "R:VERB:SVA"


def test_a_lexicon_tells_a_misspelling_from_another_word():
    lexicon = {"than", "that", "form", "from", "information", "receive", "tree"}
    assert kind("that", "than") == "R:SPELL"
    assert kind("that", "than", lexicon=lexicon) == "R:OTHER"
    assert kind("from", "form", lexicon=lexicon) == "R:OTHER"
    assert kind("Recive", "receive", lexicon=lexicon) == "R:SPELL"
    assert kind("rcve", "receive", lexicon=lexicon) == "R:SPELL"
    assert kind("rcve", "receive") == "R:OTHER"
    assert kind("xyzzy", "tree", lexicon=lexicon) == "R:OTHER"
    # Made by the rules from a word that is there: a mistake of number, not of spelling.
    assert kind("informations", "information", lexicon=lexicon) == "R:NOUN:NUM"
