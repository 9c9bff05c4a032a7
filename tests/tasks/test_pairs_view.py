"""What a run over one source is: as the task's own path has it, of every kind."""

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from unrolled.engine.watch import watching
from unrolled.models.encoder_decoder_base import Sides
from unrolled.models.encoder_decoder_steps import EncoderDecoderSteps
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._pairs.view import last_word
from unrolled.tasks._seeing import NATS, View
from unrolled.tasks.summarize import Summarize
from unrolled.tasks.translate import Translate

ROWS = [
    Example("a red cat here", "un chat rouge", "row 1"),
    Example("a red dog there", "un chien rouge", "row 2"),
    Example("a black cat", "un chat noir", "row 3"),
] * 2
SMALL: dict[str, Any] = {
    "model.hidden": 6,
    "model.embedding": 5,
    "model.layers": 2,
    "model.dropout": 0.3,
    "model.input_dropout": 0.2,
    "model.word_dropout": 0.2,
    "source.tokens": "word",
    "target.tokens": "word",
    "target.min_count": 1,
    "source.min_count": 1,
    "task.beam": 3,
}
KINDS: dict[str, dict[str, Any]] = {
    **{
        f"{cell}, {attention}": {"model.cell": cell, "model.attention": attention}
        for cell in ("elman", "lstm", "gru")
        for attention in ("none", "additive", "multiplicative")
    },
    "one layer": {"model.layers": 1, "model.cell": "gru"},
    "coverage": {"model.coverage": 0.5, "model.attention": "additive"},
    "copying": {"model.copy": True, "model.attention": "additive"},
    "copying with coverage": {
        "model.copy": True,
        "model.coverage": 1.0,
        "model.cell": "gru",
        "task.joint": True,
    },
    "untied": {"model.tied": False},
}
SOURCES = ["a red cat there", "red", "zzz red zzz qq", ""]
BY_KIND = pytest.mark.parametrize("kind", KINDS)
BY_SOURCE = pytest.mark.parametrize("source", SOURCES)


def built(task: type[Translate] | type[Summarize] = Translate, **given: Any) -> Any:
    """A task and its network, whose weights are large enough to be sure of much."""
    torch.manual_seed(1)
    made = task.fit(ROWS, make(task.sections, SMALL | given), {})
    network = made.build().eval()
    with torch.no_grad():
        for weights in network.parameters():
            weights *= 2
    return made, network


def view(task: Any, network: nn.Module, source: str) -> View:
    return task.view(network, Example(source, None, "here"))


def chosen(shown: View, scores: Tensor) -> Tensor:
    return scores.detach().gather(1, torch.tensor(shown.chosen)[:, None])[:, 0]


def sides(task: Any, source: str, answer: str) -> Sides:
    """What the task itself would learn from these two texts."""
    return task.sides(task.batch([Example(source, answer, "here")], targets=True))


@BY_SOURCE
@BY_KIND
def test_scores_of_the_answer_are_its_nats_bit_for_bit(kind: str, source: str):
    task, network = built(**KINDS[kind])
    shown = view(task, network, source)
    answer = shown.answer["prediction"]
    told = network(sides(task, source, answer))
    assert torch.equal(chosen(shown, shown.run()), -told.nats.values)
    with torch.no_grad():
        found = chosen(shown, shown.run())
        rows = task.batch([Example(source, answer, "here")], targets=True)
        [measured] = task.measure(network, rows)
    assert -float(found.double().sum()) == measured["nats"]
    log_probability = shown.answer["log_probability"]
    assert float(found.sum()) == pytest.approx(log_probability, abs=1e-5)


@BY_SOURCE
@BY_KIND
def test_scores_are_those_that_the_search_has_seen(kind: str, source: str):
    task, network = built(**KINDS[kind])
    shown = view(task, network, source)
    batch = task.batch([Example(source, None, "")], targets=False)
    copies = batch.copies.source if batch.copies else None
    steps = EncoderDecoderSteps(network, batch.inputs, task.target.end, copies)
    assert len(shown.names) == steps.tokens
    found = [steps.begin()]
    found += [steps.step(torch.tensor([token])) for token in shown.chosen[:-1]]
    assert_close(shown.run(), torch.cat(found), atol=2e-5, rtol=1e-5)


@BY_SOURCE
@pytest.mark.parametrize("kind", ["copying", "copying with coverage", "gru, additive"])
def test_every_column_is_what_it_would_cost_as_the_last_target(kind: str, source: str):
    """Nats and gradients of the training path, for each token in place of the end."""
    task, network = built(**KINDS[kind])
    shown = view(task, network, source)
    known, given = len(task.target), sides(task, source, shown.answer["prediction"])
    for column in range(len(shown.names)):
        last = given.targets.values.clone()
        last[-1] = column if column < known else 0
        copies = given.copies
        if copies is not None:
            numbers = copies.target.values.clone()
            numbers[-1] = column
            copies = copies._replace(target=copies.target.with_values(numbers))
        other = given._replace(targets=given.targets.with_values(last), copies=copies)
        network.zero_grad()
        nats = network(other).nats.values[-1]
        nats.backward()
        wanted = [
            None if p.grad is None else p.grad.clone() for p in network.parameters()
        ]
        network.zero_grad()
        score = shown.run()[-1, column]
        score.backward()
        assert_close(score, -nats, atol=2e-6, rtol=1e-6)
        for weights, grad in zip(network.parameters(), wanted, strict=True):
            mine = torch.zeros_like(weights) if weights.grad is None else weights.grad
            goal = torch.zeros_like(weights) if grad is None else -grad
            assert_close(mine, goal, atol=1e-5, rtol=1e-4)


