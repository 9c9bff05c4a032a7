"""Each kind of mistake, against all that it may make of a sentence, listed by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from random import Random

import pytest

from unrolled.text.english.mistakes import Mistakes
from unrolled.text.english.mistakes_settings import MistakesSettings

KINDS = [
    one.name
    for one in fields(MistakesSettings)
    if one.name not in ("clean", "per_word", "listed")
]
NOTHING: Mapping[str, Sequence[str]] = {}


def _only(kind: str, listed: float = 0.5) -> MistakesSettings:
    """One mistake of one kind in each sentence."""
    others = {name: 0.0 for name in KINDS if name != kind}
    return MistakesSettings(clean=0.0, per_word=0.0, listed=listed, **others)


def _outcomes(
    sentence: str,
    kind: str,
    lexicon: str = "",
    misspellings: Mapping[str, Sequence[str]] = NOTHING,
    confusions: Mapping[str, Sequence[str]] = NOTHING,
    listed: float = 0.5,
) -> set[str]:
    """What becomes of a sentence, but for the sentence itself."""
    settings = _only(kind, listed)
    mistakes = Mistakes(settings, set(lexicon.split()), misspellings, confusions)
    tokens = sentence.split()
    made = {" ".join(mistakes.make(tokens, Random(seed))) for seed in range(400)}
    return made - {sentence}


def test_a_misspelling_is_taken_from_the_list():
    listed = {"their": ["thier", "ther"]}
    assert _outcomes("THEIR hat", "spelling", misspellings=listed, listed=1.0) >= {
        "THIER hat",
        "THER hat",
    }


def test_a_misspelling_is_one_or_two_slips_away_and_no_known_word():
    made = _outcomes("form", "spelling", lexicon="form from for fort")
    assert {"forrm", "fom", "frm", "farm"} <= made
    assert not made & {"from", "for", "fort"}


def test_words_too_short_or_strange_are_not_misspelled():
    assert _outcomes("I am 1984 !", "spelling") == set()


def test_words_are_run_together_and_cut():
    assert _outcomes("I like it a lot .", "joined") == {
        "Ilike it a lot .",
        "I likeit a lot .",
        "I like ita lot .",
        "I like it alot .",
    }
    assert "she left with out me ." in _outcomes("she left without me .", "joined")


def test_articles_are_dropped_put_in_and_exchanged():
    assert _outcomes("I saw the sun .", "article") == {"I saw sun .", "I saw a sun ."}
    assert _outcomes("An apple fell", "article") == {"Apple fell", "A apple fell"}
    assert _outcomes("he lives in peace", "article") == {
        "he lives in the peace",
        "he lives in a peace",
    }


def test_prepositions_are_dropped_put_in_and_exchanged():
    assert _outcomes("he ran into Bob", "preposition") == {
        "he ran Bob",
        "he ran in Bob",
        "he ran to Bob",
    }
    assert _outcomes("we discuss it", "preposition") == {"we discuss about it"}
    assert _outcomes("we saw home", "preposition") == {"we saw to home"}


def test_nouns_change_their_number():
    assert _outcomes("many cats ran", "number") == {"many cat ran"}
    assert _outcomes("a cat ran", "number") == {"a cats ran"}
    assert _outcomes("all Children ran", "number") == {
        "all Child ran",
        "all Childs ran",
    }
    assert _outcomes("he gave advice", "number") == {"he gave advices"}


def test_a_form_that_is_not_known_is_not_made():
    assert _outcomes("a cat ran", "number", lexicon="a cat ran") == set()
    assert _outcomes("a cat ran", "number", lexicon="a cat cats ran") == {"a cats ran"}
    assert _outcomes("he jumps", "agreement", lexicon="he jumps") == set()


def test_verbs_disagree_with_their_subject():
    assert _outcomes("he goes home", "agreement") == {"he go home"}
    assert _outcomes("they always go", "agreement") == {"they always goes"}
    assert _outcomes("They are here", "agreement") == {"They is here"}
    assert _outcomes("she has it", "agreement") == {"she have it"}
    assert _outcomes("to have it", "agreement") == set()


def test_verbs_take_wrong_forms():
    assert _outcomes("to take it", "verb") == {
        "to took it",
        "to takes it",
        "to taking it",
    }
    assert _outcomes("he has taken it", "verb") == {
        "he has take it",
        "he has took it",
        "he has taking it",
    }
    assert _outcomes("he can walk", "verb") == {
        "he can walked",
        "he can walks",
        "he can walking",
        "he can to walk",
    }
    assert _outcomes("it was taken", "verb") == {
        "it was take",
        "it was took",
        "it was taking",
    }
    assert _outcomes("she went away", "verb") == {
        "she go away",
        "she gone away",
        "she going away",
        "she goed away",
    }
    assert _outcomes("good for reading it", "verb") == {
        "good for read it",
        "good for to read it",
    }


def test_pronouns_change_their_form():
    assert _outcomes("He left", "pronoun") == {"Him left", "She left"}
    assert _outcomes("there it lay", "pronoun") >= {"their it lay", "they it lay"}
    assert _outcomes("give me it", "pronoun") >= {"give I it", "give my it"}


def test_comparatives_are_doubled():
    assert _outcomes("it is bigger", "comparison") == {
        "it is more bigger",
        "it is more big",
        "it is big",
    }
    assert _outcomes("the best of all", "comparison") == {
        "the most best of all",
        "the most good of all",
        "the good of all",
    }


def test_commas_are_dropped_and_put_in():
    assert _outcomes("However , he left .", "comma") == {"However he left ."}
    assert _outcomes("he said that .", "comma") == {"he said , that ."}


def test_marks_are_dropped_and_exchanged():
    assert _outcomes("is it ?", "mark") == {"is it", "is it ."}
    assert _outcomes("I do n't", "mark") == {"I dont"}
    assert _outcomes("It 's he", "mark") == {"Its he", "It he"}
    assert _outcomes("two cats ran", "mark") == {"two cat 's ran"}


def test_capital_letters_are_lost():
    assert _outcomes("Bob and I ran", "capital") == {
        "bob and I ran",
        "Bob and i ran",
    }
    assert _outcomes("in winter", "capital") == {"in Winter"}


def test_words_change_places():
    assert _outcomes("Where is it ?", "order") == {"Where it is ?", "Is where it ?"}
    assert _outcomes("I always eat", "order") == {"Always I eat", "I eat always"}


def test_small_words_are_left_out():
    assert _outcomes("It is cold", "missing") == {"Is cold", "It cold"}
    assert _outcomes("it 's cold", "missing") == {"it cold"}


def test_small_words_are_too_many():
    made = _outcomes("cats", "extra")
    assert {"cats cats", "cats that", "cats is"} <= made
    assert all(one.startswith("cats ") for one in made)


def test_words_are_taken_for_others():
    assert _outcomes("Then he sat", "confusion") == {
        "Than he sat",
        "Thin he sat",
        "When he sat",
    }
    assert _outcomes("an affect", "confusion") == {"an effect"}
    given = {"prefect": ["perfect"]}
    assert _outcomes("a prefect", "confusion", confusions=given) == {"a perfect"}
    known = "affect"
    assert _outcomes("an affect", "confusion", lexicon=known) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_its_name(kind: str):
    mistakes = Mistakes(_only(kind), (), {}, {})
    sentence = "He goes to the bigger house , and it 's good for their cats ."
    tokens = sentence.split()
    made = mistakes.explained(tokens, Random(3))
    for seed in range(4, 20):
        made = made if made.slips else mistakes.explained(tokens, Random(seed))
    assert made.tokens != tokens
    (slip,) = made.slips
    assert slip.kind.partition(":")[0] == kind
    assert 0 <= slip.place < len(tokens)
