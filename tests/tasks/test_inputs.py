"""Which kind of input the rows hold, and the way back from a model folder."""

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.readers import Cell
from unrolled.tasks._base import Example
from unrolled.tasks._inputs import reads_series, restore_input
from unrolled.tasks._series_input import SeriesInput
from unrolled.tasks._settings import ClassifySettings
from unrolled.tasks._text_input import TextInput
from unrolled.text.settings import TextSettings


def rows(*cells: Cell) -> list[Example]:
    return [Example(cell, None, f"a.csv, line {n}") for n, cell in enumerate(cells, 2)]


@pytest.mark.parametrize(
    ("told", "cell", "series"),
    [
        ("auto", "1 2 3", True),
        ("auto", "one two", False),
        ("text", "1 2 3", False),
        ("series", "one two", True),
    ],
)
def test_what_is_read_is_as_told_or_else_as_it_looks(told, cell, series):
    assert reads_series(rows(cell), ClassifySettings(reads=told)) is series


SENTENCES = rows("He is great", "She is great too", "it IS")


def test_what_was_learned_comes_back():
    reads = TextInput.learn(SENTENCES, TextSettings(longest=3), [])
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
