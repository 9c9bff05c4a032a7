"""Several processes: each has its share, and together they are one."""

import json
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch.testing import assert_close

from tests.training.made_up import texts, write
from unrolled.training import checkpoint
from unrolled.training.distributed import World
from unrolled.training.report import EVENTS

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
TWO = ["torch.distributed.run", "--nproc-per-node", "2", "-m", "unrolled"]
EPOCHS = 8
LAST = EPOCHS * 11  # steps: of 271 rows, 27 a batch, one row is left for the last batch


# -- a world of one -------------------------------------------------------------------


def test_alone_every_question_is_answered_by_oneself():
    world = World.join()
    assert world == World(rank=0, size=1)
    assert world.is_first
    assert world.share([3, 1, 2]) == [3, 1, 2]
    assert world.any(True) and not world.any(False)
    assert world.total(0.1) == 0.1
    assert world.first([0.1, 2.0]) == [0.1, 2.0]
    network = torch.nn.Linear(1, 1)
    assert world.wrap(network) is network
    world.leave()


@pytest.mark.parametrize("rows", [[], [7], [7, 3], [5, 1, 4, 2, 8, 0, 9]], ids=len)
def test_the_shares_of_all_processes_are_the_batch(rows):
    shares = [World(rank, 3).share(rows) for rank in range(3)]
    assert sorted(row for share in shares for row in share) == sorted(rows)
    sizes = [len(share) for share in shares]
    assert max(sizes) - min(sizes) <= 1
    assert [World(rank, 3).is_first for rank in range(3)] == [True, False, False]


def test_one_process_by_torchrun_needs_no_network(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")
    monkeypatch.setenv("RANK", "0")
    assert World.join() == World()


# -- two processes by torchrun --------------------------------------------------------


def command(rows: Path, out: Path, *more: str) -> list[str]:
    """A run without dropout, whose batches have an odd number of rows, or one."""
    chosen = {
        "model.embedding": 12,
        "model.dropout": 0,
        "model.embedding_dropout": 0,
        "model.token_dropout": 0,
        "training.batch_rows": 27,
        "training.patience": EPOCHS,
        "training.log_steps": 1,
        "training.checkpoint_seconds": 900,
    }
    sets = [part for k, v in chosen.items() for part in ("--set", f"{k}={v}")]
    size = ["--hidden", "10", "--epochs", str(EPOCHS)]
    return ["train", "classify", str(rows), "--out", str(out), *size, *sets, *more]


def run(
    module: list[str], arguments: list[str], threads: int = 1
) -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, "-m", *module, *arguments]
    environment = {**ENVIRONMENT, "OMP_NUM_THREADS": str(threads)}
    return subprocess.run(whole, env=environment, capture_output=True, text=True)


def events(out: Path, kind: str) -> list[dict[str, Any]]:
    lines = (out / EVENTS).read_text(encoding="utf-8").splitlines()
    return [found for found in map(json.loads, lines) if found["event"] == kind]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """301 rows: 30 to choose by, 271 to learn from."""
    return write(tmp_path_factory.mktemp("few") / "texts.csv", texts(301))


@pytest.fixture(scope="module")
def two(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run in two processes."""
    out = tmp_path_factory.mktemp("two") / "model"
    done = run(TWO, command(few, out), threads=2)
    assert done.returncode == 0, done.stderr
    assert events(out, "start")[0]["threads"] == 1  # of the two that each could take
    assert done.stdout.count("this model") == 1  # only the first one speaks
    assert done.stderr.count("rows to learn from") == 1
    assert done.stderr.count(f"epoch {EPOCHS}:") == 1
    return out


@pytest.mark.slow
def test_two_processes_train_to_the_weights_of_one(few: Path, two: Path, tmp_path):
    out = tmp_path / "one"
    done = run(["unrolled"], command(few, out))
    assert done.returncode == 0, done.stderr
    name = "model.safetensors"
    ours = safetensors.torch.load_file(two / name)
    alone = safetensors.torch.load_file(out / name)
    assert ours.keys() == alone.keys()
    for key, tensor in alone.items():
        assert_close(
            ours[key], tensor, rtol=1e-5, atol=1e-5, msg=lambda m, k=key: k + m
        )
    assert not all(torch.equal(ours[key], alone[key]) for key in alone)  # it was two
    steps = events(two, "step")
    assert [event["step"] for event in steps] == list(range(1, LAST + 1))
    assert sorted(event["rows"] for event in steps) == [1] * EPOCHS + [27] * 10 * EPOCHS
    for kind, figures in (
        ("step", ("rows", "loss", "gradient_norm", "learning_rate", "done")),
        ("epoch", ("train_loss", "best")),
    ):
        for mine, theirs in zip(events(two, kind), events(out, kind), strict=True):
            for figure in figures:
                assert mine[figure] == pytest.approx(theirs[figure], rel=1e-4)
    for mine, theirs in zip(events(two, "epoch"), events(out, "epoch"), strict=True):
        assert mine["valid"] == pytest.approx(theirs["valid"], rel=1e-4)
    scores = [json.loads((f / "metrics.json").read_text()) for f in (two, out)]
    assert scores[0]["metrics"]["confusion"] == scores[1]["metrics"]["confusion"]


@pytest.mark.slow
def test_two_processes_stop_save_and_go_on_to_the_same_weights(few, two, tmp_path):
    """Ctrl-C on torchrun, which sends it on to both; what torchrun itself says of it,
    and its exit code 1, are its own.
    """
    out = tmp_path / "model"
    whole = [sys.executable, "-m", *TWO, *command(few, out)]
    log = tmp_path / "log.txt"
    with log.open("w") as file:
        process = subprocess.Popen(whole, env=ENVIRONMENT, stdout=file, stderr=file)
        while not (out / EVENTS).exists() or not events(out, "step"):
            assert process.poll() is None, log.read_text()
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 1
    said = log.read_text(encoding="utf-8")
    assert (
        said.count("Stopped, and saved. The same command with --resume goes on.") == 1
    )
    assert (out / checkpoint.NAME).exists()
    assert 0 < len(events(out, "step")) < LAST
    done = run(TWO, command(few, out, "--resume"))
    assert done.returncode == 0, done.stderr
    assert [e["step"] for e in events(out, "step")] == list(range(1, LAST + 1))
    digests = [
        sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        for folder in (out, two)
    ]
    assert digests[0] == digests[1]


@pytest.mark.slow
def test_a_mistake_is_told_once_and_the_exit_code_is_1(few: Path, tmp_path: Path):
    done = run(TWO, command(few, tmp_path / "model", "--target", "stars"))
    assert done.returncode == 1
    assert done.stderr.count("code:     missing-column") == 1
    assert "unrolled/training" not in done.stderr  # no traceback of ours
    assert not (tmp_path / "model").exists()
