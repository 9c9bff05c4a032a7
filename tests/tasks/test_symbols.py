"""Texts to symbols and back, and what the vocabulary holds."""

import json

import pytest
import torch

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.tasks._base import Example
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._symbols import END, Symbols, ragged
from unrolled.text.vocabulary import UNKNOWN

UNITS = ("word", "character", "byte", "subword")
TEXTS = ["the cat sat, didn't it?", "the dog saw the cat", "né: the dog"]


def learned(texts: list[str], unit: str = "word", **given: object) -> Symbols:
    rows = [Example(text, None, f"row {n}") for n, text in enumerate(texts, 1)]
    return Symbols.learn(rows, SymbolSettings(**given), unit)


@pytest.mark.parametrize("unit", UNITS)
def test_a_text_comes_back_as_it_was(unit):
    symbols = learned(TEXTS, unit, min_count=1)
    assert symbols.unit == unit
    for text in TEXTS:
        assert symbols.text(symbols.ids(text)) == text
    rows = symbols.rows(TEXTS)
    assert len(rows) == 3
    assert [int(row[-1]) for row in rows.to_list()] == [symbols.end] * 3
    assert symbols.text(rows.values.tolist()) == "\n".join([*TEXTS, ""])
    assert symbols.unknown_share(rows) == 0
    assert len(symbols) == len(symbols.vocabulary)


@pytest.mark.parametrize("unit", UNITS)
def test_a_folder_brings_the_same_symbols_back(unit):
    symbols = learned(TEXTS, unit)
    back = Symbols.restore(json.loads(json.dumps(symbols.state())))
    assert back.vocabulary.tokens == symbols.vocabulary.tokens
    assert back.end == symbols.end != UNKNOWN
    for text in (*TEXTS, "a strange one"):
        assert back.ids(text) == symbols.ids(text)


def test_words_that_occur_once_are_not_known_and_letters_are():
    words = learned(TEXTS)
    assert words.vocabulary.tokens == ("<unk>", "the", END, "cat", "dog")
    assert words.unknown_share(words.rows(["the bird", ""])) == pytest.approx(1 / 4)
    assert words.unknown_share(words.rows([])) == 0
    assert "é" in learned(TEXTS, "character").vocabulary


@pytest.mark.parametrize(
    ("texts", "given", "known"),
    [
        (["a a a a b", "a a b"], {"min_count": 3}, {"a"}),  # 2 rows have 2 ends
        (["a a a a b b b b", "a c c c c"], {"vocabulary": 3}, {"a"}),
        (["a a b b", "b a"], {"vocabulary": 1}, set()),
        (["a b", "c d"], {"min_count": 100}, set()),
    ],
)
def test_the_end_is_always_known_and_nothing_else_that_should_not_be(
    texts, given, known
):
    symbols = learned(texts, **given)
    assert set(symbols.vocabulary.tokens) == {"<unk>", END} | known
    assert symbols.end != UNKNOWN
    assert symbols.ids("zebra") == [UNKNOWN]


def test_capitals_are_kept_unless_told_otherwise():
    assert learned(["A a", "A"], min_count=1).ids("A") != learned(
        ["A a", "A"], min_count=1
    ).ids("a")
    small = learned(["A a", "A"], lowercase=True, min_count=1)
    assert small.ids("A") == small.ids("a")


def test_rows_without_any_text_are_refused():
    with pytest.raises(UnreadableDataError) as told:
        learned(["", "  "])
    assert str(told.value) == (
        "2 rows without any text in them.\n"
        "  expected: texts to learn from\n"
        "  to fix:   name the column of the texts with --input\n"
        "  code:     unreadable-data"
    )


def test_a_vocabulary_without_an_end_is_broken():
    files = learned(TEXTS).state()
    tokens = ["<unk>", "the"]
    files["vocabulary.json"] = {"tokens": tokens, "counts": [0, 1]}
    with pytest.raises(BrokenModelError) as told:
        Symbols.restore(files)
    assert str(told.value) == (
        "the vocabulary of the model has no <end>.\n"
        "  expected: the symbol that ends a text\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )


def test_vectors_of_a_file_begin_the_table(tmp_path):
    file = tmp_path / "vectors.txt"
    file.write_text("2 2\nthe 1 2\ncat 3 4\n", encoding="utf-8")
    symbols = learned(TEXTS, vectors=str(file))
    the, cat = (symbols.ids(word)[0] for word in ("the", "cat"))
    assert symbols.start[the].tolist() == [1, 2]
    assert symbols.start[cat].tolist() == [3, 4]
    assert symbols.start.shape == (len(symbols), 2)
    assert any("vectors: 2 of 4 tokens have one" in note for note in symbols.notes())


def test_what_was_found_is_told():
    assert learned(TEXTS).notes() == ["tokens: words, a vocabulary of 5"]


def test_rows_of_ids():
    rows = ragged([[1, 2], [], [3]])
    assert rows.values.tolist() == [1, 2, 3]
    assert rows.lengths.tolist() == [2, 0, 1]
    assert rows.values.dtype == ragged([]).values.dtype == torch.int64
