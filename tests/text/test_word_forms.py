"""Forms of words and the names of changes, against words known by heart."""

import random

import pytest

from unrolled.text.english.english_words import CLOSED, GRADABLE, USUAL_VERBS
from unrolled.text.english.irregular_words import ADJECTIVES, BASE_OF, NOUNS, VERBS
from unrolled.text.english.word_forms import (
    NAMES,
    forms,
    plural,
    singular,
    transform,
    transformation,
    verb_base,
)


def test_an_irregular_verb_has_its_own_forms():
    found = forms("go")
    assert found["third"] == "goes"
    assert found["ing"] == "going"
    assert found["past"] == "went"
    assert found["participle"] == "gone"
    assert forms("went")["base"] == "go"


def test_every_form_of_a_verb_leads_to_every_other():
    for given in ("write", "writes", "wrote", "written", "writing"):
        found = forms(given)
        assert [found[n] for n in ("base", "third", "past", "participle", "ing")] == [
            "write",
            "writes",
            "wrote",
            "written",
            "writing",
        ]


def test_a_usual_verb_is_found_whatever_its_letters():
    assert verb_base("adding") == "add"
    assert verb_base("focuses") == "focus"
    assert verb_base("breathed") == "breathe"


def test_nouns_have_two_numbers():
    for one, many in [
        ("cat", "cats"),
        ("city", "cities"),
        ("child", "children"),
        ("policeman", "policemen"),
        ("human", "humans"),
        ("analysis", "analyses"),
        ("life", "lives"),
        ("sheep", "sheep"),
    ]:
        assert plural(one) == plural(many) == many
        assert singular(many) == singular(one) == one
    assert plural("advice") is plural("news") is None


def test_wrong_forms_lead_to_right_ones():
    assert transform("goed", "past") == "went"
    assert transform("choosed", "past") == "chose"
    assert transform("childs", "plural") == "children"
    assert transform("informations", "singular") == "information"
    assert transformation("goed", "went") == "past"
    assert transformation("mans", "men") == "plural"


def test_a_form_keeps_the_case_of_its_word():
    assert transform("Cats", "singular") == "Cat"
    assert transform("GO", "past") == "WENT"
    assert transform("A", "article") == "An"


@pytest.mark.parametrize(
    ("source", "target", "name"),
    [
        ("i", "I", "capital"),
        ("paris", "Paris", "capital"),
        ("The", "the", "lower"),
        ("usa", "USA", "upper"),
        ("a", "an", "article"),
        ("cat", "cats", "plural"),
        ("cats", "cat", "singular"),
        ("has", "have", "base"),
        ("have", "has", "third"),
        ("walk", "walks", "third"),
        ("walks", "walk", "base"),
        ("went", "gone", "participle"),
        ("was", "is", "third"),
        ("good", "better", "comparative"),
        ("easier", "easiest", "superlative"),
        ("easier", "easy", "plain"),
        ("quick", "quickly", "adverb"),
        ("easily", "easy", "adjective"),
        ("good", "well", "adverb"),
        ("well", "good", "adjective"),
        ("person", "people", "plural"),
        ("cat", "dog", None),
        ("cat", "cat", None),
        ("", "cat", None),
        ("the", "thes", None),
        ("is", "are", None),
    ],
)
def test_a_change_has_a_name(source: str, target: str, name: str | None):
    assert transformation(source, target) == name


def test_whatever_is_named_is_what_the_name_makes():
    words = sorted({*USUAL_VERBS, *VERBS, *NOUNS, *ADJECTIVES, *GRADABLE, *BASE_OF})
    some = random.Random(0).sample(words, 200)
    named = 0
    for source in some:
        for target in {*forms(source).values(), source.upper(), source.capitalize()}:
            name = transformation(source, target)
            assert (name is None) == (source == target), (source, target)
            if name is not None:
                assert transform(source, name) == target
                named += 1
    assert named > 1000


def test_known_words_decide_between_two_that_are_possible():
    assert verb_base("caned") == "cane"
    assert transform("routing", "base") == "rout"
    assert transform("routing", "base", {"route"}) == "route"
    assert transform("learn", "past", {"learnt"}) == "learnt"
    assert singular("sheaves", {"sheaf"}) == "sheaf"


def test_closed_words_and_strange_ones_have_no_forms():
    assert forms("the") == forms("") == forms("7") == forms("...") == forms("n't") == {}
    assert forms("a") == {"article": "an"}
    for word in CLOSED:
        assert set(forms(word)) <= {"article"}


def test_no_word_is_too_strange():
    draw = random.Random(1)
    for _ in range(500):
        word = "".join(
            chr(draw.choice([*range(32, 128), 0xDF, 0x130, 0x1F600]))
            for _ in range(draw.randrange(6))
        )
        for name in NAMES:
            made = transform(word, name)
            assert made is None or transformation(word, word) is None


def test_an_unknown_name_is_our_mistake():
    with pytest.raises(KeyError):
        transform("cat", "dative")