@BY_KIND
def test_chances_of_a_step_add_up_to_one(kind: str):
    task, network = built(**KINDS[kind])
    for source in SOURCES[:3]:
        total = view(task, network, source).run().exp().sum(1)
        assert_close(total, torch.ones_like(total))


@BY_SOURCE
@BY_KIND
def test_what_is_watched_runs_along_the_axes(kind: str, source: str):
    task, network = built(**KINDS[kind])
    shown = view(task, network, source)
    with watching() as watch:
        scores = shown.run()
    inputs, outputs = shown.axes["inputs"], shown.axes["outputs"]
    assert scores.shape == (len(outputs), len(shown.names))
    assert shown.along == {"encoder": "inputs", "decoder.stack": "outputs"}
    assert [len(one.values) for one in watch.points["inputs"]] == [len(inputs)]
    assert [len(one.values) for one in watch.points["written"]] == [len(outputs)]
    lengths = [len(one.output.values) for one in watch.passages]
    layers = task.model.layers
    assert lengths == [len(inputs)] * 2 * layers + [len(outputs)] * layers
    if task.model.attention == "none":
        assert "attention" not in watch.points
        return
    [attention] = watch.points["attention"]
    assert attention.lengths.tolist() == [len(inputs)] * len(outputs)
    for weights in attention.to_list() if inputs else []:
        assert float(weights.detach().sum()) == pytest.approx(1, abs=1e-6)


@BY_SOURCE
@pytest.mark.parametrize("kind", ["lstm, additive", "copying", "lstm, none"])
def test_a_view_says_what_is_read_and_answered(kind: str, source: str):
    task, network = built(**KINDS[kind])
    shown = view(task, network, source)
    [answer] = task.answer(network, task.encode([Example(source, None, "here")]))
    assert shown.answer == answer
    assert shown.axes["inputs"] == source.split()
    assert shown.axes["outputs"] == [*answer["tokens"], "<end>"]
    assert (shown.read, shown.told, shown.unit) == ("inputs", "outputs", NATS)
    assert [shown.names[one] for one in shown.chosen] == shown.axes["outputs"]
    assert shown.growing is None
    assert shown.asked == max(len(answer["tokens"]) - 1, 0)
    json.dumps(shown.parts)


@pytest.mark.parametrize(
    ("tokens", "place"),
    [([], 0), (["."], 0), (["Je", "suis", "."], 1), (["!", "?"], 1), (["1", '"'], 0)],
)
def test_one_looks_back_from_the_last_word(tokens, place):
    assert last_word(tokens) == place


def test_nothing_is_watched_while_the_answer_is_searched():
    task, network = built()
    with watching() as watch:
        view(task, network, "a red cat")
    assert not watch.passages
    assert not watch.points


def test_a_network_in_training_is_looked_at_at_rest():
    task, network = built()
    resting = view(task, network, "a red cat")
    network.train()
    other = view(task, network, "a red cat")
    assert network.training
    assert other.answer == resting.answer


def test_runs_are_alike_and_changes_of_a_point_are_not():
    task, network = built()
    shown = view(task, network, "a red cat")
    first = shown.run()
    assert torch.equal(first, shown.run())
    with watching(change={"inputs": lambda x: x.map(lambda v: 0 * v)}):
        changed = shown.run()
    assert not torch.allclose(first, changed)


def test_vectors_that_are_read_have_gradients():
    task, network = built()
    shown = view(task, network, "a red cat")
    with watching() as watch:
        scores = shown.run()
        [read] = watch.points["inputs"]
        [grad] = torch.autograd.grad(scores[-1, shown.chosen[-1]], [read.values])
    assert (grad.norm(dim=1) > 0).all()
    with torch.no_grad():
        assert not shown.run().requires_grad


@BY_SOURCE
@pytest.mark.parametrize("kind", ["gru, multiplicative", "copying"])
def test_the_tree_leads_to_the_answer(kind: str, source: str):
    task, network = built(**KINDS[kind])
    shown = view(task, network, source)
    [beam] = [part for part in shown.parts if part["kind"] == "beam"]
    best = [node for node in beam["nodes"] if node["best"]]
    assert [node["token"] for node in best] == ["<start>", *shown.axes["outputs"]]
    assert best[-1]["ended"]
    assert best[-1]["log_probability"] == shown.answer["log_probability"]
    for above, below in pairwise(best):
        assert below["parent"] == above["id"]
    # Each node on the way is as likely as its tokens are together.
    sums = chosen(shown, shown.run()).cumsum(0).tolist()
    told = [node["log_probability"] for node in best[1:]]
    assert told == pytest.approx(sums, abs=2e-5)
    assert beam["left_out"] == 0


