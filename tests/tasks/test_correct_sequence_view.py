"""What a run over one text to be written anew is: the answer, or the text as it was."""

from typing import Any

import pytest
import torch
from torch import Tensor

from tests.tasks.test_correct_sequence import learned  # noqa: F401 (a fixture)
from unrolled.engine.watch import watching
from unrolled.tasks._base import Example
from unrolled.tasks._seeing import View

WRONG = "She go to school ."


def view(learned: Any, text: str) -> View:  # noqa: F811
    task, network = learned
    return task.view(network, Example(text, None, "here"))


def chosen(shown: View, scores: Tensor) -> Tensor:
    return scores.detach().gather(1, torch.tensor(shown.chosen)[:, None])[:, 0]


def nats(learned: Any, text: str, answer: str) -> Tensor:  # noqa: F811
    """Of each token of the answer, as the task learns it."""
    task, network = learned
    batch = task.batch([Example(text, answer, "here")], targets=True)
    return network(task.sides(batch)).nats.values


def test_a_text_that_is_changed_is_seen_as_it_was_written(learned):  # noqa: F811
    task, network = learned
    shown = view(learned, WRONG)
    [answer] = task.answer(network, task.encode([Example(WRONG, None, "here")]))
    assert shown.answer == answer
    assert answer["edits"]
    words = answer["prediction"].split()
    assert shown.axes == {"inputs": WRONG.split(), "outputs": [*words, "<end>"]}
    expected = -nats(learned, WRONG, answer["prediction"])
    assert torch.equal(chosen(shown, shown.run()), expected)
    assert [part["kind"] for part in shown.parts] == ["beam", "changes", "copies"]
    [change] = shown.parts[1]["edits"]
    assert (change["start"], change["stop"], change["replacement"]) == (1, 2, "goes")


def test_a_text_that_is_left_alone_is_seen_as_its_own_answer(learned):  # noqa: F811
    task, _ = learned
    was = task.margin
    try:
        task.margin = 1e9
        shown = view(learned, WRONG)
    finally:
        task.margin = was
    assert shown.answer == {"prediction": WRONG, "edits": []}
    assert shown.axes["outputs"] == [*WRONG.split(), "<end>"]
    expected = -nats(learned, WRONG, WRONG)
    assert torch.equal(chosen(shown, shown.run()), expected)
    # What the search would have written stands in its tree.
    best = [node["token"] for node in shown.parts[0]["nodes"] if node["best"]]
    assert best == ["<start>", "She", "goes", "to", "school", ".", "<end>"]
    assert shown.parts[1]["edits"] == []


@pytest.mark.parametrize("text", ["", "zzz", "zzz qqq zzz"])
def test_texts_of_no_known_words(learned, text: str):  # noqa: F811
    shown = view(learned, text)
    answer = shown.answer["prediction"]
    assert shown.axes["inputs"] == text.split()
    assert shown.axes["outputs"] == [*answer.split(), "<end>"]
    expected = -nats(learned, text, answer)
    assert torch.equal(chosen(shown, shown.run()), expected)


def test_nothing_of_the_search_is_watched(learned):  # noqa: F811
    with watching() as watch:
        view(learned, WRONG)
    assert not watch.passages
