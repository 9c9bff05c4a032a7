"""Texts to token ids: units, vocabularies, long texts, and what vectors begin with."""

import pytest
import torch

from unrolled.errors import UnreadableDataError
from unrolled.models.settings import ModelSettings
from unrolled.readers import Cell
from unrolled.tasks import _text_input
from unrolled.tasks._base import Column, Example
from unrolled.tasks._text_input import TextInput, unlabelled
from unrolled.text.settings import TextSettings


def rows(*cells: Cell) -> list[Example]:
    return [Example(cell, None, f"a.csv, line {n}") for n, cell in enumerate(cells, 2)]


SENTENCES = rows("He is great", "She is great too", "it IS")


def learn(examples: list[Example], *further: Cell, **settings) -> TextInput:
    return TextInput.learn(examples, TextSettings(**settings), rows(*further))


def test_a_text_becomes_the_numbers_of_its_words():
    reads = learn(SENTENCES)
    assert reads.tokenizer.name == "word"
    assert reads.vocabulary.tokens[:3] == ("<unk>", "is", "great")
    found = reads.encode(rows("great is she", "nobody", ""))
    assert found.lengths.tolist() == [3, 1, 0]
    ids = reads.vocabulary.ids(["great", "is", "she"])
    assert found.values.tolist() == [*ids, 0]
    assert reads.notes() == ["tokens: words, a vocabulary of 7"]
    assert reads.encode([]).values.shape == (0,)


@pytest.mark.parametrize(
    ("texts", "unit"),
    [
        (["Anna", "Bob", "Mary Ann"], "character"),
        (["Anna", "Bob Smith"], "word"),
        (["He is great", "fine"], "word"),
        (["", ""], "character"),
    ],
)
def test_short_texts_are_read_by_character(texts, unit):
    assert learn(rows(*texts)).tokenizer.name == unit


def test_the_unit_may_be_told():
    assert learn(SENTENCES, tokens="byte").tokenizer.name == "byte"
    assert learn(rows("Anna"), tokens="word").tokenizer.name == "word"


@pytest.mark.parametrize(
    ("longest", "kept"),
    [
        (1, "a"),
        (2, "a e"),
        (3, "a b e"),
        (4, "a b d e"),
        (5, "a b c d e"),
        (0, "a b c d e"),
    ],
)
def test_of_a_long_text_both_ends_are_read_if_so_told(longest, kept):
    reads = learn(rows("a b c d e", "a"), longest=longest, tokens="word")
    assert reads.tokens(rows("a b c d e", "a", "")) == [kept.split(), ["a"], []]
    assert set(reads.vocabulary.tokens[1:]) == set(kept.split())


def test_it_is_said_how_many_texts_are_longer():
    texts = rows("a b c", "a b", "a b c d")
    assert learn(texts, longest=2).notes() == [
        "tokens: words, a vocabulary of 5",
        "at most 2 tokens read: 2 texts are longer",
    ]


def test_of_plenty_of_text_rare_words_are_left_out(monkeypatch):
    texts = rows("a a a a a b b b b", "c")
    assert len(learn(texts, tokens="word").vocabulary) == 4
    monkeypatch.setattr(_text_input, "MANY_TOKENS", 10)
    assert learn(texts, tokens="word").vocabulary.tokens == ("<unk>", "a")
    assert len(learn(texts, tokens="word", min_count=1).vocabulary) == 4


def test_capitals_are_kept_if_so_told():
    assert "IS" in learn(SENTENCES, lowercase=False).vocabulary
    assert "IS" not in learn(SENTENCES).vocabulary


def test_rare_tokens_and_a_full_vocabulary_are_left_out_if_so_told():
    assert learn(SENTENCES, min_count=2).vocabulary.tokens == ("<unk>", "is", "great")
    assert learn(SENTENCES, vocabulary=2).vocabulary.tokens == ("<unk>", "is")


