"""A tagger looked into: the run that trains, and what it says of each tag."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from tests.tasks.views import fitted
from unrolled.engine.watch import watching
from unrolled.models.over_rows import total
from unrolled.tasks._base import Example
from unrolled.tasks.tag import Tag

WORDS = ["Chirag", "worked", "at", "Microsoft", "in", "India"]
TAGS = ["B-PER", "O", "O", "B-ORG", "O", "B-LOC"]


def tagger(head: str, **settings: Any) -> tuple[Tag, nn.Module]:
    return fitted("tag", {"model.head": head, "model.hidden": 6, **settings})


@pytest.mark.parametrize("head", ["crf", "softmax"])
def test_the_states_are_those_of_the_run_that_trains(head):
    task, network = tagger(head)
    example = Example(WORDS, TAGS, "")
    view = task.view(network, example)
    with watching() as watch:
        task.loss(network, task.encode_to_score([example]))
    with watching() as mine:
        view.run()
    assert len(mine.passages) == len(watch.passages) > 0
    for one, other in zip(mine.passages, watch.passages, strict=True):
        assert torch.equal(one.output.values, other.output.values)


def test_without_a_chain_scores_are_what_the_loss_is_made_of():
    task, network = tagger("softmax")
    example = Example(WORDS, TAGS, "")
    batch: Any = task.encode_to_score([example])
    scores = task.view(network, example).run()
    nats = batch.targets.with_values(-scores.gather(1, batch.targets.values[:, None]))
    assert torch.equal(total(nats)[:, 0], task.loss(network, batch))


def test_with_a_chain_they_are_the_logarithms_of_the_confidences():
    task, network = tagger("crf")
    view = task.view(network, Example(WORDS, None, ""))
    scores = view.run().exp()
    assert_close(scores.sum(1), torch.ones(len(WORDS)))
    sure = scores.gather(1, torch.tensor(view.chosen)[:, None])[:, 0]
    expected = torch.tensor(view.answer["confidence"])
    assert_close(sure.detach(), expected, rtol=0, atol=2e-6)


def test_the_gradient_of_a_confidence_goes_through_the_chain():
    task, network = tagger("crf")
    view = task.view(network, Example(WORDS, None, ""))
    view.run()[0, 0].backward()
    field: Any = network
    assert field.crf.transitions.grad.abs().sum() > 0


def test_words_tags_and_spans_are_named():
    task, network = tagger("crf")
    view = task.view(network, Example(WORDS, None, ""))
    assert view.axes == {"inputs": WORDS}
    assert list(view.names) == task.tags.names
    assert task.tags.decode(list(view.chosen)) == view.answer["prediction"]
    [part] = view.parts
    assert part["kind"] == "spans"
    assert part["tokens"] == WORDS
    told = [(one["label"], one["confidence"]) for one in part["spans"]]
    answered = view.answer["spans"]
    assert told == [(one["label"], one["confidence"]) for one in answered]


def test_a_plain_tag_is_a_span_of_its_word():
    rows = [(["a", "cat"], ["DET", "NOUN"]), (["it", "runs"], ["PRON", "VERB"])] * 3
    task, network = fitted("tag", {"model.hidden": 4}, rows)
    [part] = task.view(network, Example(["a", "cat"], None, "")).parts
    assert [(one["start"], one["stop"]) for one in part["spans"]] == [(0, 1), (1, 2)]


@pytest.mark.parametrize("head", ["crf", "softmax"])
@pytest.mark.parametrize("words", [[], ["Zyx"], ["Chirag", "qqq"]])
def test_no_word_one_word_and_unknown_words(head, words):
    task, network = tagger(head)
    view = task.view(network, Example(words, None, ""))
    assert view.run().shape == (len(words), len(view.names))
    assert len(view.chosen) == len(view.axes["inputs"]) == len(words)
