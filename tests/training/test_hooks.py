"""What a task may decide of its training: order, memory, what is scored, no loop."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import unrolled
from tests.training.scripted import Run, Scripted, data
from unrolled.errors import InterruptedTrainingError
from unrolled.settings import Value, make
from unrolled.tasks._base import Batch, Example
from unrolled.tasks.classify import Classify
from unrolled.tasks.language_model import LanguageModel
from unrolled.training import checkpoint
from unrolled.training.batches import plan
from unrolled.training.sections import sections_of

# -- the order of the batches --------------------------------------------------------


def taken(run: Run) -> list[list[int]]:
    """The rows of each batch of a run."""
    found = []
    rows = data()
    plain = type(rows.train).gather

    def gather(batch: Batch, numbers: list[int]) -> Batch:
        found.append(list(numbers))
        return plain(batch, numbers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Batch, "gather", gather)
        patch.setattr(run.task, "measure", lambda _, batch: [{}] * len(batch))
        run.loop._validate = lambda _: _next_epoch(run)
        run.go(rows)
    return found


def _next_epoch(run: Run) -> None:
    now = run.loop.progress
    now.epoch, now.place = now.epoch + 1, 0
    state = run.network.state_dict()
    run.loop.tensors.best.update(state)


def test_batches_come_in_the_order_of_the_task():
    asked = []

    def order(**when: int) -> list[list[int]]:
        asked.append(when)
        return [[3, 1], [0], [when["epoch"], 9]]

    task = Scripted()
    task.orders = order
    assert taken(Run(task, epochs=2, seed=0)) == [
        *([3, 1], [0], [0, 9]),
        *([3, 1], [0], [1, 9]),
    ]
    assert asked == [{"seed": 0, "epoch": 0}, {"seed": 0, "epoch": 1}]


def test_without_an_order_of_the_task_chance_has_its_way():
    expected = [
        batch
        for epoch in range(2)
        for batch in plan(torch.ones(10), rows=3, tokens=8192, seed=0, epoch=epoch)
    ]
    assert taken(Run(epochs=2)) == expected


# -- what one batch leaves the next --------------------------------------------------


class Remembering(Scripted):
    """The answers wanted lean on the sum of all inputs of the batches before."""

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        before = self.memory.get("sum", torch.zeros(()))
        self.memory["sum"] = before / 2 + batch.inputs.values.sum()
        return super().loss(network, batch) * (1 + before.abs())


@pytest.mark.parametrize("stop", [1, 3, 4, 7])
def test_what_was_left_is_there_again_when_a_run_goes_on(stop, tmp_path):
    alone = Run(Remembering(), clip=0.0).go().weights()
    around = {"folder": tmp_path, "identity": {}}
    run = Run(Remembering(), around=around, clip=0.0)
    run.loop.wants_stop = lambda: run.loop.progress.step >= stop
    with pytest.raises(InterruptedTrainingError):
        run.go()

    def gone_on(*, forget: bool) -> list[float]:
        again = Run(Remembering(), around=around, clip=0.0)
        stopped = checkpoint.load(tmp_path, {})
        assert stopped is not None
        again.loop.resume(stopped)
        if forget:
            again.task.memory.clear()
        return again.go().weights()

    saved = (tmp_path / checkpoint.NAME).read_bytes()
    assert gone_on(forget=False) == alone
    (tmp_path / checkpoint.NAME).write_bytes(saved)
    assert gone_on(forget=True) != alone


# -- running text, and what is asked when --------------------------------------------

LINES = [f"line {'abcdefghij'[n]} of the text stands here." for n in range(10)]
FEW: dict[str, Value] = {
    "model.hidden": 4,
    "model.embedding": 4,
    "task.order": 2,
    "training.epochs": 2,
    "training.threads": 1,
}


def written(folder: Path) -> Path:
    (folder / "text.txt").write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return folder / "text.txt"


def watched(monkeypatch: Any, kind: type, *names: str) -> dict[str, list[list[Any]]]:
    """The rows with which each of these methods of a task is called."""
    calls: dict[str, list[list[Any]]] = {name: [] for name in names}

    def watch(name: str) -> None:
        plain = getattr(kind, name)

        def method(*given: Any) -> Any:
            rows = next(one for one in given if isinstance(one, list))
            calls[name].append([row.input for row in rows])
            return plain(*given)

        monkeypatch.setattr(kind, name, method)

    for name in names:
        watch(name)
    return calls


def test_running_text_is_scored_at_its_end_and_probed_once(monkeypatch, tmp_path):
    names = ("encode_to_score", "encode_to_learn", "encode", "probe")
    calls = watched(monkeypatch, LanguageModel, *names)
    model = unrolled.train(
        "language_model", written(tmp_path), settings=FEW | {"data.valid_share": 0.2}
    )
    first, last = LINES[:8], LINES[8:]
    assert calls["encode_to_learn"] == [first]
    assert calls["encode_to_score"] == [last, last]  # before training, and at its end
    assert calls["probe"] == [last]
    assert all(rows == last for rows in calls["encode"])  # only to try them
    assert "word_order" in model.metrics["metrics"]
    assert model.metrics["examples"] == 2


def test_rows_that_follow_nothing_are_drawn(monkeypatch, tmp_path):
    assert not Classify.follows_on
    monkeypatch.setattr(LanguageModel, "follows_on", False)
    calls = watched(monkeypatch, LanguageModel, "encode_to_learn")
    settings = FEW | {"data.valid_share": 0.2}
    unrolled.train("language_model", written(tmp_path), settings=settings, seed=1)
    (learned,) = calls["encode_to_learn"]
    assert len(learned) == 8
    assert learned != LINES[:8]


def test_a_task_that_has_learned_all_in_fit_skips_the_loop(monkeypatch, tmp_path):
    monkeypatch.setattr(LanguageModel, "loops", False)
    events: list[dict[str, Any]] = []
    out = tmp_path / "model"
    model = unrolled.train(
        "language_model",
        written(tmp_path),
        out=out,
        settings=FEW,
        listeners=(events.append,),
    )
    assert {"step", "epoch", "end"} & {event["event"] for event in events} == set()
    assert not (out / checkpoint.NAME).exists()
    assert model.metrics["metrics"]["nats_per_token"] > 0
    assert unrolled.load(out).metrics == model.metrics


def test_a_task_that_says_nothing_else_scores_its_answers():
    """The rest of the hooks do nothing by themselves."""
    texts = ["good", "bad"] * 8
    rows = [Example(text, text, "") for text in texts]
    task = Classify.fit(rows, make(sections_of(Classify), {}), {"target": "mood"})
    network, batch = task.build().eval(), task.encode_to_score(rows)
    assert torch.equal(batch.inputs.values, task.encode(rows).inputs.values)
    assert task.measure(network, batch) == task.answer(network, batch)
    assert task.probe(network, rows) == {}
    assert task.order(batch, seed=0, epoch=0) is None
    assert task.memory == {}
