"""Which kind of input the rows hold, and the way back from a model folder."""

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.readers import Cell
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._inputs import kind_of_input, learn_input, name_of, restore_input
from unrolled.tasks._series_input import SeriesInput
from unrolled.tasks._settings import ClassifySettings
from unrolled.tasks._sound_input import SoundInput
from unrolled.tasks._text_input import TextInput
from unrolled.tasks.classify import Classify
from unrolled.text.settings import TextSettings


def rows(*cells: Cell) -> list[Example]:
    return [Example(cell, None, f"a.csv, line {n}") for n, cell in enumerate(cells, 2)]


@pytest.mark.parametrize(
    ("told", "cell", "kind"),
    [
        ("auto", "1 2 3", "series"),
        ("auto", "one two", "text"),
        ("auto", "one/two.WAV", "sound"),
        ("auto", [0.1, 0.2], "series"),
        ("text", "1 2 3", "text"),
        ("series", "one two", "series"),
        ("sound", [0.1, 0.2], "sound"),
    ],
)
def test_what_is_read_is_as_told_or_else_as_it_looks(told, cell, kind):
    assert kind_of_input(rows(cell), ClassifySettings(reads=told)) == kind


SENTENCES = rows("He is great", "She is great too", "it IS")


def test_what_was_learned_comes_back():
    reads = TextInput.learn(SENTENCES, TextSettings(longest=3), [])
    files, tensors = reads.state()
    settings = make(Classify.sections, {"text.longest": 3})
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
        restore_input(reads, kept, {}, make(Classify.sections, {}))
    assert str(refusal.value) == (
        f"the model folder has no {missing}.\n"
        "  expected: every file that the training run wrote\n"
        "  to fix:   copy the folder again, whole\n"
        "  code:     broken-model"
    )


def test_each_kind_is_learned_named_and_brought_back():
    column = Classify.columns[0]
    noise = torch.randn(3000, generator=torch.Generator().manual_seed(0)) / 10
    wanted = {
        "text": (SENTENCES, TextInput),
        "series": (rows([1.0, 3.0], [2.0]), SeriesInput),
        "sound": (rows(noise.tolist(), noise[500:].tolist()), SoundInput),
    }
    for name, (examples, kind) in wanted.items():
        given = {"task.reads": name, "model.embedding": 5, "sound.bands": 7}
        reads, settings = learn_input(examples, make(Classify.sections, given), column)
        assert isinstance(reads, kind)
        assert name_of(reads) == name
        back = restore_input(name, *reads.state(), settings)
        assert torch.equal(back.encode(examples).values, reads.encode(examples).values)
        assert back.state()[0] == reads.state()[0]


def test_a_list_of_numbers_is_cut_into_moments_of_a_width():
    examples = rows([1.0, 2.0, 3.0, 4.0], [5.0, 6.0])
    settings = make(Classify.sections, {"task.width": 2})
    reads, settings = learn_input(examples, settings, Classify.columns[0])
    back = restore_input("series", *reads.state(), settings)
    assert back.encode(examples).values.tolist() == [[1, 2], [3, 4], [5, 6]]
