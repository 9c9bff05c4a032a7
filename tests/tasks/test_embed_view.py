"""Word vectors looked into: neighbors, their cosines, and where they lie."""

import itertools
from typing import Any

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from tests.tasks.views import fitted
from unrolled.errors import UnreadableDataError
from unrolled.tasks._base import Example
from unrolled.tasks.embed import Embed


@pytest.fixture(scope="module")
def table() -> tuple[Embed, nn.Module]:
    return fitted("embed", {"task.dim": 8})


def view_of(table: tuple[Embed, nn.Module], line: str) -> Any:
    task, network = table
    return task.view(network, Example(line, None, "input 1"))


def test_the_cosines_are_those_of_the_answer(table):
    view = view_of(table, "cat")
    assert view.unit == "cosine"
    assert list(view.names) == view.answer["prediction"]
    expected = torch.tensor([view.answer["cosines"]])
    assert_close(view.run(), expected, rtol=0, atol=1e-4)
    assert view.chosen == [0]
    assert view.axes == {"inputs": ["cat"], "answer": ["nearest"]}
    assert not view.along


@pytest.mark.parametrize("line", ["cat", "dog - cat + sun", "cat : dog :: sun : ?"])
def test_the_map_holds_the_question_and_its_neighbors(table, line):
    view = view_of(table, line)
    [part] = view.parts
    assert list(part["map"]) == [line, *view.names]
    assert part["nearest"][0] == [view.names[0], view.answer["cosines"][0]]
    places = torch.tensor(list(part["map"].values()))
    assert_close(places.mean(0), torch.zeros(2), atol=1e-5, rtol=0)
    assert places[:, 0].square().sum() >= places[:, 1].square().sum()
    assert_close(
        (places[:, 0] * places[:, 1]).sum(), torch.tensor(0.0), atol=1e-5, rtol=0
    )


def test_three_words_lie_as_far_apart_on_the_map_as_in_truth():
    """Three points have a plane of their own, which a map to two numbers keeps."""
    task, network = fitted("embed", {"task.dim": 8, "task.answers": 2})
    [part] = task.view(network, Example("cat", None, "")).parts
    similar = task.similar(network)
    for one, other in itertools.combinations(part["map"], 2):
        a, b = (torch.tensor(part["map"][word]) for word in (one, other))
        x, y = (similar.directions[similar.row(word)] for word in (one, other))
        assert float((a - b).norm()) == pytest.approx(float((x - y).norm()), abs=1e-5)


def test_one_hot_and_dense_are_told_in_numbers(table):
    view = view_of(table, "cat")
    [part] = view.parts
    words = len(table[0].vocabulary) - 1
    assert part["one_hot"] == {"numbers": words, "not_zero": 1, "cosine": 0.0}
    assert part["dense"]["numbers"] == len(part["dense"]["vector"]) == 8
    best, cosine = part["nearest"][0]
    assert part["sentence"] == (
        f"One-hot, a word is a 1 and {words - 1} zeros, and the cosine of any two"
        ' words is 0. Dense, a word is 8 numbers, and "cat" has a cosine of'
        f' {cosine:.2f} with "{best}".'
    )


@pytest.mark.parametrize(
    ("line", "what"), [("zebra", '"zebra"'), ("", "an empty line")]
)
def test_a_word_without_a_vector_is_refused(table, line, what):
    with pytest.raises(UnreadableDataError) as refusal:
        view_of(table, line)
    assert str(refusal.value) == (
        f"input 1: no vector for {what}.\n"
        "  expected: words of the text that the vectors were learned from\n"
        "  to fix:   ask for another word\n"
        "  code:     unreadable-data"
    )