def test_of_texts_without_labels_words_that_occur_five_times_are_known_too():
    reads = learn(SENTENCES, "odd odd odd odd", "new new new new new", "odder")
    assert "new" in reads.vocabulary
    assert "great" in reads.vocabulary
    assert "odd" not in reads.vocabulary
    counts = dict(zip(reads.vocabulary.tokens, reads.vocabulary.counts, strict=True))
    assert (counts["is"], counts["new"]) == (4, 1), "labelled texts decide on the rest"


def test_the_tokens_of_many_lists_are_those_of_each():
    reads = learn(SENTENCES)
    lists = [rows("a b"), rows("c"), rows("d e f"), rows("a b")]
    for _ in range(2):
        for one in lists:
            assert reads.tokens(one) == [one[0].input.split()]


def test_ngrams_stand_beside_the_tokens_they_end_at():
    words = learn(SENTENCES)
    assert words.longest_ngram == 2
    single, double = words.ngrams_at_tokens(rows("he is", "", "is great he is"))
    assert single.lengths.tolist() == double.lengths.tolist() == [2, 0, 4]
    assert single.values[[0, 1]].tolist() == single.values[[4, 5]].tolist()
    assert double.values[1] == double.values[5]
    assert double.values[3] != double.values[5], "is at the start, and he is"
    assert len(learn(rows("Anna", "Bob")).ngrams_at_tokens(rows("Anna"))) == 4


def test_a_list_among_texts_is_refused_with_its_place():
    with pytest.raises(UnreadableDataError) as refusal:
        learn(rows("a b", ["a", "b"]))
    assert str(refusal.value) == (
        "a.csv, line 3: a list where a text should be.\n"
        "  expected: a text, as in the other rows\n"
        "  to fix:   correct that row, or set task.reads=series\n"
        "  code:     unreadable-data"
    )


def test_a_number_among_texts_is_read_as_it_is_written():
    reads = learn(rows("a 5", 5.0))
    assert reads.tokens(rows(5.0)) == [["5.0"]]


# -- what an embedding begins with ---------------------------------------------------


def begun(width: int, examples: list[Example] = SENTENCES, **settings) -> TextInput:
    reads = learn(examples)
    torch.manual_seed(0)
    assert reads.begin(examples, TextSettings(**settings), width) == width
    return reads


def test_an_embedding_begins_with_the_company_of_words():
    reads = begun(4)
    assert reads.start is not None
    assert reads.start.shape == (7, 4)
    layer = reads.layer(ModelSettings(embedding=4), 3)
    assert layer.table is not None
    assert torch.equal(layer.table, reads.start)
    assert layer.width == 7


def test_it_begins_by_chance_if_so_told_or_where_no_word_has_company():
    assert begun(4, start="random").start is None
    assert begun(0).start is None
    lonely = begun(4, rows("Anna", "Bob"))
    assert lonely.start is not None  # letters keep company
    reads = TextInput.learn(rows("Anna", "Bob"), TextSettings(tokens="word"), [])
    reads.begin(rows("Anna", "Bob"), TextSettings(), 4)
    assert reads.start is None
    table = reads.layer(ModelSettings(embedding=4), 0).table
    assert table is not None
    assert table.abs().min() > 0


def test_vectors_of_a_file_bring_their_own_width(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("great 1 2 3\nis 4 5 6\nother 7 8 9\n")
    reads = learn(SENTENCES)
    assert reads.begin(SENTENCES, TextSettings(vectors=str(path)), 128) == 3
    assert reads.start is not None
    great, is_ = reads.vocabulary.ids(["great", "is"])
    assert reads.start[great].tolist() == [1, 2, 3]
    assert reads.start[is_].tolist() == [4, 5, 6]
    assert reads.notes()[1] == "vectors: 2 of 6 tokens have one, 55.6 % of the text"


def test_further_texts_come_from_a_file_of_their_own(tmp_path):
    path = tmp_path / "more.tsv"
    path.write_text("id\ttext\n1\tone two\n2\tthree\n")
    column = Column("input", holds="texts", usual=("text",))
    found = unlabelled(str(path), column)
    assert [(e.input, e.target) for e in found] == [("one two", None), ("three", None)]
    assert unlabelled("", column) == []
