"""A run that is killed, again and again, and goes on: the same weights, bit for bit."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.training.launcher import STAGES, Launcher
from unrolled.training import checkpoint
from unrolled.training.report import EVENTS

EPOCHS, STEPS = 7, 7 * 17  # 540 rows to learn from, 32 a batch
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


def command(rows: Path, out: Path, *more: str) -> list[str]:
    """A small run with all that draws: dropout of numbers, of words; an average."""
    chosen = {
        "model.embedding": 16,
        "model.dropout": 0.3,
        "model.embedding_dropout": 0.2,
        "model.token_dropout": 0.1,
        "training.averaging": 0.98,
        "training.patience": EPOCHS,
        "training.checkpoint_seconds": 0,
        "training.log_steps": 1,
    }
    sets = [part for k, v in chosen.items() for part in ("--set", f"{k}={v}")]
    size = ["--hidden", "20", "--epochs", str(EPOCHS)]
    return ["train", "classify", str(rows), "--out", str(out), *size, *sets, *more]


def digest(out: Path) -> str:
    return sha256((out / "model.safetensors").read_bytes()).hexdigest()


def events(out: Path) -> list[dict[str, Any]]:
    """What events.jsonl says happened, without the clock and the resumptions."""
    lines = (out / EVENTS).read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    kept = [e for e in found if e["event"] != "resume" and not is_of_resuming(e)]
    return [{k: v for k, v in event.items() if k != "seconds"} for event in kept]


def is_of_resuming(event: dict[str, Any]) -> bool:
    """Whether it says that --resume found nothing to go on from."""
    return "no checkpoint" in event.get("text", "")


def leftovers(out: Path) -> list[str]:
    """What a finished run should not leave behind."""
    return [p.name for p in out.iterdir() if p.suffix == ".part" or "check" in p.name]


def assert_same(out: Path, alone: Path) -> None:
    """The weights and the story of the run that was left alone, and nothing else."""
    assert digest(out) == digest(alone)
    assert events(out) == events(alone)
    assert leftovers(out) == []


@pytest.fixture(scope="module")
def alone(rows: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run by the true command that nobody disturbed."""
    out = tmp_path_factory.mktemp("alone") / "model"
    whole = [sys.executable, "-m", "unrolled", *command(rows, out)]
    subprocess.run(whole, env=ENVIRONMENT, check=True, capture_output=True)
    return out


def test_events_tell_every_step_and_every_epoch_once_and_in_order(alone):
    found = events(alone)
    steps = [event["step"] for event in found if event["event"] == "step"]
    epochs = [event["epoch"] for event in found if event["event"] == "epoch"]
    assert steps == list(range(1, STEPS + 1))
    assert epochs == list(range(1, EPOCHS + 1))
    assert [e["event"] for e in found if e["event"] in ("start", "end")] == [
        "start",
        "end",
    ]
    assert found[-1] == {"event": "end", "reason": "finished"}


@pytest.mark.slow
def test_killed_at_20_random_moments_it_ends_with_the_same_weights(
    launcher: Launcher, rows: Path, alone: Path, tmp_path: Path
):
    """Any moment: while files are read, between steps, while a checkpoint is written,
    while the model is. A run that ends before the 20th kill is followed by another.
    """
    chance, kills, ended = Random(20), 0, 0
    while kills < 20 or not ended:
        out = tmp_path / f"run{ended}"
        launcher.start(command(rows, out, "--resume"), tmp_path / "log.txt")
        code = launcher.wait(chance.uniform(0, 1.2) if kills < 20 else 120)
        if code is None:
            launcher.kill()
            code = launcher.wait()  # 0 if it ended by itself in the very last moment
        if code == -signal.SIGKILL:
            kills += 1
        else:
            assert code == 0, (tmp_path / "log.txt").read_text()
            assert_same(out, alone)
            ended += 1


@pytest.mark.slow
def test_the_true_command_killed_at_random_moments_ends_with_the_same_weights(
    rows: Path, alone: Path, tmp_path: Path
):
    out, chance = tmp_path / "model", Random(3)
    whole = [sys.executable, "-m", "unrolled", *command(rows, out, "--resume")]
    with (tmp_path / "log.txt").open("w") as log:
        for _ in range(3):
            process = subprocess.Popen(whole, env=ENVIRONMENT, stdout=log, stderr=log)
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.5, 5))
            process.kill()
            process.wait()
    subprocess.run(whole, env=ENVIRONMENT, check=True, capture_output=True)
    assert_same(out, alone)


@pytest.mark.slow
def test_killed_while_a_checkpoint_is_written_it_goes_on(
    launcher: Launcher, rows: Path, alone: Path, tmp_path: Path
):
    out, log = tmp_path / "model", tmp_path / "log.txt"
    for number, stage in zip((1, 2, 30, 25), STAGES, strict=True):
        code = launcher.run(command(rows, out, "--resume"), log, (number, stage))
        assert code == -signal.SIGKILL, log.read_text()
    assert launcher.run(command(rows, out, "--resume"), log) == 0, log.read_text()
    assert_same(out, alone)


@pytest.mark.slow
def test_killed_at_each_file_of_the_model_it_goes_on(
    launcher: Launcher, rows: Path, alone: Path, tmp_path: Path
):
    """The run is over after the last step's and the last epoch's checkpoint."""
    out, log = tmp_path / "model", tmp_path / "log.txt"
    number, code = STEPS + EPOCHS, -signal.SIGKILL
    kills = 0
    while code == -signal.SIGKILL:
        number = 1 if kills == 1 else number + 1  # the next finds all steps done
        stage = STAGES[kills % len(STAGES)]
        code = launcher.run(command(rows, out, "--resume"), log, (number, stage))
        kills += 1
    assert code == 0, log.read_text()
    assert kills > len(list(out.glob("*.json"))) + 2  # each JSON file, and the tensors
    assert_same(out, alone)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_a_stopped_run_saves_says_so_exits_with_3_and_goes_on(
    launcher: Launcher, rows: Path, alone: Path, tmp_path: Path, number: int
):
    out, log = tmp_path / "model", tmp_path / "log.txt"
    launcher.start(command(rows, out, "--set", "training.checkpoint_seconds=900"), log)
    _wait_for(out / EVENTS, b'"event": "step"')
    launcher.kill(number)
    assert launcher.wait() == 3
    words = "Stopped, and saved. The same command with --resume goes on.\n"
    assert log.read_text(encoding="utf-8").endswith(words)
    assert (out / checkpoint.NAME).exists()
    assert not (out / "model.safetensors").exists()
    assert events(out)[-1] == {"event": "end", "reason": "interrupted"}
    assert launcher.run(command(rows, out, "--resume"), log) == 0
    assert_same(out, alone)


def test_a_finished_run_that_is_resumed_is_left_as_it_is(
    launcher: Launcher, rows: Path, alone: Path, tmp_path: Path
):
    before = {path: path.stat().st_mtime_ns for path in alone.iterdir()}
    log = tmp_path / "log.txt"
    assert launcher.run(command(rows, alone, "--resume"), log) == 0
    assert {path: path.stat().st_mtime_ns for path in alone.iterdir()} == before


def _wait_for(path: Path, words: bytes) -> None:
    """Until the file holds these words."""
    for _ in range(6000):
        if path.exists() and words in path.read_bytes():
            return
        time.sleep(0.01)
    raise AssertionError(f"{path} never held {words!r}")
