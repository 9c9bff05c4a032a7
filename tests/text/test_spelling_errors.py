"""Spelling errors: probabilities worked out by hand."""

import json
import math

import pytest

from unrolled.errors import BrokenModelError
from unrolled.text.spelling.spelling_errors import NEVER, SpellingErrors
from unrolled.text.spelling.usual_errors import usual


@pytest.mark.parametrize(
    ("wrong", "right", "p"),
    [
        ("teh", "the", 0.01),  # swapped
        ("helo", "hello", 0.08),  # one of two equal letters is missing
        ("wrd", "word", 0.02),
        ("thhe", "the", 0.02),  # doubled
        ("thze", "the", 0.01 / 26),
        ("wird", "word", 0.003),  # a vowel for a vowel
        ("eord", "word", 0.2 * 0.003),  # beside it on the keyboard, but the first one
        ("zord", "word", 0.2 * 0.0003),
        ("hte", "the", 0.2 * 0.01),
        ("wrdd", "word", 0.02 * 0.02),  # two slips
    ],
)
def test_without_pairs_slips_are_as_likely_as_usual(wrong, right, p):
    found = SpellingErrors.learn([]).log_probability(wrong, right)
    assert found == pytest.approx(math.log(p))


def test_edits_that_were_seen_are_counted():
    """In three words that hold ei, it was written ie in two."""
    pairs = [("recieve", "receive"), ("decieve", "deceive"), ("vel", "veil")]
    errors = SpellingErrors.learn(pairs)
    # ei stands in 3 words, cei in 2; K = 20. The best of them counts.
    expected = max(2 / (3 + 20), 2 / (2 + 20))
    assert errors.log_probability("cieling", "ceiling") == pytest.approx(
        math.log(expected)
    )


def test_what_was_seen_makes_the_rest_less_likely():
    pairs = [("wrd", "word"), ("lrd", "lord")]
    errors = SpellingErrors.learn(pairs)
    # There are 2 o in the right words, both left out; K of K + 2 is for other slips.
    assert errors.log_probability("chse", "chose") == pytest.approx(math.log(2 / 22))
    assert errors.log_probability("chase", "chose") == pytest.approx(
        math.log(20 / 22 * 0.003)
    )


def test_letters_around_an_edit_matter():
    """F for ph is learned at the beginning of words, and not inside."""
    pairs = [("fisics", "physics"), ("fone", "phone"), ("foto", "photo")]
    errors = SpellingErrors.learn(pairs)
    assert errors.log_probability("frase", "phrase") > math.log(0.1)
    assert errors.log_probability("elefant", "elephant") > errors.log_probability(
        "elevant", "elephant"
    )


def test_the_hopeless_is_given_up_early():
    errors = SpellingErrors.learn([])
    full = errors.log_probability("wrdd", "word")
    assert errors.log_probability("wrdd", "word", least=full + 0.1) == NEVER
    assert errors.log_probability("wrdd", "word", least=full - 0.1) == full
    assert errors.log_probability("abcdefgh", "stuvwxyz") == NEVER


def test_it_comes_back_from_json():
    errors = SpellingErrors.learn([("recieve", "receive"), ("decieve", "deceive")])
    again = SpellingErrors.from_json(json.loads(json.dumps(errors.to_json())))
    for pair in [("cieling", "ceiling"), ("teh", "the"), ("wrd", "word")]:
        assert again.log_probability(*pair) == errors.log_probability(*pair)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (None, "they are no object"),
        ({"edits": [], "held": {}}, "edits or counts are missing"),
        ({"edits": {"a": {"b": "2"}}, "held": {"a": 1}}, "a count is no whole number"),
        ({"edits": {"a": {"b": 0}}, "held": {"a": 1}}, "a count is no whole number"),
        ({"edits": {"a": 3}, "held": {"a": 1}}, "a count is no whole number from 1"),
        ({"edits": {"a": {"b": 2}}, "held": {"b": 1}}, "an edit was not counted"),
    ],
)
def test_damage_is_told(found, why):
    with pytest.raises(BrokenModelError, match="the spelling errors") as told:
        SpellingErrors.from_json(found)
    assert why in told.value.found


def test_letters_that_are_no_letters_cost_what_others_do():
    assert usual("'", "", "n") == usual("e", "", "n")
