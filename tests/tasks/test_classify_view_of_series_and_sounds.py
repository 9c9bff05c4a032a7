"""A classifier of series and sounds looked into: its steps, and how a verdict forms."""

from typing import Any

import pytest
import torch
from torch.testing import assert_close

from tests.tasks.views import fitted
from unrolled.engine.watch import watching
from unrolled.tasks._base import Example
from unrolled.tasks._classify import view as views
from unrolled.tasks._seeing import View
from unrolled.tasks._transcribe.sample import sample_sound

SERIES = [([0.1, 0.4, 0.2], "walking"), ([3.0, 2.5, 3.5, 2.0], "running")] * 3
GAPPED = [([0.1, None, 0.2], "walking"), ([3.0, 2.5, None, 2.0], "running")] * 3
SOUNDS = [(sample_sound(letter), letter) for letter in ("a", "b") * 3]
SMALL: dict[str, Any] = {
    "model.hidden": 6,
    "sound.channels": 8,
    "sound.subsampling": "4",
    "sound.normalize": "running",
}
OF_SOUNDS = SMALL | {"task.reads": "sound"}


def looked_into(
    rows: list[Any], cell: Any, settings: dict[str, Any] | None = None
) -> tuple[Any, Any, View]:
    task, network = fitted("classify", settings or SMALL, rows)
    return task, network, task.view(network, Example(cell, None, "row 1"))


def check(task: Any, network: Any, view: View, cell: Any) -> None:
    """Steps, scores and answer fit each other, and the run is that of the answer."""
    with watching() as watch, torch.no_grad():
        scores = view.run()
    [inputs] = watch.points["inputs"]
    assert len(view.axes["inputs"]) == len(inputs.values)
    assert all(len(p.output.values) == len(inputs.values) for p in watch.passages)
    with torch.no_grad():
        raw = network(task.encode([Example(cell, None, "")]).inputs, None)
    expected = (raw / task.rule.temperature).log_softmax(-1)
    assert torch.equal(scores, expected)
    told = view.answer["probabilities"]
    assert scores.exp()[0].tolist() == pytest.approx(list(told.values()), abs=1e-6)
    assert view.names[view.chosen[0]] == view.answer["prediction"]


def prefix_scores(task: Any, network: Any, cell: Any) -> torch.Tensor:
    with torch.no_grad():
        raw = network(task.encode([Example(cell, None, "")]).inputs, None)
        return (raw / task.rule.temperature).log_softmax(-1)[0]


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_series_has_numbered_moments_and_a_verdict_after_each(cell, bidirectional):
    chosen = SMALL | {"model.cell": cell, "model.bidirectional": bidirectional}
    task, network, view = looked_into(SERIES, [1.0, 2.0, 0.5, 4.0], chosen)
    check(task, network, view, [1.0, 2.0, 0.5, 4.0])
    assert view.axes["inputs"] == ["1", "2", "3", "4"]
    growing: Any = view.growing
    for stop in range(1, 5):
        alone = prefix_scores(task, network, [1.0, 2.0, 0.5, 4.0][:stop])
        assert_close(growing[stop - 1], alone)


def test_a_series_with_gaps_has_a_view():
    cell = [1.0, None, None, 2.0]
    task, network, view = looked_into(GAPPED, cell)
    check(task, network, view, cell)
    growing: Any = view.growing
    assert_close(growing[2], prefix_scores(task, network, cell[:3]))


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
@pytest.mark.parametrize("pooling", ["last", "attention"])
def test_a_sound_has_seconds_and_a_verdict_after_each_vector(cell, pooling):
    sound = sample_sound("ab")
    chosen = OF_SOUNDS | {"model.cell": cell, "model.pooling": pooling}
    task, network, view = looked_into(SOUNDS, sound, chosen)
    check(task, network, view, sound)
    assert view.axes["inputs"][:3] == ["0.00 s", "0.04 s", "0.08 s"]
    growing: Any = view.growing
    assert len(growing) == len(view.axes["inputs"]) == 6
    # Four frames of 10 ms are a vector, and a frame is 25 ms long.
    samples = round(8000 * (7 * 0.010 + 0.025))
    assert_close(growing[1], prefix_scores(task, network, sound[:samples]))
    assert_close(growing[-1], prefix_scores(task, network, sound))


def test_a_sound_measured_against_itself_ends_with_its_answer():
    sound = sample_sound("ab")
    chosen = OF_SOUNDS | {"sound.normalize": "utterance"}
    task, network, view = looked_into(SOUNDS, sound, chosen)
    check(task, network, view, sound)
    growing: Any = view.growing
    with torch.no_grad():
        assert_close(growing[-1:], view.run())


def test_of_a_long_input_so_many_prefixes_are_run(monkeypatch):
    monkeypatch.setattr(views, "MOST_READ", 60)
    monkeypatch.setattr(views, "FEWEST", 4)
    cell = [float(n % 7) for n in range(30)]
    task, network, view = looked_into(SERIES, cell)
    asked = [0, 10, 19, 29]
    assert views.asked_of(30, 30).tolist() == asked
    growing: Any = view.growing
    assert len(growing) == 30
    for step, scores in enumerate(growing):
        last = max(place for place in asked if place <= step)
        assert_close(scores, prefix_scores(task, network, cell[: last + 1]))


@pytest.mark.parametrize(("steps", "tokens"), [(0, 0), (1, 1), (3, 14), (500, 2000)])
def test_the_first_prefix_and_the_last_are_always_run(steps, tokens):
    asked = views.asked_of(steps, tokens).tolist()
    assert asked == sorted(set(asked))
    assert asked[:1] == [0][:steps]
    assert asked[-1:] == [steps - 1][:steps]
    assert len(asked) == min(steps, max(30, 400_000 // max(tokens, 1)))


@pytest.mark.parametrize(
    ("rows", "cell", "settings"),
    [(SERIES, [], SMALL), (SOUNDS, [], OF_SOUNDS), (SERIES, [1.0], SMALL)],
)
def test_an_empty_input_has_a_verdict_and_no_step(rows, cell, settings):
    task, network, view = looked_into(rows, cell, settings)
    check(task, network, view, cell)
    growing: Any = view.growing
    assert len(growing) == len(view.axes["inputs"]) == len(cell)
