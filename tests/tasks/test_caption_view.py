"""What a run over one picture is: regions, the picture as it was read, the caption."""

import json
import struct
import zlib
from base64 import b64decode
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from unrolled.engine.watch import watching
from unrolled.settings import make
from unrolled.tasks._base import Example
from unrolled.tasks._caption.sample_pictures import rows as made_up
from unrolled.tasks._seeing import View
from unrolled.tasks.caption import Caption

SMALL: dict[str, Any] = {
    "model.hidden": 6,
    "model.embedding": 5,
    "model.dropout": 0.3,
    "picture.channels": 8,
    "picture.size": 8,
    "picture.grid": 4,
    "picture.blocks": 0,
}
KINDS: dict[str, dict[str, Any]] = {
    f"{cell}, {attention}": {"model.cell": cell, "model.attention": attention}
    for cell in ("elman", "lstm", "gru")
    for attention in ("none", "additive", "multiplicative")
} | {
    "deep": {"model.layers": 2, "model.cell": "gru"},
    "covering": {"model.coverage": 1},
}
BY_KIND = pytest.mark.parametrize("kind", KINDS)
RED = [[[255, 0, 0]] * 4] * 2  # a red bar, 2 high and 4 wide
FEATURES = [[0.5, -1.0, 0.25], [1.0, 0.0, 0.5]]


def built(rows: list[tuple[Any, ...]] | None = None, **given: Any) -> tuple[Any, Any]:
    """A task and its network, whose weights are large enough to be sure of much."""
    torch.manual_seed(0)
    examples = [Example(*row, "here") for row in rows or made_up()]
    task = Caption.fit(examples, make(Caption.sections, SMALL | given), {})
    network = task.build().eval()
    with torch.no_grad():
        for name, weights in network.named_parameters():
            weights *= 1 if "reads" in name else 2
    return task, network


def of_features(**given: Any) -> tuple[Any, Any]:
    return built([(FEATURES, "red square"), (FEATURES[:1], "blue square")] * 2, **given)


def view(task: Any, network: nn.Module, picture: Any = RED) -> View:
    return task.view(network, Example(picture, None, "here"))


def chosen(shown: View, scores: Tensor) -> Tensor:
    return scores.detach().gather(1, torch.tensor(shown.chosen)[:, None])[:, 0]


@BY_KIND
def test_scores_of_a_caption_are_its_nats_bit_for_bit(kind: str):
    task, network = built(**KINDS[kind])
    shown = view(task, network)
    row = Example(RED, shown.answer["prediction"], "here")
    told = network(task.sides(task.batch([row], targets=True)))
    assert torch.equal(chosen(shown, shown.run()), -told.nats.values)
    total = float(chosen(shown, shown.run()).sum())
    assert total == pytest.approx(shown.answer["log_probability"], abs=1e-5)


@BY_KIND
def test_each_word_gives_its_regions_one_in_all(kind: str):
    task, network = built(**KINDS[kind])
    shown = view(task, network)
    with watching() as watch:
        shown.run()
    outputs, regions = shown.axes["outputs"], shown.axes["regions"]
    assert [len(one.values) for one in watch.points["inputs"]] == [len(regions)] == [16]
    assert [len(one.output.values) for one in watch.passages] == [
        len(outputs)
    ] * task.model.layers
    if task.model.attention == "none":
        return
    [attention] = watch.points["attention"]
    weights = attention.values.detach().view(len(outputs), len(regions))
    torch.testing.assert_close(weights.sum(1), torch.ones(len(outputs)))


def test_a_view_says_what_is_seen_and_answered():
    task, network = built()
    shown = view(task, network)
    [answer] = task.answer(network, task.encode([Example(RED, None, "here")]))
    assert shown.answer == answer
    assert shown.axes["regions"][:5] == [
        "line 1, column 1",
        "line 1, column 2",
        "line 1, column 3",
        "line 1, column 4",
        "line 2, column 1",
    ]
    assert shown.axes["outputs"] == [*answer["tokens"], "<end>"]
    assert (shown.read, shown.told) == ("regions", "outputs")
    assert shown.along == {"decoder.stack": "outputs"}
    assert [part["kind"] for part in shown.parts] == ["picture", "beam"]
    json.dumps(shown.parts)


def pixels(uri: str) -> list[list[tuple[int, int, int]]]:
    """Lines of the pixels of a PNG without filters, read by hand."""
    data = b64decode(uri.removeprefix("data:image/png;base64,"))
    wide, high = struct.unpack(">II", data[16:24])
    at, packed = 8, b""
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + size]
        at += 12 + size
    raw, line = zlib.decompress(packed), 1 + 3 * wide
    return [
        [
            (raw[at], raw[at + 1], raw[at + 2])
            for at in range(row * line + 1, (row + 1) * line, 3)
        ]
        for row in range(high)
    ]


def test_the_picture_is_the_one_that_the_network_saw():
    shown = view(*built())
    [picture] = [part for part in shown.parts if part["kind"] == "picture"]
    assert picture["side"] == 4
    white, red = [(255, 255, 255)] * 8, [(255, 0, 0)] * 8
    assert pixels(picture["png"]) == [white] * 2 + [red] * 4 + [white] * 2


def test_features_are_regions_without_a_picture():
    task, network = of_features()
    shown = view(task, network, FEATURES)
    assert shown.axes["regions"] == ["region 1", "region 2"]
    assert [part["kind"] for part in shown.parts] == ["beam"]
    assert shown.run().shape == (len(shown.axes["outputs"]), len(shown.names))
    total = float(chosen(shown, shown.run()).sum())
    assert total == pytest.approx(shown.answer["log_probability"], abs=1e-5)


@pytest.mark.parametrize("attention", ["none", "additive"])
@pytest.mark.parametrize("features", [False, True])
def test_regions_have_gradients_also_through_the_whole(features: bool, attention: str):
    """Without attention they count in the state that the decoder begins with."""
    given = {"model.attention": attention}
    task, network = of_features(**given) if features else built(**given)
    shown = view(task, network, FEATURES if features else RED)
    with watching() as watch:
        scores = shown.run()
        [regions] = watch.points["inputs"]
        [grad] = torch.autograd.grad(scores[0, shown.chosen[0]], [regions.values])
    assert (grad.norm(dim=1) > 0).all()
    with watching(change={"inputs": lambda x: x.map(torch.zeros_like)}):
        assert not torch.allclose(shown.run(), scores)
