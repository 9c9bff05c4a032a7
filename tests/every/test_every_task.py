"""The battery that every task passes on its own sample, with every cell.

A new file in `tasks/` is found by itself and is held to all of this without an edit:
it learns, it answers in plain JSON, its score stands beside cheap baselines, and a
folder brings back the very same answers. Nothing here knows what a task is about; a
task whose words a battery cannot guess is tested further in `tests/tasks/`.
"""

import json
from functools import cache
from inspect import getdoc
from pathlib import Path
from typing import Any

import pytest
import torch

import unrolled
from unrolled.catalog import find, names
from unrolled.settings import Value, describe, flat
from unrolled.tasks._base import AbstractTask, Column, Example, Shape
from unrolled.tasks._pieces import answer_all, mean_loss
from unrolled.training.model import Model
from unrolled.training.sections import sections_of


def has_cell(task: str) -> bool:
    """Whether its network is recurrent; word vectors are learned without one."""
    return "model" in find("tasks", task).sections


TASKS = names("tasks")
CELLS = names("cells")
BY_TASK = pytest.mark.parametrize("task", TASKS)
BY_TASK_AND_CELL = pytest.mark.parametrize(
    ("task", "cell"),
    [(t, cell) for t in TASKS for cell in (CELLS if has_cell(t) else CELLS[:1])],
)

TINY: dict[str, Value] = {
    "model.hidden": 16,
    "model.embedding": 16,
    "model.dropout": 0.0,
    "model.embedding_dropout": 0.0,
    "model.token_dropout": 0.0,
    "training.epochs": 30,
    "training.patience": 30,
    "training.learning_rate": 0.02,
    "training.averaging": 0.5,
    "training.batch_rows": 5,
    "training.threads": 1,
    "task.window": 4,
    "task.windows": 40,
    "data.valid_share": 0.0,
}
"""Few weights and many steps, as far as a task has such settings."""


def kind_of(task: str) -> type[AbstractTask]:
    return find("tasks", task)


