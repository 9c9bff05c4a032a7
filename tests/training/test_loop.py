"""The loop: what it learns, what it keeps, when it ends, and what it leaves behind."""

import json
import math
import os
import time
from pathlib import Path

import pytest
import torch

from tests.training.scripted import Run, Scripted, data
from unrolled.errors import DivergedError, InterruptedTrainingError
from unrolled.randomness import drawing_from
from unrolled.training import checkpoint
from unrolled.training.batches import plan
from unrolled.training.loop import epochs_for
from unrolled.training.schedule import factor

STEPS = 4  # of an epoch: 10 rows, 3 a batch


def test_learns_what_can_be_learned():
    run = Run(epochs=200, learning_rate=0.05, weight_decay=0.0).go(data(valid=0))
    assert run.weights() == pytest.approx([1, -2, 0], abs=0.01)
    losses = [event["train_loss"] for event in run.told("epoch")]
    assert losses[-1] < 0.001 < losses[0] / 100


def test_a_step_is_the_mean_over_its_rows_with_the_rate_of_the_moment():
    """Recomputed with plain torch: the mean loss, AdamW, its rate from the schedule."""
    given = {"learning_rate": 0.01, "weight_decay": 0.1, "warmup": 0.3}
    run = Run(epochs=2, clip=0.0, averaging=0.0, seed=3, **given).go()
    plain = Run(seed=3)
    network, rows = plain.network, data()
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=1.0, betas=(0.9, 0.99), weight_decay=0.1
    )
    told, at = run.told("step"), 0
    for epoch in range(2):
        for place, batch in enumerate(
            plan(rows.train.inputs.lengths, rows=3, tokens=8192, seed=0, epoch=epoch)
        ):
            done = (epoch + place / STEPS) / 2
            mine = rows.train.gather(batch)
            optimizer.param_groups[0]["lr"] = 0.01 * factor(done, 0.3)
            network.train()
            loss = plain.task.loss(network, mine).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            event = told[at]
            at += 1
            norm = math.hypot(
                *(n for p in network.parameters() for n in p.grad.flatten())
            )
            assert event["step"] == at
            assert event["epoch"] == epoch + 1
            assert event["rows"] == len(batch)
            assert event["done"] == pytest.approx(done)
            assert event["loss"] == pytest.approx(float(loss.detach()), rel=1e-6)
            assert event["learning_rate"] == optimizer.param_groups[0]["lr"]
            assert event["gradient_norm"] == pytest.approx(norm, rel=1e-5)
    assert at == len(told) == 2 * STEPS
    last = [p.clone() for p in network.parameters()]
    best = run.loop.tensors.network.state_dict()
    if run.told("epoch")[-1]["best"]:
        for mine, theirs in zip(best.values(), last, strict=True):
            assert torch.allclose(mine, theirs, rtol=1e-5)


def test_the_train_loss_of_an_epoch_is_the_mean_over_its_rows():
    run = Run(epochs=1).go()
    steps = run.told("step")
    total = sum(event["loss"] * event["rows"] for event in steps)
    assert sum(event["rows"] for event in steps) == 10
    assert run.told("epoch")[0]["train_loss"] == pytest.approx(total / 10, rel=1e-12)


def test_the_gradient_is_clipped():
    """The first moment of AdamW is then (1 − β₁) times a gradient of that length."""
    run = Run(epochs=1, clip=1e-3, batch_rows=100).go()
    moments = [s["exp_avg"] for s in run.loop.tensors.optimizer.state.values()]
    length = torch.cat([m.flatten() for m in moments]).norm()
    assert run.told("step")[0]["gradient_norm"] > 0.1
    assert float(length) == pytest.approx(0.1 * 1e-3, rel=1e-5)


def test_dropout_draws_from_the_seed_alone_and_disturbs_nobody():
    first, second = Run(dropout=0.5), Run(dropout=0.5)
    torch.manual_seed(1)
    first.go()
    torch.manual_seed(2)
    before = torch.get_rng_state()
    second.go()
    assert torch.equal(torch.get_rng_state(), before)
    assert first.weights() == second.weights()
    assert Run(dropout=0.0).go().weights() != first.weights()


