"""Input cells to numbers: texts, series, which is which, and what is refused."""

import math

import pytest
import torch

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.settings import ModelSettings
from unrolled.readers import Cell
from unrolled.tasks._base import Column, Example
from unrolled.tasks._inputs import restore_input
from unrolled.tasks._series_input import SeriesInput, looks_like_series, series_of
from unrolled.tasks._text_input import TextInput, unlabelled
from unrolled.text.settings import TextSettings


def rows(*cells: Cell) -> list[Example]:
    return [Example(cell, None, f"a.csv, line {n}") for n, cell in enumerate(cells, 2)]


SENTENCES = rows("He is great", "She is great too", "it IS")


def learn(examples: list[Example], *further: Cell, **settings) -> TextInput:
    return TextInput.learn(examples, TextSettings(**settings), rows(*further))


# -- texts ---------------------------------------------------------------------------


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


def test_only_both_ends_of_a_text_are_read_if_so_told():
    reads = learn(rows("a b c d e", "f g", "h i j"), longest=3)
    tokens = reads.tokens(rows("a b c d e", "f g", "h i j"))
    assert tokens == [["a", "b", "e"], ["f", "g"], ["h", "i", "j"]]
    assert "c" not in reads.vocabulary
    assert reads.notes()[1] == "at most 3 tokens read: 1 texts are longer"
    assert learn(rows("a b c"), longest=1).tokens(rows("a b c")) == [["a"]]


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
    assert counts["is"] > counts["new"], "the labelled texts decide what is frequent"


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
    assert double.values[[0, 2]].tolist() == [0, 0]
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


# -- series --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1 2.5", [[1.0], [2.5]]),
        ("[1, 2]", [[1.0], [2.0]]),
        ([1.0, 2.0], [[1.0], [2.0]]),
        ([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]]),
        (7.0, [[7.0]]),
        ([], []),
    ],
)
def test_a_series_is_one_vector_for_each_moment(cell, expected):
    found = series_of(rows(cell)[0])
    assert found.dtype == torch.float32
    assert found.tolist() == expected


def test_series_are_standardized_by_all_moments_of_the_training_rows():
    reads = SeriesInput.learn(rows([[1.0, 5.0], [3.0, 5.0]], [], [[8.0, 5.0]]))
    assert reads.mean.tolist() == [4.0, 5.0]
    assert reads.scale.tolist() == pytest.approx([math.sqrt(26 / 3), 1.0])
    assert reads.notes() == ["series of 2 numbers at each moment, standardized"]
    layer = reads.layer(ModelSettings(), 0)
    found = layer(reads.encode(rows([[4.0, 6.0]]))).values
    assert found.tolist() == [[0.0, 1.0]]


def test_series_of_large_numbers_keep_their_deviation():
    reads = SeriesInput.learn(rows(*[[1e6 + k / 4] for k in range(4)]))
    assert reads.scale.item() == pytest.approx(math.sqrt(5) / 8)


def test_series_may_be_empty_and_there_may_be_none():
    reads = SeriesInput.learn(rows([[1.0, 2.0]], []))
    found = reads.encode(rows([], [[3.0, 4.0]], []))
    assert found.lengths.tolist() == [0, 1, 0]
    assert found.values.tolist() == [[3.0, 4.0]]
    assert reads.encode([]).values.shape == (0, 2)
    assert SeriesInput.learn(rows([], [])).encode(rows([])).values.shape == (0, 1)


@pytest.mark.parametrize("learning", [True, False])
def test_series_of_unequal_width_are_refused_with_their_place(learning):
    wide, narrow = [[1.0, 2.0, 3.0]], [1.0, 2.0]
    with pytest.raises(UnreadableDataError) as refusal:
        if learning:
            SeriesInput.learn(rows([], wide, narrow, [[1.0, 2.0]]))
        else:
            SeriesInput.learn(rows(wide)).encode(rows([], wide, narrow))
    assert str(refusal.value) == (
        "a.csv, line 4: a series of 1 numbers at each moment.\n"
        "  expected: 3, as in the training rows\n"
        "  to fix:   correct that row\n"
        "  code:     unreadable-data"
    )


def test_what_is_no_series_is_refused_with_its_place():
    with pytest.raises(UnreadableDataError) as refusal:
        SeriesInput.learn(rows("1 2", "1 x"))
    assert str(refusal.value) == (
        'a.csv, line 3 holds "x", which is no number.\n'
        "  expected: numbers such as 1.5 2 3.25 or [1.5, 2, 3.25], or a vector of one"
        " size for each moment: [[1, 2], [3, 4]]\n"
        "  to fix:   correct that cell, or leave its row out\n"
        "  code:     unreadable-data"
    )


def test_a_number_too_large_to_be_computed_with_is_refused():
    with pytest.raises(UnreadableDataError) as refusal:
        series_of(rows([1.0, 1e39])[0])
    assert str(refusal.value) == (
        "a.csv, line 2 holds a number beyond 3.4e38.\n"
        "  expected: numbers that fit in 32 bits\n"
        "  to fix:   write the column in larger units\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize(
    ("cells", "series"),
    [
        (["1 2 3", "4 5"], True),
        (["1,2,3", "4"], True),
        (["[1, 2]", "[]"], True),
        ([[1.0], [2.0, 3.0]], True),
        ([[[1.0, 2.0]]], True),
        ([[]], True),
        (["1", "2"], False),  # one number each: as well a name
        (["He is 5", "1 2"], False),
        (["1 2", "three"], False),
        (["", "1 2"], False),
        ([["he", "is"]], False),
        (["1 2 3"] * 20 + ["words"], True),  # only the first rows are looked at
    ],
)
def test_texts_and_series_are_told_apart(cells, series):
    assert looks_like_series(rows(*cells)) is series


# -- kept with a model ---------------------------------------------------------------


def test_what_was_learned_comes_back():
    reads = learn(SENTENCES, longest=3)
    files, tensors = reads.state()
    settings = TextSettings(longest=3)
    back = restore_input("text", files, tensors, settings)
    assert torch.equal(back.encode(SENTENCES).values, reads.encode(SENTENCES).values)
    assert back.state() == reads.state()
    series = SeriesInput.learn(rows([1.0, 3.0]))
    files, tensors = series.state()
    again = restore_input("series", files, tensors, settings)
    assert isinstance(again, SeriesInput)
    assert torch.equal(again.mean, series.mean)
    assert torch.equal(again.scale, series.scale)


@pytest.mark.parametrize(
    ("reads", "kept", "missing"),
    [
        ("text", {}, "tokenizer.json"),
        (
            "text",
            {"tokenizer.json": {"name": "word", "lowercase": True}},
            "vocabulary.json",
        ),
        ("series", {}, "input.mean"),
    ],
)
def test_a_model_that_lacks_a_part_is_refused_in_words(reads, kept, missing):
    with pytest.raises(BrokenModelError) as refusal:
        restore_input(reads, kept, {}, TextSettings())
    assert str(refusal.value) == (
        f"the model folder has no {missing}.\n"
        "  expected: every file that the training run wrote\n"
        "  to fix:   copy the folder again, whole\n"
        "  code:     broken-model"
    )
