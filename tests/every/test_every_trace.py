"""What every task shows of its inside, with every cell, on its own sample.

A trace is the run that answers: the same bits, every gate within its bounds, a gradient
of every state. Nothing here knows what a task is about.
"""

import json
from functools import cache
from typing import Any

import pytest
import torch
from torch.testing import assert_close

import unrolled
from tests.every.test_every_task import (
    BY_TASK,
    BY_TASK_AND_CELL,
    CELLS,
    has_cell,
    sample_examples,
    tiny,
    written,
)
from unrolled.engine import forced
from unrolled.engine.watch import unwatched, watching
from unrolled.tasks._seeing import NATS, AbstractSeen
from unrolled.tracing.gradient_over_time import gradient_over_time
from unrolled.tracing.record import Record
from unrolled.tracing.trace import Trace
from unrolled.training.model import Model


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A function that trains a little, and traces the first row of the sample."""

    @cache
    def trace(task: str, cell: str) -> tuple[Model, Trace]:
        folder = tmp_path_factory.mktemp(f"{task}-{cell}")
        model = unrolled.train(
            task,
            written(task, folder / "sample.jsonl"),
            cell=cell if has_cell(task) else None,
            settings=tiny(task) | ({"training.epochs": 3} if has_cell(task) else {}),
        )
        row = sample_examples(task)[0]
        return model, model.trace(row.input, conditions=row.given)

    return trace


@BY_TASK_AND_CELL
def test_watching_changes_no_bit(task, cell, traced):
    model, trace = traced(task, cell)
    assert isinstance(model.task, AbstractSeen)
    with torch.no_grad():
        plain = trace.view.run()
        with watching() as watch:
            watched = trace.view.run()
        with watching() as outer, unwatched():
            trace.view.run()
    assert torch.equal(plain, watched)
    assert not outer.passages
    assert not outer.points
    assert all(one.path == "native" for one in watch.passages)
    assert bool(trace.record.layers) is has_cell(task)


@BY_TASK_AND_CELL
def test_what_is_told_is_as_wide_and_as_long_as_its_names(task, cell, traced):
    view = traced(task, cell)[1].view
    scores = view.run()
    assert scores.shape == (len(view.axes[view.told]), len(view.names))
    assert len(view.chosen) == len(scores)
    assert all(0 <= column < len(view.names) for column in view.chosen)
    if view.unit == NATS:
        assert float(scores.detach().max()) <= 1e-5
    if view.growing is not None:
        assert view.growing.shape == (len(view.axes[view.read]), len(view.names))
        last = view.growing[-1:]
        assert_close(last, scores.detach(), rtol=1e-4, atol=1e-5)


@BY_TASK_AND_CELL
def test_states_and_gates_stay_within_their_bounds(task, cell, traced):
    record = traced(task, cell)[1].record
    for layer in record.layers:
        steps, name = len(record.axes[layer["axis"]]), layer["name"]
        for field in (*layer["states"], *layer["gates"], *layer["candidates"]):
            array = record.arrays[f"{name}/{field}"]
            assert array.values.shape == (steps, layer["hidden"])
            assert array.values.isfinite().all()
            if field in layer["gates"]:
                assert array.unit == "share"
                assert ((array.values >= 0) & (array.values <= 1)).all()
        assert record.arrays[f"{name}/h"].values.abs().max() <= 1 + 1e-6
    for weights in ("attention", "pooling"):
        if weights in record.arrays:
            sums = record.arrays[weights].values.sum(-1)
            assert_close(sums, torch.ones_like(sums))


@BY_TASK_AND_CELL
def test_the_gradient_over_time_is_that_of_the_reference_engine(task, cell, traced):
    """Of the inputs; tests/engine/test_watch.py holds that of every state to it."""
    model, trace = traced(task, cell)
    if not has_cell(task):
        pytest.skip("it has no recurrent layer")
    found = trace.gradient()
    leaves = []

    def leaf(x):
        leaves.append(x.values.detach().requires_grad_())
        return x.with_values(leaves[-1])

    with torch.enable_grad(), forced(path="reference"):
        with watching(change={"inputs": leaf}):
            scores = trace.view.run()
        (expected,) = torch.autograd.grad(scores[found.step, found.name], leaves[:1])
    assert_close(found.inputs, expected, rtol=1e-3, atol=1e-5)
    assert found.states
    for layer, states in found.states.items():
        for state in states.values():
            assert state.isfinite().all(), layer
    assert all(weight.grad is None for weight in model.network.parameters())
    again = gradient_over_time(
        model.network, trace.view, step=found.step, name=found.name
    )
    assert torch.equal(again.inputs, found.inputs)


@BY_TASK_AND_CELL
def test_the_influence_of_all_steps_adds_up(task, cell, traced):
    trace = traced(task, cell)[1]
    if not has_cell(task):
        pytest.skip("it has no recurrent layer")
    found = trace.influence()
    sums, difference = (found.completeness[key] for key in ("sum", "difference"))
    assert sums == pytest.approx(difference, rel=0.01, abs=1e-4)
    assert len(found.integrated_gradients) == len(trace.view.axes[trace.view.read])


@BY_TASK
def test_a_record_is_kept_as_it_was(task, traced, tmp_path):
    trace = traced(task, CELLS[0])[1]
    trace.save(tmp_path / "seen")
    back = Record.load(tmp_path / "seen")
    mine = trace.explained
    assert back.arrays.keys() == mine.arrays.keys()
    for name, array in mine.arrays.items():
        assert torch.equal(back.arrays[name].values, array.values)
        assert back.arrays[name]._replace(values=array.values) == array
        assert array.about
    assert json.loads(back.json()) == json.loads(mine.json())


@BY_TASK
def test_a_page_of_it_stands_by_itself(task, traced):
    page = traced(task, CELLS[-1])[1].html()
    assert page.startswith("<!doctype html>")
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page
    assert len(page.encode()) < 400_000
