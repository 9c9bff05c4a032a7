"""Tags: what is learned of two sentences, and what they make of the wrong one."""

from random import Random

import pytest

from tests.tasks.test_correct_align import LINES
from unrolled.tasks._correct.tags import (
    KINDS,
    Changed,
    Tag,
    apply,
    changed,
    tags_of,
)
from unrolled.text.english.mistakes import Mistakes
from unrolled.text.english.mistakes_settings import MistakesSettings


def knows(word: str) -> bool:
    return word not in ("yesturday", "becouse")


def said(wrong: str, right: str) -> list[tuple[int, str, str]]:
    tags = tags_of(wrong.split(), right.split(), knows)
    return [(n, *tag) for n, tag in enumerate(tags) if tag.kind != "keep"]


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [
        ("He go home", "He goes home", [(2, "third", "")]),
        ("he goes", "He goes", [(1, "capital", "")]),
        ("two cat", "two cats", [(2, "plural", "")]),
        ("a apple", "an apple", [(1, "article", "")]),
        ("in school", "at school", [(1, "replace", "at")]),
        ("I left yesturday", "I left yesterday", [(3, "spell", "yesterday")]),
        ("So we go", "So , we go", [(1, "insert", ",")]),
        ("dog barks", "The dog barks", [(0, "insert", "The")]),
        ("the the dog", "the dog", [(2, "delete", "")]),
        ("not am", "am not", [(1, "swap", "")]),
        ("some times", "sometimes", [(1, "merge", "")]),
        ("well known", "well-known", [(1, "hyphen", "")]),
        ("everyday", "every day", [(1, "split", "every day")]),
        ("I dont go", "I do n't go", [(2, "split", "do n't")]),
    ],
)
def test_each_mistake_has_its_tag(wrong, right, expected):
    assert said(wrong, right) == expected


def test_what_changes_a_word_goes_before_what_is_put_in_behind_it():
    assert said("She like dog", "She likes the dog") == [(2, "third", "")]


def test_a_right_sentence_keeps_every_word():
    assert tags_of(["a", "b"], ["a", "b"], knows) == [Tag(), Tag(), Tag()]


def once(words: list[str], right: list[str]) -> list[str]:
    tags = tags_of(words, right, knows)
    found: list[Changed] = []
    for place, tag in enumerate(tags):
        one = changed(words, place, tag)
        if one is not None and (not found or one.start >= found[-1].stop):
            found.append(one)
    return apply(words, found)


def test_true_tags_lead_to_the_right_sentence_in_a_few_rounds():
    settings = MistakesSettings(clean=0.0, per_word=0.2)
    errs = Mistakes(settings, {w for line in LINES for w in line.split()}, {}, {})
    for number in range(300):
        right = LINES[number % len(LINES)].split()
        words = errs.make(right, Random(number))
        for _ in range(6):
            words = once(words, right)
        assert words == right


@pytest.mark.parametrize(
    ("place", "tag"),
    [
        (0, Tag("delete")),
        (0, Tag("past")),
        (2, Tag("swap")),
        (2, Tag("merge")),
        (1, Tag("replace")),
        (1, Tag("insert")),
        (1, Tag("replace", "He")),
        (1, Tag("plural")),
    ],
)
def test_a_tag_that_cannot_be_done_changes_nothing(place, tag):
    assert changed(["He", "goes"], place, tag) is None


def test_words_that_change_places_leave_the_capital_where_it_was():
    assert changed(["Always", "he", "is"], 1, Tag("swap")) == Changed(
        0, 2, ("He", "always")
    )
    assert changed(["I", "am"], 1, Tag("swap")) == Changed(0, 2, ("am", "I"))


def test_every_kind_has_one_place():
    assert len(set(KINDS)) == len(KINDS)
    assert KINDS[0] == "keep"
