"""Edits in characters: the blanks of a corrected text, by hand and at random."""

import random

import pytest

from unrolled.text.edits.between import edits
from unrolled.text.edits.character_edits import CharacterEdit, character_edits
from unrolled.text.joined import joined
from unrolled.text.words import Words

WORDS = Words(lowercase=False)


def found_in(text: str, target: str) -> list[CharacterEdit]:
    tokens = WORDS.tokens(text)
    return character_edits(text, WORDS.spans(text), edits(tokens, WORDS.tokens(target)))


def corrected(text: str, target: str) -> str:
    """The text after its edits, which must be in order and without overlap."""
    written, reached = "", 0
    for edit in found_in(text, target):
        assert reached <= edit.start <= edit.stop <= len(text)
        written += text[reached : edit.start] + edit.replacement
        reached = edit.stop
    return written + text[reached:]


def test_an_edit_says_where_it_is():
    found = found_in("He go home.", "He goes home!")
    assert found == [
        (3, 5, "goes", "R:VERB:SVA"),
        (10, 11, "!", "R:PUNCT"),
    ]


AS_WRITTEN = [
    ("I don't know.", "I do not know."),
    ("I do not know.", "I don't know."),
    ("He went to the school.", "He went to school."),
    ("The school is big.", "School is big."),
    ("Here there was, no hope", "Here, there was no hope."),
    ("Is it good", "It is good."),
    ("Go (now", "Go now"),
    ("Go now)", "Go (now)"),
    ("Go, now", "Go now"),
    ("Go now", "Go, now"),
    ("school is big", "The school is big"),
    ("", "Hello there."),
    ("Hello there.", ""),
    ("It is not.", "It is."),
    ("John book", "John's book"),
    ("a a house", "the house"),
    ("So, so so, no", "no"),
    ("I can't", "I can"),
    ("I can", "I can't"),
]


@pytest.mark.parametrize(("text", "target"), AS_WRITTEN)
def test_the_corrected_text_stands_as_a_person_writes(text, target):
    assert corrected(text, target) == target


@pytest.mark.parametrize(
    ("text", "target", "wanted"),
    [
        ("He go  to\nschool .", "He goes to school.", "He goes  to\nschool ."),
        ("He left .", "He left!", "He left !"),
        ("end.start", "end. start now", "end.start now"),
    ],
)
def test_blanks_of_the_author_stay(text, target, wanted):
    assert corrected(text, target) == wanted


def test_a_full_stop_taken_out_leaves_two_words():
    text = "Come,go home"
    tokens = WORDS.tokens(text)
    found = character_edits(
        text, WORDS.spans(text), edits(tokens, ["Come", "go", "home"])
    )
    assert found == [(4, 5, " ", "U:PUNCT")]


def test_random_sentences_come_out_with_the_tokens_of_the_target():
    draw = random.Random(5)
    words = [
        "He",
        "don't",
        "do",
        "not",
        "see",
        "sees",
        ",",
        "the",
        "a",
        "(",
        ")",
        "no.",
    ]
    for _ in range(500):
        text, target = (
            joined(draw.choices(words, k=draw.randrange(9)), "word") for _ in range(2)
        )
        assert WORDS.tokens(corrected(text, target)) == WORDS.tokens(target)
