"""Two runs side by side: where they part, and whether they meet again."""

from typing import Any

import pytest
import torch
from torch import Tensor

from tests.tasks.views import fitted
from unrolled.tasks._base import Example
from unrolled.tracing.comparison import compared
from unrolled.tracing.looking import look
from unrolled.tracing.record import Array, Record


def record(
    words: list[str], states: Tensor, scores: list[float], *, reverse: bool = False
) -> Record:
    """A record made by hand: one layer, two answers."""
    best = "yes" if scores[0] > scores[1] else "no"
    return Record(
        task="classify",
        model={},
        input=" ".join(words),
        axes={"inputs": words, "answer": ["rating"]},
        read="inputs",
        told="answer",
        names=["yes", "no"],
        unit="nats",
        chosen=[best],
        answer={"prediction": best},
        layers=[{"name": "stack.l0", "axis": "inputs", "reverse": reverse}],
        arrays={
            "stack.l0/h": Array(states, ("inputs", "units"), "", ""),
            "scores": Array(torch.tensor([scores]), ("answer", "names"), "nats", ""),
        },
    )


ONE = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [2.0, 0.0]])


def test_a_changed_word_parts_them_and_the_end_is_nearer():
    other = ONE + torch.tensor([[0.0, 0.0], [3.0, -4.0], [1.0, 0.0], [0.0, 0.3]])
    found = compared(
        record(["it", "is", "good", "."], ONE, [-0.1, -2.0]),
        record(["it", "is", "bad", "."], other, [-3.1, -0.5]),
    )
    assert found.labels["inputs"][2] == ("good", "bad")
    layer = found.layers["stack.l0"]
    assert layer.distance == pytest.approx([0.0, 5.0, 1.0, 0.3])
    assert (layer.first, layer.largest, layer.together) == (1, 1, 3)
    assert layer.left == pytest.approx(0.06)
    assert layer.units == [(1, 1.0, -3.0), (0, 1.0, 4.0)]
    assert [line["name"] for line in found.scores] == ["yes", "no"]
    assert found.scores[0]["difference"] == pytest.approx(-3.0)
    assert found.answers == ({"prediction": "yes"}, {"prediction": "no"})
    assert found.sentence == (
        'The states of stack.l0 part at "is" and are furthest apart at "is"; from "."'
        ' on they are together again. The answer changes from "yes" to "no". What'
        ' changes most is the log-probability of "yes" at "rating": from -0.1 to -3.1'
        " nats."
    )


def test_words_that_only_one_run_has_stand_beside_nothing():
    found = compared(
        record(["it", "is", "not", "good"], ONE, [-0.1, -2.0]),
        record(["it", "is", "good"], ONE[[0, 1, 3]], [-0.1, -2.0]),
    )
    assert found.aligned["inputs"] == [(0, 0), (1, 1), (2, None), (3, 2)]
    assert found.labels["inputs"][2] == ("not", "")
    assert found.layers["stack.l0"].distance == [0.0, 0.0, None, 0.0]
    assert found.layers["stack.l0"].first is None
    assert found.sentence.startswith(
        "The states of stack.l0 are the same at every step that both runs have. The"
        ' answer stays "yes".'
    )


def test_a_layer_that_reads_from_the_end_parts_there():
    other = ONE + torch.tensor([[0.5, 0.0], [1.0, 0.0], [4.0, 0.0], [0.0, 0.0]])
    words = ["it", "is", "good", "."]
    found = compared(
        record(words, ONE, [-0.1, -2.0], reverse=True),
        record(words, other, [-0.1, -2.0], reverse=True),
    ).layers["stack.l0"]
    assert (found.first, found.largest, found.together) == (2, 2, None)
    assert found.left == pytest.approx(0.125)


def test_runs_without_any_step_in_common():
    found = compared(
        record(["a"], ONE[:1], [-0.1, -2.0]), record([], ONE[:0], [-0.2, -2.0])
    )
    assert found.layers["stack.l0"].distance == [None]
    assert found.layers["stack.l0"].left == 0.0


def seen(task: Any, network: Any, text: str) -> Record:
    view = task.view(network, Example(text, None, ""))
    return look(network, view, task="", shown=text)


def test_two_runs_of_a_network_have_the_same_bits_until_they_part():
    task, network = fitted(
        "language_model",
        {"model.hidden": 6, "task.rows": "apart", "text.tokens": "word"},
    )
    one = seen(task, network, "the cat sat on the mat")
    other = seen(task, network, "the cat sat by the mat")
    found = compared(one, other)
    distance = found.layers["stack.l0"].distance
    assert distance[:4] == [0.0] * 4
    assert found.layers["stack.l0"].first == 4
    expected = (one.arrays["stack.l0/h"].values - other.arrays["stack.l0/h"].values)[4]
    assert distance[4] == pytest.approx(float(expected.norm()), rel=1e-6)
    assert {"the", "cat"} <= {line["name"] for line in found.scores}


def test_of_a_large_vocabulary_the_best_are_compared():
    words = [f"w{n}" for n in range(80)]
    rows = [(" ".join(words),)] * 2
    settings = {"model.hidden": 6, "task.rows": "apart", "text.tokens": "word"}
    task, network = fitted("language_model", settings | {"text.min_count": 1}, rows)
    one, other = seen(task, network, "w1 w2"), seen(task, network, "w1 w2")
    assert not one.names
    found = compared(one, other).scores
    assert all(line["difference"] == 0.0 for line in found)
    assert found[-1]["name"] == one.chosen[-1]
