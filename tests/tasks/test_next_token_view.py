"""Language models and generators looked into: what comes next, with its gradient."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from tests.tasks.views import fitted
from unrolled.engine.watch import watching
from unrolled.errors import UnreadableDataError
from unrolled.tasks._base import Example
from unrolled.tasks.generate import Generate
from unrolled.tasks.language_model import LanguageModel

SMALL: dict[str, Any] = {"model.hidden": 6, "model.embedding": 4}
KINDS: list[dict[str, Any]] = [{}, {"model.softmax": "adaptive"}, {"model.tied": False}]


def reader(**settings: Any) -> tuple[LanguageModel, nn.Module]:
    apart = {"task.rows": "apart", "text.tokens": "word"}
    changed = {name.replace("__", "."): value for name, value in settings.items()}
    return fitted("language_model", SMALL | apart | changed)


def writer(*, given: bool = True) -> tuple[Generate, nn.Module]:
    return fitted("generate", SMALL, None if given else [("Anna",), ("Otto",)] * 4)


def at(text: str, *given: str) -> Example:
    return Example(text, None, "input 1", given)


# -- the run ---------------------------------------------------------------------------


@pytest.mark.parametrize("settings", KINDS)
def test_states_and_scores_are_those_of_the_runs_that_train_and_answer(settings):
    task, network = fitted(
        "language_model",
        SMALL | {"task.rows": "apart", "text.tokens": "word"} | settings,
    )
    view = task.view(network, at("the cat sat"))
    batch = task.encode_to_score([at("the cat sat")])
    with watching() as watch:
        task.loss(network, batch)
    with watching() as mine:
        scores = view.run()
    [one], [other] = mine.passages, watch.passages
    assert torch.equal(one.output.values, other.output.values)
    assert torch.equal(scores, network.log_probabilities(one.output.values))
    nats = network(batch.inputs, batch.targets).nats.values
    chosen = scores.gather(1, batch.targets.values[:, None])[:, 0]
    assert_close(-chosen, nats, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("settings", KINDS)
def test_the_gradient_is_that_of_the_loss(settings):
    task, network = fitted(
        "language_model",
        SMALL | {"task.rows": "apart", "text.tokens": "word"} | settings,
    )
    batch = task.encode_to_score([at("the cat sat")])
    wanted = batch.targets.values[:, None]
    nats = -task.view(network, at("the cat sat")).run().gather(1, wanted)
    nats.sum().backward()
    found = {name: weight.grad for name, weight in network.named_parameters()}
    network.zero_grad()
    network(batch.inputs, batch.targets).nats.values.sum().backward()
    for name, weight in network.named_parameters():
        assert_close(found[name], weight.grad, rtol=1e-4, atol=1e-5, msg=name)


# -- language models -------------------------------------------------------------------


def test_what_came_next_is_chosen_and_at_the_end_the_likeliest():
    task, network = reader()
    view = task.view(network, at("the cat sat"))
    assert view.axes == {"inputs": ["<start>", "the", "cat", "sat"]}
    assert [view.names[column] for column in view.chosen[:-1]] == ["the", "cat", "sat"]
    assert view.names[view.chosen[-1]] == view.answer["prediction"]
    chances = view.run()[-1].detach().exp()
    best = view.answer["probabilities"]
    assert float(chances[view.chosen[-1]]) == best[view.answer["prediction"]]


@pytest.mark.parametrize(("text", "steps"), [("", 1), ("dog", 2), ("a zebra sat", 4)])
def test_no_word_one_word_and_unknown_words(text, steps):
    task, network = reader()
    view = task.view(network, at(text))
    assert view.run().shape == (steps, len(task.symbols))
    assert len(view.axes["inputs"]) == len(view.chosen) == steps
    if "zebra" in text:
        assert view.axes["inputs"][2] == "zebra"
        assert view.names[view.chosen[1]] == "<unk>"


# -- generators ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "example",
    [
        at("female: Anna"),
        at("Anna", "female"),
        at("Anna", "FEMALE"),
        at("Anna", "given=female"),
    ],
)
def test_a_text_and_what_is_given_are_looked_at_together(example):
    task, network = writer()
    view = task.view(network, example)
    assert view.axes == {"inputs": ["<start>", "A", "n", "n", "a"]}
    assert [view.names[column] for column in view.chosen] == [*"Anna", "<end>"]
    row = [at("Anna", "female")]
    [found] = task.measure(network, task.encode_to_score(row))
    assert view.answer["log_probability"] == pytest.approx(-found["nats"], abs=1e-5)
    assert view.answer["prediction"] == "Anna"
    assert view.answer["given"] == {"given": "female"}
    with watching() as watch:
        task.loss(network, task.encode_to_score(row))
    with watching() as mine:
        view.run()
    assert torch.equal(mine.passages[0].output.values, watch.passages[0].output.values)


def test_what_is_given_changes_the_scores():
    task, network = writer()
    women, men = (task.view(network, at(f"{s}: Ina")) for s in ("female", "male"))
    assert not torch.equal(women.run(), men.run())


@pytest.mark.parametrize("text", ["female", "female:", "FEMALE : "])
def test_without_a_text_one_is_written_and_looked_at(text):
    task, network = writer()
    view = task.view(network, at(text))
    again = task.view(network, at("female"))
    assert view.answer == again.answer
    assert view.answer["given"] == {"given": "female"}
    written = view.answer["prediction"]
    assert [view.names[c] for c in view.chosen] == [*written, "<end>"]


def test_without_given_columns_a_colon_is_a_letter_like_others():
    task, network = writer(given=False)
    assert task.view(network, at("a: b")).answer["prediction"] == "a: b"
    assert "given" not in task.view(network, at("")).answer
    assert len(task.view(network, at("O")).axes["inputs"]) == 2


def test_what_is_given_has_to_be_known():
    task, network = writer()
    with pytest.raises(UnreadableDataError) as refusal:
        task.view(network, at("Mary"))
    assert str(refusal.value) == (
        'input 1: given: "Mary" is no given that the model knows.\n'
        "  expected: one of female, male, and after a colon the text to look at, if"
        " any\n"
        "  to fix:   write it before the text, as in VALUE: TEXT\n"
        "  code:     unreadable-data"
    )
    with pytest.raises(UnreadableDataError, match='"given" holds "neither"'):
        task.view(network, at("Mary", "neither"))
