"""Tokens back to texts: what was cut is whole again, and words stand as written."""

import pytest

from unrolled.text.bytes import Bytes
from unrolled.text.characters import Characters
from unrolled.text.joined import joined
from unrolled.text.subwords import Subwords
from unrolled.text.words import Words

AS_WRITTEN = [
    "",
    "Hello",
    "I don't think so.",
    'He said: "Go away!" and left.',
    '"Hi," she said, "bye."',
    "``Quoted,'' he said.",
    "“Yes,” he said.",
    "We're here; they've gone.",
    "He can't've known.",
    "I'd say we'll go, I'm sure.",
    "O'Brien's well-made car",
    "it's John's",
    "Go get 'em",
    "It costs $5.50 (or €3, or £2).",
    "50% off!",
    "No. 5 of #12",
    "10:30, 9/10 and 3,000",
    "Wait... what?",
    "so…",
    "What?! No!!",
    "(see [2]).",
    "[1] and {2}",
    "U.S. troops",
    "A -- B - C",
    "A & B, x = y + 1",
    "C'est l'été, qu'il a dit.",
    "J'aime l'eau d'ici",
    "Aujourd'hui",
    "@name on #topic :)",
    "see http://a.b/c?d=1 now",
    "<unk> said <unk>",
    "Ein Satz, ohne alles.",
]


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_words_stand_as_they_were_written(text):
    tokens = Words(lowercase=False).tokens(text)
    assert joined(tokens, "word") == text


SPACED = [
    ("the dogs ' bones", "the dogs ' bones"),  # a quote, or whose bones?
    ("rock ' n ' roll", "rock ' n ' roll"),
    ("and / or", "and / or"),
    ('he said "', 'he said "'),  # a quotation that never ends
    ('" one " two "', '"one" two "'),
    ("he said : no", "he said: no"),
    ("$ 5 , ( a )", "$5, (a)"),
    ("DO N'T", "DON'T"),
    ("a . . . b", "a... b"),
    ("L' ONU", "L'ONU"),
    ("S' il", "S'il"),
    ("vowels' l", "vowels' l"),
]


@pytest.mark.parametrize(("spaced", "expected"), SPACED)
def test_what_stands_in_doubt_keeps_its_blank(spaced, expected):
    assert joined(spaced.split(" "), "word") == expected


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_words_that_were_joined_are_cut_as_before(text):
    """So a text that a model wrote is read by it as it was written."""
    words = Words(lowercase=False)
    tokens = words.tokens(text)
    assert words.tokens(joined(tokens, "word")) == tokens


HARD = [
    "",
    " ",
    "  two  blanks ",
    "né à Zürich",
    "日本語",
    "a\tb\nc",
    "👩‍👩‍👧",
    "<0x41>▁",
]


@pytest.mark.parametrize("text", [*HARD, *AS_WRITTEN])
@pytest.mark.parametrize("kind", [Characters, Bytes], ids=["character", "byte"])
def test_characters_and_bytes_come_back_as_they_were(text, kind):
    tokenizer = kind(lowercase=False)
    assert joined(tokenizer.tokens(text), tokenizer.name) == text


def test_half_a_letter_shows_as_no_letter():
    assert joined(["n", "<0xC3>", "x"], "byte") == "n�x"
    assert joined(["<0xC3>", "<0xA9>"], "byte") == "é"


def test_a_name_that_is_no_byte_stands_for_itself():
    assert joined(["<unk>", "<0x4>", "é"], "byte") == "<unk><0x4>é"


@pytest.mark.parametrize("text", [one for one in AS_WRITTEN if one])
def test_sub_words_come_back_as_they_were(text):
    tokenizer = Subwords.train(AS_WRITTEN, size=120, lowercase=False)
    assert joined(tokenizer.tokens(text), "subword") == text


def test_sub_words_keep_one_blank_between_words():
    assert joined(["▁un", "believ", "able", "!", "▁No"], "subword") == (
        "unbelievable! No"
    )
    assert joined([], "subword") == ""
