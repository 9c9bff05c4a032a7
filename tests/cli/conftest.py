"""What the tests of the command line share: the command itself, run in this process."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.made_up import write_table
from unrolled import datasets
from unrolled.cli.app import main


class Outcome(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def command(monkeypatch, capsys) -> Command:
    """Runs `unrolled` with these words, in this process."""

    def run(*words: str | Path) -> Outcome:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["unrolled", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Outcome(code, *capsys.readouterr())

    return run


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """An empty folder that the command is run in, so that messages name short paths."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def data(here, monkeypatch) -> Callable[..., None]:
    """Puts files of made-up rows in the place of these data sets."""

    def put(files: dict[str, Path], *names: str) -> None:
        got = datasets.Fetched(
            name=names[0],
            task="",
            folder=here,
            files=files,
            rows=dict.fromkeys(files, 30),
            columns=("input", "target"),
            credit="Nobody",
            license="CC0",
        )

        def get(name, *, accept_license):
            assert name in names
            assert accept_license
            return got

        monkeypatch.setattr(datasets, "get", get)

    return put


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A small model of the sample sentences; do not change it, copy it."""
    from unrolled.training.front import train

    folder = tmp_path_factory.mktemp("trained")
    table = write_table(folder / "sample.csv")
    train("classify", table, out=folder / "model", epochs=1, hidden=4)
    return folder / "model"


@pytest.fixture(scope="session")
def weighing(tmp_path_factory) -> Path:
    """A small language model of made-up lines; do not change it, copy it."""
    from unrolled.training.front import train

    folder = tmp_path_factory.mktemp("weighing")
    lines = [
        f"{who} {what} to {where} ."
        for who in ("I", "you", "we")
        for what in ("love", "want", "go")
        for where in ("the gym", "a lake", "school")
    ]
    (folder / "lines.txt").write_text("\n".join(4 * lines), encoding="utf-8")
    settings = {"text.tokens": "word", "task.rows": "apart", "task.sentences": 2}
    train(
        "language_model",
        folder / "lines.txt",
        out=folder / "model",
        epochs=6,
        hidden=16,
        settings=settings,
    )
    return folder / "model"