def test_a_step_draws_the_same_whatever_came_before():
    run = Run(dropout=0.5, epochs=2)
    masks = []

    def loss(network, batch):
        if network.training:
            masks.append(network.dropout(torch.ones(20)))
        return Scripted.loss(run.task, network, batch)

    run.task.loss = loss
    run.go()
    assert len(masks) == 2 * STEPS
    for number, mask in enumerate(masks):
        with drawing_from(0, "step", number, 0):
            assert torch.equal(run.network.dropout.train()(torch.ones(20)), mask)


# -- which weights are kept -----------------------------------------------------------


def followed(run: Run) -> list[list[float]]:
    """The weights that were validated after each epoch, filled while it runs."""
    seen: list[list[float]] = []
    average = run.loop.tensors.average

    def look(event: dict) -> None:
        if event["event"] == "epoch":
            seen.append([n for p in average.parameters() for n in p.flatten().tolist()])

    run.loop.report.listeners += (look,)
    return seen


@pytest.mark.parametrize(
    ("scores", "losses", "sign", "best"),
    [
        ([0.5, 0.9, 0.7, 0.8], [], 1, 1),  # not the last
        ([0.5, 0.9, 0.7, 0.2], [], -1, 3),  # less is better
        ([0.9, 0.9, 0.9, 0.9], [0.4, 0.2, 0.3, 0.2], 1, 1),  # the loss breaks the tie
        ([0.9, 0.9, 0.9, 0.9], [0.4, 0.4, 0.4, 0.4], 1, 0),  # the first of equals
        ([math.nan, 0.1, math.nan, 0.0], [], 1, 1),  # no number is never best
    ],
    ids=["not the last", "less is better", "loss", "first", "nan"],
)
def test_the_best_weights_are_kept(scores, losses, sign, best):
    run = Run(Scripted(scores, losses, sign=sign), epochs=4, tolerance=0.0)
    seen = followed(run)
    run.go()
    assert run.weights() == seen[best]
    assert len({tuple(weights) for weights in seen}) == 4
    marks = [event["best"] for event in run.told("epoch")]
    assert [i for i, mark in enumerate(marks) if mark][-1] == best


@pytest.mark.parametrize(
    ("scores", "sign", "kept"),
    [
        ([0.5, 0.800, 0.793, 0.793], 1, 3),  # 0.792 is 1 % below
        ([0.5, 0.800, 0.795, 0.791], 1, 2),
        ([0.9, 0.500, 0.504, 0.506], -1, 2),  # 0.505 is 1 % above
        ([0.1, 0.200, 0.300, 0.400], 1, 3),
    ],
)
def test_a_later_epoch_is_kept_if_it_is_hardly_worse(scores, sign, kept):
    run = Run(Scripted(scores, [], sign=sign), epochs=4, tolerance=0.01)
    seen = followed(run)
    run.go()
    assert run.weights() == seen[kept]


def test_patience_counts_from_the_best_epoch_and_not_from_the_one_kept():
    scores = [0.9, 0.899, 0.899, 0.899]
    run = Run(Scripted(scores, []), epochs=4, tolerance=0.01, patience=2).go()
    assert len(run.told("epoch")) == 3


def test_without_validation_rows_the_loss_on_the_training_rows_chooses():
    run = Run(epochs=4, learning_rate=0.05, tolerance=0.0)
    seen = followed(run)
    run.go(data(valid=0))
    losses = [event["train_loss"] for event in run.told("epoch")]
    assert run.weights() == seen[losses.index(min(losses))]
    assert [event["valid"] for event in run.told("epoch")] == [{}] * 4


def test_the_average_is_what_is_kept_and_without_one_the_weights_themselves():
    run = Run(averaging=0.9)
    run.go()
    network, best = run.loop.tensors.network, run.loop.tensors.best
    assert all(torch.equal(best[k], v) for k, v in network.state_dict().items())
    assert run.loop.tensors.average is not network
    alone = Run(averaging=0.0)
    assert alone.loop.tensors.average is alone.network
    seen = followed(alone)
    alone.go()
    assert alone.weights() in seen
    assert alone.weights() != run.weights()


def test_the_average_follows_every_step_of_the_run():
    run = Run(epochs=3, averaging=0.8)
    average, seen = run.weights(), []

    def look(event: dict) -> None:
        if event["event"] == "step":
            seen.append(run.weights())

    run.loop.report.listeners += (look,)
    run.go()
    for step, weights in enumerate(seen):
        k = min(0.8, (1 + step) / (10 + step))
        pairs = zip(average, weights, strict=True)
        average = [k * old + (1 - k) * new for old, new in pairs]
    found = [
        n for p in run.loop.tensors.average.parameters() for n in p.flatten().tolist()
    ]
    assert len(seen) == 3 * STEPS
    assert found == pytest.approx(average, rel=1e-5)


