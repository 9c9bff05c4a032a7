"""What a trace can be asked: what if, where else, and what each step counts for."""

from typing import Any

import pytest
import torch

from tests.tasks.views import fitted
from unrolled.tasks._base import Example
from unrolled.tracing.trace import Trace

SMALL: dict[str, Any] = {"model.hidden": 5}
WORDS = SMALL | {"text.tokens": "word", "text.min_count": 1}
CASES: dict[str, tuple[dict[str, Any], Any]] = {
    "tag": (SMALL, "Chirag worked at Microsoft"),
    "language_model": (WORDS, "the cat sat"),
    "generate": (SMALL, "female: Anna"),
}


def trace_of(name: str, cell: Any = None) -> Trace:
    settings, usual = CASES[name]
    task, network = fitted(name, settings)
    given = usual if cell is None else cell
    return Trace(name, task, network, Example(given, None, "the input"))


@pytest.mark.parametrize("name", CASES)
def test_a_trace_holds_states_gradients_and_influences(name):
    trace = trace_of(name)
    found = trace.explained
    steps = len(found.axes["inputs"])
    assert found.arrays["stack.l0/h"].values.shape == (steps, 5)
    for way in ("gradient_x_input", "integrated_gradients", "leave_one_out"):
        one = found.arrays[f"influence/{way}"]
        assert (one.axes, one.unit, one.values.shape) == (("inputs",), "nats", (steps,))
    assert found.gradient["of"] == found.influence["of"]
    wanted = found.influence["completeness"]
    assert wanted["error"] <= 0.01 * abs(wanted["difference"]) + 1e-5


@pytest.mark.parametrize("name", ["tag", "language_model"])
@pytest.mark.parametrize("cell", ["", "zyx"])
def test_an_empty_and_an_unknown_input_have_a_trace(name, cell):
    found = trace_of(name, cell).explained
    assert len(found.chosen) == len(found.axes[found.told])


def test_one_word_changed_is_the_run_of_the_changed_text():
    trace = trace_of("tag")
    found = trace.what_if(change=("Microsoft", "India"))
    other = trace_of("tag", "Chirag worked at India")
    assert found.labels["inputs"][3] == ("Microsoft", "India")
    assert found.answers == (trace.record.answer, other.record.answer)
    far = (trace["stack.l0/h"] - other["stack.l0/h"]).norm(dim=1)
    assert found.layers["stack.l0"].distance == pytest.approx(far.tolist(), abs=1e-6)
    assert found.layers["stack.l0"].first == 3


def test_the_same_input_given_otherwise_stands_beside_it():
    trace = trace_of("generate")
    found = trace.beside("male: Anna")
    assert found.layers["stack.l0"].first == 0
    assert found.answers[1]["given"] == {"given": "male"}
    assert {line["name"] for line in found.scores} == {*"Ana", "<end>"}


def test_a_word_vector_has_neighbors_and_no_states():
    task, network = fitted("embed", {"task.dim": 8})
    found = Trace("embed", task, network, Example("cat", None, "")).explained
    assert not found.layers
    assert not found.influence
    assert found.unit == "cosine"
    assert found.parts[0]["kind"] == "neighbors"


def test_moments_of_other_texts_are_found_by_their_numbers():
    trace = trace_of("language_model")
    texts = ["the dog saw the cat", "a cat", "the dog"]
    [best] = trace.nearest(texts, layer="stack.l0", units=2, count=1)
    heights = [trace_of("language_model", t)["stack.l0/h"][:, 2].max() for t in texts]
    assert best.row == int(torch.stack(heights).argmax())
    assert best.place == f"input {best.row + 1}"
    assert best.activity == float(max(heights))


def test_spans_like_one_of_this_run_are_found_elsewhere():
    trace = trace_of("language_model")
    texts = ["a dog and the cat sat", "the cat sat on the mat"]
    units, found = trace.matching(texts, layer="stack.l0", steps=(0, 3), threshold=0.01)
    states = trace["stack.l0/h"][:3]
    expected = (states.abs() > 0.01).all(0) & (states.sign() == states[0].sign()).all(0)
    assert units == expected.nonzero()[:, 0].tolist()
    [same] = [one for one in found if (one.row, one.step) == (1, 0)]
    assert same.activity == 1.0
    assert same.words == ["<end>", "the", "cat"]
