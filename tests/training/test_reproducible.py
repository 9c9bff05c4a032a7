"""The seed decides the weights: not the clock, the threads, the hash seed, the machine.

(The last bits do depend on the kind of processor and on the versions of torch and its
libraries; see docs/decisions.)
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch

import unrolled
from tests.harness import needs_native
from tests.training.made_up import many_words, texts, write
from unrolled.engine import forced, native

CELLS = ("elman", "lstm", "gru")
PATHS = ("native", "gated") if native.is_built() else ("gated",)
SMALL = {"model.embedding": 12, "model.hidden": 10, "training.epochs": 2}
DATED = ("README.md", "metrics.json", "config.json", "events.jsonl")  # hold seconds


def digests(out: Path) -> dict[str, str]:
    """The SHA-256 of each file of a model that does not say how long it took."""
    files = [path for path in out.iterdir() if path.name not in DATED]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


def trained(data: Path, out: Path, chosen: Mapping[str, Any]) -> dict[str, str]:
    unrolled.train("classify", data, out=out, settings=dict(chosen))
    return digests(out)


def on_one_and_two_threads(
    data: Path, folder: Path, chosen: Mapping[str, Any]
) -> Iterator[dict[str, str]]:
    """The same run where torch has been given one thread, and two."""
    before = torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            yield trained(data, folder / f"on{threads}", chosen)
            assert torch.get_num_threads() == threads  # the run has put them back
    finally:
        torch.set_num_threads(before)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("few") / "texts.csv", texts(120))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """500 texts of 21 words on average, out of some four thousand."""
    return write(tmp_path_factory.mktemp("many") / "texts.csv", many_words(500))


def test_the_same_seed_twice_gives_the_same_files_and_another_seed_others(
    few: Path, tmp_path: Path
):
    first = trained(few, tmp_path / "first", SMALL)
    torch.manual_seed(99)
    assert trained(few, tmp_path / "again", SMALL) == first
    other = trained(few, tmp_path / "other", {**SMALL, "training.seed": 1})
    assert other["model.safetensors"] != first["model.safetensors"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("both", [True, False], ids=["both directions", "one"])
@pytest.mark.parametrize("cell", CELLS)
def test_one_thread_and_two_give_the_same_files(
    few: Path, tmp_path: Path, cell: str, both: bool, path: str
):
    chosen = {**SMALL, "model.cell": cell, "model.bidirectional": both}
    with forced(path=path):
        one, two = on_one_and_two_threads(few, tmp_path, chosen)
    assert one == two


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("cell", CELLS)
def test_one_thread_and_two_give_the_same_files_at_the_usual_sizes(
    many: Path, tmp_path: Path, cell: str, path: str
):
    """Matrix products that the library under torch would divide among its threads."""
    sizes = {"model.embedding": 128, "model.hidden": 128, "training.batch_rows": 64}
    chosen = {**sizes, "model.cell": cell, "training.epochs": 1}
    with forced(path=path):
        one, two = on_one_and_two_threads(many, tmp_path, chosen)
    assert one == two


@needs_native
@pytest.mark.parametrize("cell", CELLS)
def test_the_native_engine_gives_the_same_files_whatever_the_setting_of_threads(
    tmp_path: Path, cell: str
):
    data = write(tmp_path / "texts.csv", many_words(150))
    sizes = {"model.embedding": 128, "model.hidden": 128, "training.batch_rows": 64}
    chosen = {**sizes, "model.cell": cell, "training.epochs": 1}
    one, two = (
        trained(data, tmp_path / str(threads), {**chosen, "training.threads": threads})
        for threads in (1, 2)
    )
    assert one == two


def test_series_on_one_thread_and_two(tmp_path: Path):
    letters = [(" ".join(str(ord(c)) for c in text), k) for text, k in texts(60)]
    data = write(tmp_path / "series.csv", letters)
    one, two = on_one_and_two_threads(data, tmp_path, SMALL)
    assert one == two


@pytest.mark.slow
def test_neither_the_hash_seed_nor_the_environments_threads_matter(
    few: Path, tmp_path: Path
):
    here = trained(few, tmp_path / "here", SMALL)
    command = ["unrolled", "train", "classify", str(few)]
    for number in ("1", "2"):
        out = tmp_path / number
        sets = [part for k, v in SMALL.items() for part in ("--set", f"{k}={v}")]
        subprocess.run(
            [sys.executable, "-m", *command, "--out", str(out), *sets],
            env={**os.environ, "PYTHONHASHSEED": number, "OMP_NUM_THREADS": number},
            check=True,
            capture_output=True,
        )
        assert digests(out) == here