def test_epochs_tell_the_figures_of_the_validation_and_no_lists():
    run = Run(Scripted([0.25, 0.5, 0.75], [3.0, 2.0, 1.0])).go()
    assert [event["valid"] for event in run.told("epoch")] == [
        {"loss": 3.0, "score": 0.25},
        {"loss": 2.0, "score": 0.5},
        {"loss": 1.0, "score": 0.75},
    ]


# -- when it ends ---------------------------------------------------------------------


def test_ends_after_its_epochs():
    run = Run(epochs=3).go()
    assert [event["epoch"] for event in run.told("epoch")] == [1, 2, 3]
    assert [event["step"] for event in run.told("step")] == list(range(1, 13))
    assert [event["reason"] for event in run.told("end")] == ["finished"]
    assert run.events[-1]["event"] == "end"


def test_ends_when_nothing_gets_better():
    scores = [0.5, 0.6, 0.6, 0.5, 0.6, 0.9]
    run = Run(Scripted(scores), epochs=50, patience=3).go()
    assert len(run.told("epoch")) == 5
    assert run.told("end")[0]["reason"] == "patience"


def test_ends_in_time_with_what_it_has():
    """0.6 seconds for a million epochs; the rate has come down to nothing by then."""
    run = Run(epochs=10**6, minutes=0.01, patience=10**6)
    started = time.monotonic()
    run.go(data(rows=300))
    assert 0.6 <= time.monotonic() - started < 3
    assert run.told("end")[0]["reason"] == "minutes"
    last = run.told("step")[-1]
    assert last["done"] <= 1
    assert last["learning_rate"] < 0.1 * run.settings.learning_rate
    assert last["step"] == len(run.told("step"))
    assert run.told("epoch")[-1]["epoch"] == len(run.told("epoch"))


def test_however_short_the_time_one_step_is_made_and_scored():
    run = Run(epochs=5, minutes=1e-9).go()
    assert len(run.told("step")) == 1
    assert len(run.told("epoch")) == 1
    assert run.told("end")[0]["reason"] == "minutes"


def test_epochs_by_the_size_of_the_data():
    def lengths(rows: int, tokens: int) -> torch.Tensor:
        return torch.full((rows,), tokens)

    assert epochs_for(lengths(10, 5)) == 60
    assert epochs_for(lengths(500, 10)) == 40
    assert epochs_for(lengths(7_000, 19)) == 8
    assert epochs_for(lengths(22_500, 230)) == 4
    assert epochs_for(lengths(0, 0)) == 60


# -- what goes wrong ------------------------------------------------------------------


def test_a_loss_that_is_no_number_stops_the_run_and_spares_the_checkpoint(tmp_path):
    task = Scripted()
    task.spoils[6] = math.nan
    run = Run(task, around={"folder": tmp_path}, checkpoint_seconds=0.0, warmup=0.2)
    with pytest.raises(DivergedError) as stop:
        run.go()
    rate = run.settings.learning_rate * factor((1 + 1 / STEPS) / 3, 0.2)
    assert str(stop.value) == (
        "step 6: the loss is nan, the gradient nan long, the learning rate"
        f" {rate:.4g}. First in: head.weight.\n"
        "  expected: a loss and a gradient that are numbers\n"
        "  to fix:   halve training.learning_rate, keep training.clip at 1 or below,"
        " look for huge numbers in the data, and begin again (--resume would only come"
        " back to this step)\n"
        "  code:     diverged"
    )
    (end,) = run.told("end")
    assert (end["reason"], end["step"], end["broken"]) == ("diverged", 6, "head.weight")
    assert math.isnan(end["loss"])
    assert math.isnan(end["gradient_norm"])
    assert end["learning_rate"] == pytest.approx(rate)
    assert end["seconds"] == run.loop.progress.seconds
    progress, tensors = checkpoint.load(tmp_path, {})
    assert progress.step == 5
    assert all(bool(tensor.isfinite().all()) for tensor in tensors.values())
    for name, tensor in run.network.state_dict().items():
        assert torch.equal(tensor, tensors[f"network.{name}"])


def test_a_gradient_that_is_no_number_stops_the_run():
    run = Run(Scripted())
    run.network.head.bias.register_hook(lambda grad: grad * math.inf)
    with pytest.raises(DivergedError, match=r"step 1: .* inf long, .*: head\.bias\."):
        run.go()
    assert all(math.isfinite(weight) for weight in run.weights())