def test_an_answer_of_no_tokens_is_the_end_alone():
    task, network = built()
    settings: Any = task.settings["task"]
    impossible = replace(settings, shortest=9, no_repeat=1)  # of eight tokens
    task.settings = {**task.settings, "task": impossible}
    task.pairs.longest = 9
    shown = view(task, network, "a red cat")
    assert shown.answer["log_probability"] is None
    assert shown.axes["outputs"] == ["<end>"]
    assert [shown.names[one] for one in shown.chosen] == ["<end>"]
    assert shown.run().shape == (1, len(shown.names))
    [beam] = shown.parts
    assert not any(node["best"] for node in beam["nodes"])


def test_an_empty_answer_may_be_the_best():
    task, network = built(**{"task.shortest": 0})
    with torch.no_grad():
        network.softmax.bias[task.target.end] = 30
    shown = view(task, network, "a red cat")
    assert shown.answer["prediction"] == ""
    assert shown.axes["outputs"] == ["<end>"]
    assert float(chosen(shown, shown.run()).sum()) == pytest.approx(0, abs=1e-5)
    best = [node["token"] for node in shown.parts[0]["nodes"] if node["best"]]
    assert best == ["<start>", "<end>"]


# -- words that are not known ----------------------------------------------------------


def test_words_that_only_the_source_has_are_columns_of_a_copier():
    task, network = built(**KINDS["copying"])
    with torch.no_grad():
        network.gate.bias[:] = -20  # all is copied
    shown = view(task, network, "zzz red zzz qq")
    known = len(task.target)
    assert shown.names[known:] == ["zzz", "red", "qq"]
    assert shown.axes["outputs"][0] in ("zzz", "red", "qq")
    [copies] = [part for part in shown.parts if part["kind"] == "copies"]
    assert copies["source"] == ["zzz", "red", "zzz", "qq"]
    assert copies["outputs"] == shown.axes["outputs"]
    assert copies["copied"][0] == pytest.approx(1, abs=1e-3)


def test_what_was_copied_is_told_by_hand():
    """Gate and attention by hand: what is copied of P, and from which of two places."""
    task, network = built(**KINDS["copying"])
    shown = view(task, network, "zzz red zzz qq")
    [copies] = [part for part in shown.parts if part["kind"] == "copies"]
    gates: list[Tensor] = []
    hook = network.gate.register_forward_hook(lambda *found: gates.append(found[2]))
    with watching() as watch, torch.no_grad():
        scores = chosen(shown, shown.run()).exp()
    hook.remove()
    weights = torch.stack(watch.points["attention"][0].to_list())
    taken = torch.sigmoid(-gates[0]) * weights  # of each place
    words = shown.axes["inputs"]
    each = torch.tensor(
        [
            [float(p) * (word == output) for p, word in zip(row, words, strict=True)]
            for row, output in zip(taken, shown.axes["outputs"], strict=True)
        ]
    )
    share = each / scores[:, None]
    assert copies["copied"] == pytest.approx(share.sum(1).tolist(), abs=1e-4)
    assert copies["share"] == pytest.approx(share.amax(0).tolist(), abs=1e-4)
    assert all(0 <= one <= 1 for one in [*copies["copied"], *copies["share"]])


def test_a_copier_without_a_source_copies_nothing():
    task, network = built(**KINDS["copying"])
    [copies] = [p for p in view(task, network, "").parts if p["kind"] == "copies"]
    assert copies["source"] == copies["share"] == []


def test_an_unknown_word_that_is_replaced_is_scored_as_unknown():
    task, network = built(**{"target.min_count": 3, "source.min_count": 3})
    with torch.no_grad():
        network.softmax.bias[0] = 30  # the unknown word
    shown = view(task, network, "red qq zzz")
    assert set(shown.axes["outputs"][:-1]) <= {"red", "qq", "zzz"}  # from the source
    assert {shown.names[one] for one in shown.chosen[:-1]} == {"<unk>"}
    total = float(chosen(shown, shown.run()).sum())
    assert total == pytest.approx(shown.answer["log_probability"], abs=2e-5)


def test_a_source_that_is_too_long_is_cut_on_its_axis():
    task, network = built(**{"task.longest_source": 2})
    shown = view(task, network, "a red cat there")
    assert shown.axes["inputs"] == ["a", "red"]
    assert shown.answer["unread"] == 2


def test_summaries_are_seen_in_the_same_way():
    task, network = built(Summarize, **{"task.joint": True, "model.copy": True})
    shown = view(task, network, "a red cat here , zzz")
    told = network(sides(task, "a red cat here , zzz", shown.answer["prediction"]))
    assert torch.equal(chosen(shown, shown.run()), -told.nats.values)
    assert [part["kind"] for part in shown.parts] == ["beam", "copies"]
