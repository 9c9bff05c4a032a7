"""A network that transcribes looked into: its run, its alignment, its moments."""

from itertools import groupby
from typing import Any

import pytest
import torch

from tests.tasks.views import fitted
from unrolled.engine.watch import watching
from unrolled.models.ctc_loss import ctc_loss
from unrolled.ragged import Ragged
from unrolled.tasks._base import Example
from unrolled.tasks._symbols import ragged
from unrolled.tasks._transcribe.sample import sample_sound

SMALL: dict[str, Any] = {
    "model.hidden": 6,
    "model.layers": 2,
    "sound.channels": 8,
    "sound.time_masks": 0,
    "sound.subsampling": "2",
}
ONE_WAY = {"model.bidirectional": False, "sound.normalize": "running"}
WAYS = pytest.mark.parametrize("way", [{}, ONE_WAY], ids=["both", "one"])
SOUND = Example(sample_sound("aba"), None, "row 1")


def looked_into(example: Example = SOUND, **settings: Any) -> tuple[Any, Any, Any]:
    task, network = fitted("transcribe", SMALL | settings)
    return task, network, task.view(network, example)


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
@WAYS
def test_scores_are_those_that_the_answer_comes_from(cell, way):
    task, network, view = looked_into(**way, **{"model.cell": cell})
    with torch.no_grad():
        scores = view.run()
        assert torch.equal(scores, network(task.encode([SOUND]).inputs).values)
    row = Ragged(scores, torch.tensor([len(scores)]))
    ids = ragged([task.symbols.ids(view.answer["prediction"])])
    assert view.answer["log_probability"] == -float(ctc_loss(row, ids))
    assert view.answer == task.answer(network, task.encode([SOUND]))[0]


def test_scores_of_one_direction_are_those_of_the_stream():
    task, network, view = looked_into(**ONE_WAY)
    hearing = task.listen(network)
    hearing.accept(task.reads.samples(SOUND))
    hearing.finish()
    with torch.no_grad():
        assert torch.equal(view.run(), hearing.frames())


@WAYS
def test_the_states_are_those_of_the_run_that_trains(way):
    task, network, view = looked_into(**way)
    known = SOUND._replace(target="aba")
    with watching() as watch:
        task.loss(network, task.encode([known]))
    with watching() as mine:
        view.run()
    assert len(mine.passages) == len(watch.passages) > 0
    for one, other in zip(mine.passages, watch.passages, strict=True):
        assert torch.equal(one.output.values, other.output.values)


@WAYS
def test_the_chosen_symbols_are_heard_as_the_answer(way):
    task, _, view = looked_into(**way)
    path = [symbol for symbol, _ in groupby(view.chosen)]
    heard = [view.names[symbol] for symbol in path if symbol]
    assert "".join(heard) == view.answer["prediction"].replace(" ", "␣")
    assert view.names[0] == "(blank)"
    assert len(view.names) == len(task.symbols)


@WAYS
def test_the_alignment_has_the_seconds_of_the_words(way):
    _, _, view = looked_into(**way)
    [part] = view.parts
    [word] = view.answer["words"]
    assert part["kind"] == "alignment"
    assert "".join(part["symbols"]) == word["word"]
    assert (part["begins"][0], part["ends"][-1]) == (word["start"], word["stop"])
    first = view.axes["vectors"].index(f"{part['begins'][0]:.2f} s")
    assert view.names[view.chosen[first]] == part["symbols"][0]
    assert not any(view.chosen[:first])
    last = view.axes["vectors"].index(f"{part['begins'][-1]:.2f} s")
    assert view.asked == last
    assert part["ends"][-1] <= part["seconds"]


@pytest.mark.parametrize(("delay", "heard"), [(0, "vectors"), (3, "heard")])
def test_in_one_direction_layers_run_beyond_the_end_of_the_sound(delay, heard):
    _, _, view = looked_into(**ONE_WAY, **{"model.delay": delay})
    with watching() as watch:
        scores = view.run()
    [inputs] = watch.points["inputs"]
    assert view.along == {"stack": heard}
    assert len(view.axes[view.read]) == len(inputs.values)
    assert len(view.axes[view.told]) == len(scores) == len(view.chosen)
    assert len(view.axes[heard]) == len(watch.passages[0].output.values)
    assert len(view.axes[heard]) == len(scores) + delay
    assert view.axes["vectors"][:3] == ["0.00 s", "0.02 s", "0.04 s"]
    assert not delay or view.axes["heard"][-1] == "zeros 3"


@WAYS
@pytest.mark.parametrize("samples", [0, 100, 360])
def test_a_sound_of_no_vector_or_one_has_a_view(way, samples):
    sound = Example([0.1] * samples, None, "row 1")
    task, _, view = looked_into(sound, **way)
    vectors = 1 if samples == 360 else 0
    assert view.run().shape == (vectors, len(task.symbols))
    assert len(view.axes["vectors"]) == len(view.chosen) == vectors
    assert all(len(labels) in (0, 1, 6) for labels in view.axes.values())


def test_every_vector_has_a_gradient_from_the_last_symbol():
    _, _, view = looked_into(**ONE_WAY)
    leaves: list[Any] = []

    def leaf(x: Ragged) -> Ragged:
        leaves.append(x.values.detach().requires_grad_())
        return x.with_values(leaves[-1])

    with watching(change={"inputs": leaf}):
        view.run()[-1, 1].backward()
    assert (leaves[0].grad.abs().sum(1) > 0).all()