def test_a_full_disk_ends_the_run_as_failed(tmp_path: Path, monkeypatch):
    run = Run(around={"folder": tmp_path})

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        run.go()
    assert run.told("end")[0]["reason"] == "failed"


# -- stopping and going on ------------------------------------------------------------


def stopped_after(steps: int, folder: Path, **chosen) -> Run:
    """A run that somebody wanted to stop, with a wish after so many steps."""
    run = Run(around={"folder": folder, "identity": {"x": 1}}, **chosen)
    run.loop.wants_stop = lambda: run.loop.progress.step >= steps
    with pytest.raises(InterruptedTrainingError):
        run.go()
    return run


def gone_on(folder: Path, **chosen) -> Run:
    run = Run(around={"folder": folder, "identity": {"x": 1}}, **chosen)
    run.loop.resume(checkpoint.load(folder, {"x": 1}))
    return run


@pytest.mark.parametrize("steps", range(1, 3 * STEPS + 1))
@pytest.mark.parametrize("averaging", [0.9, 0.0], ids=["average", "no average"])
def test_goes_on_to_the_same_weights_from_any_step(tmp_path, steps, averaging):
    chosen = {"dropout": 0.5, "averaging": averaging, "learning_rate": 0.03}
    alone = Run(**chosen).go()
    first = stopped_after(steps, tmp_path, **chosen)
    assert first.told("end")[0]["reason"] == "interrupted"
    second = gone_on(tmp_path, **chosen).go()
    assert second.weights() == alone.weights()
    for kind in ("step", "epoch"):
        found = [clean(event) for event in first.told(kind) + second.told(kind)]
        assert found == [clean(event) for event in alone.told(kind)]


def clean(event: dict) -> dict:
    return {key: value for key, value in event.items() if key != "seconds"}


def test_knows_where_it_was_in_the_middle_of_an_epoch(tmp_path: Path):
    first = stopped_after(STEPS + 2, tmp_path)
    rows = [event["rows"] for event in first.told("step")[STEPS:]]
    losses = [event["loss"] for event in first.told("step")[STEPS:]]
    now = gone_on(tmp_path).loop.progress
    assert (now.step, now.epoch, now.place) == (STEPS + 2, 1, 2)
    assert now.rows_seen == sum(rows)
    expected = sum(n * loss for n, loss in zip(rows, losses, strict=True))
    assert now.loss_sum == pytest.approx(expected, rel=1e-12)
    assert (now.best, now.best_epoch) == ([0.5, -0.25], 1)
    assert now.seconds == first.loop.progress.seconds > 0
    assert now.identity == {"x": 1}


def test_time_spent_before_counts_for_the_limit(tmp_path: Path):
    stopped_after(1, tmp_path, minutes=60.0)
    path = tmp_path / checkpoint.NAME
    content = path.read_bytes()
    found = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    spent = json.loads(found["__metadata__"]["progress"])["seconds"]
    assert 0 < spent < 60
    run = gone_on(tmp_path, minutes=60.0)
    run.loop.started -= 3600
    run.go()
    assert run.told("step") == []
    assert [event["epoch"] for event in run.told("epoch")] == [1]
    assert run.told("end")[0]["reason"] == "minutes"


def test_a_run_that_was_over_ends_again_without_a_step(tmp_path: Path):
    alone = Run(around={"folder": tmp_path, "identity": {"x": 1}}).go()
    run = gone_on(tmp_path).go()
    assert run.told("step") == run.told("epoch") == []
    assert run.told("end")[0]["reason"] == "finished"
    assert run.weights() == alone.weights()


@pytest.mark.parametrize(
    ("seconds", "saved"), [(0.0, [1, 2, 3, 4, 4, 5, 6, 7, 8, 8]), (900.0, [4, 8])]
)
def test_saves_as_often_as_it_is_told_and_after_each_epoch(
    tmp_path: Path, monkeypatch, seconds: float, saved: list[int]
):
    steps = []
    monkeypatch.setattr(checkpoint, "save", lambda _, now, __: steps.append(now.step))
    Run(around={"folder": tmp_path}, epochs=2, checkpoint_seconds=seconds).go()
    assert steps == saved


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Run(checkpoint_seconds=0.0).go()
    assert list(tmp_path.iterdir()) == []