def written(task: str, path: Path) -> Path:
    """The task's sample as a file, with the header that its columns usually have."""
    rows = [dict(zip(headers_of(task), row, strict=True)) for row in samples(task)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def samples(task: str) -> list[tuple[Any, ...]]:
    return kind_of(task).sample()


def columns_of(task: str) -> tuple[Column, ...]:
    """Those that the sample has; optional ones at the end may be left out."""
    return kind_of(task).columns[: len(samples(task)[0])]


def headers_of(task: str) -> list[str]:
    return [column.usual[0] for column in columns_of(task)]


def tiny(task: str) -> dict[str, Value]:
    known = {row[0] for row in describe(sections_of(kind_of(task)))}
    return {key: value for key, value in TINY.items() if key in known}


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A function that trains a task with a cell on its sample, once for all tests."""

    @cache
    def train(task: str, cell: str) -> tuple[Model, list[dict[str, Any]], Path]:
        folder = tmp_path_factory.mktemp(f"{task}-{cell}")
        events: list[dict[str, Any]] = []
        model = unrolled.train(
            task,
            written(task, folder / "sample.jsonl"),
            cell=cell if has_cell(task) else None,
            out=folder / "model",
            settings=tiny(task),
            listeners=(events.append,),
        )
        return model, events, folder

    return train


def sample_inputs(task: str) -> list[Any]:
    """The cells that `predict` is given: of one to many, not what is to be written."""
    kind = kind_of(task)
    asked = [column.role for column in kind.columns].index(kind.asks)
    return [row[asked] for row in kind.sample()]


def sample_examples(task: str) -> list[Example]:
    roles = [column.role for column in columns_of(task)]
    rows = [dict(zip(roles, row, strict=True)) for row in samples(task)]
    return [
        Example(
            row["input"],
            row.get("target"),
            f"row {number}",
            (row["given"],) if "given" in row else (),
        )
        for number, row in enumerate(rows, 1)
    ]


# -- it learns -----------------------------------------------------------------------


@BY_TASK_AND_CELL
def test_it_learns_its_own_sample_better_than_the_same_answer_always(
    task, cell, learned
):
    model, _, _ = learned(task, cell)
    name, sign = model.task.chosen_by
    mine = model.metrics["metrics"][name]
    baselines = model.metrics["baseline"].values()
    others = [found[name] for found in baselines if name in found]
    assert model.metrics["examples"] == 10
    assert sign * mine > min(sign * other for other in others)
    assert flat(model.settings).get("model.cell", cell) == cell


@BY_TASK_AND_CELL
def test_its_loss_falls(task, cell, learned):
    if not kind_of(task).loops:
        pytest.skip("`fit` has learned all")
    _, events, _ = learned(task, cell)
    losses = [e["train_loss"] for e in events if e["event"] == "epoch"]
    assert len(losses) > 1
    assert min(losses[-3:]) < 0.7 * losses[0]


@BY_TASK
def test_every_tensor_of_its_network_has_a_gradient(task, learned):
    if not kind_of(task).loops:
        pytest.skip("no gradient reaches what `fit` has learned")
    model, _, _ = learned(task, CELLS[0])
    torch.manual_seed(0)
    network = model.task.build()
    batch = model.task.encode_to_learn(sample_examples(task))
    model.task.loss(network.eval(), batch).sum().backward()
    for name, weight in network.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.isfinite().all(), name
        assert weight.grad.any(), name


# -- it answers ----------------------------------------------------------------------


@BY_TASK
def test_its_answers_are_plain_json_one_for_each_input_and_a_line_of_text(
    task, learned
):
    model, _, _ = learned(task, CELLS[0])
    inputs = sample_inputs(task)
    answers = model.predict(inputs)
    assert json.loads(json.dumps(answers, allow_nan=False)) == answers
    assert [answer["input"] for answer in answers] == inputs
    for answer in answers:
        assert "prediction" in answer
        assert "\n" not in model.task.text(answer)
    assert model.predict([]) == []


@BY_TASK
def test_a_batch_without_rows_has_no_answers_and_no_loss(task, learned):
    model, _, _ = learned(task, CELLS[0])
    batch = model.task.encode([])
    assert len(batch) == 0
    assert answer_all(model.task, model.network, batch) == []
    assert mean_loss(model.task, model.network, batch) == 0.0
    none = model.task.encode_to_learn(sample_examples(task)).gather([])
    assert model.task.loss(model.network, none).shape == (0,)


@BY_TASK
def test_the_order_of_the_inputs_and_their_company_change_no_answer(task, learned):
    model, _, _ = learned(task, CELLS[0])
    inputs = sample_inputs(task)
    together = [answer["prediction"] for answer in model.predict(inputs)]
    backwards = [answer["prediction"] for answer in model.predict(inputs[::-1])]
    alone = [model.predict([one])[0]["prediction"] for one in inputs]
    assert backwards[::-1] == together
    assert alone == together


# -- it is scored --------------------------------------------------------------------


@BY_TASK
def test_its_metrics_hold_the_one_it_is_chosen_by_beside_baselines(task, learned):
    model, _, _ = learned(task, CELLS[0])
    name, sign = model.task.chosen_by
    metrics, baselines = model.metrics["metrics"], model.metrics["baseline"]
    assert sign in (1, -1)
    assert isinstance(metrics[name], float)
    # Not each of them has it: the copy of a text has no nats.
    beside = [found[name] for found in baselines.values() if name in found]
    assert beside
    assert all(isinstance(one, float) for one in beside)
    assert all(found.keys() <= metrics.keys() for found in baselines.values())
    assert json.loads(json.dumps(model.metrics, allow_nan=False)) == model.metrics


@BY_TASK
def test_a_file_is_scored_as_the_rows_were(task, learned):
    model, _, folder = learned(task, CELLS[0])
    found = model.evaluate(folder / "sample.jsonl")
    assert found["metrics"] == model.metrics["metrics"]
    assert found["baseline"] == model.metrics["baseline"]


# -- it is kept ----------------------------------------------------------------------


@BY_TASK_AND_CELL
def test_a_folder_brings_back_the_same_bits(task, cell, learned):
    model, _, folder = learned(task, cell)
    back = unrolled.load(folder / "model")
    mine, theirs = model.network.state_dict(), back.network.state_dict()
    assert mine.keys() == theirs.keys()
    for name, weight in mine.items():
        assert torch.equal(weight, theirs[name]), name
    inputs = sample_inputs(task)
    assert back.predict(inputs) == model.predict(inputs)
    assert back.metrics == model.metrics
    again = back.evaluate(folder / "sample.jsonl")
    assert again["metrics"] == model.metrics["metrics"]
    assert again["baseline"] == model.metrics["baseline"]


@BY_TASK
def test_the_same_seed_gives_the_same_model_and_another_seed_another(task, tmp_path):
    data = written(task, tmp_path / "sample.jsonl")
    few = tiny(task) | {"training.epochs": 2}
    made = [
        unrolled.train(task, data, seed=seed, settings=few).network.state_dict()
        for seed in (0, 0, 1)
    ]
    same = [torch.equal(weight, made[1][name]) for name, weight in made[0].items()]
    assert all(same)
    assert not all(torch.equal(w, made[2][name]) for name, w in made[0].items())


# -- it describes itself -------------------------------------------------------------


@BY_TASK
def test_it_says_what_it_is_for(task):
    kind = kind_of(task)
    assert issubclass(kind, AbstractTask)
    assert isinstance(kind.shape, Shape)
    assert kind.goal
    assert getdoc(kind)
    assert kind.columns
    assert kind.columns[0].role == "input"
    for column in kind.columns:
        assert isinstance(column, Column)
        assert column.holds
        assert column.usual
        assert all(usual == usual.strip().lower() for usual in column.usual)


@BY_TASK
def test_its_sample_has_ten_rows_as_wide_as_its_columns(task):
    sample = kind_of(task).sample()
    assert len(sample) == 10
    columns = kind_of(task).columns
    needed = len(columns) - len([c for c in columns if c.optional])
    assert all(needed <= len(row) <= len(columns) for row in sample)
    assert all(column.optional for column in columns[len(sample[0]) :])


@BY_TASK
def test_what_it_found_is_told_in_words(task, learned):
    model, events, _ = learned(task, CELLS[0])
    said = [event["text"] for event in events if event["event"] == "note"]
    for note in model.task.notes():
        assert note in said
        assert note == note.strip()
