"""From files to a model: what a resumed run must find as it was, and who hears."""

import json
import os
import re
import signal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch

import unrolled
from tests.harness import needs_native
from tests.training.made_up import texts, write
from unrolled.engine import forced, gated, native
from unrolled.errors import (
    CheckpointError,
    InterruptedTrainingError,
    SettingError,
    UnreadableDataError,
)
from unrolled.randomness import computing_on
from unrolled.training import checkpoint
from unrolled.training.report import EVENTS

SMALL = {
    "model.embedding": 6,
    "model.hidden": 5,
    "training.epochs": 3,
    "training.patience": 3,
    "training.checkpoint_seconds": 900,
}
STEPS = 2  # of an epoch: 54 rows, 32 a batch


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return write(tmp_path / "texts.csv", texts(60))


def trained(data: Path, out: Path | None, *listeners: Any, **more: Any) -> Any:
    settings = {**SMALL, **more.pop("settings", {})}
    return unrolled.train(
        "classify", data, out=out, settings=settings, listeners=listeners, **more
    )


def stopping_at(step: int) -> Any:
    """A listener that presses Ctrl-C at that step."""

    def listen(event: dict[str, Any]) -> None:
        if event["event"] == "step" and event["step"] == step:
            os.kill(os.getpid(), signal.SIGINT)

    return listen


def raising_at(kind: str) -> Any:
    """A listener in which a second Ctrl-C arrives, at an event of that kind."""

    def listen(event: dict[str, Any]) -> None:
        if event["event"] == kind:
            raise KeyboardInterrupt

    return listen


def digest(out: Path) -> str:
    return sha256((out / "model.safetensors").read_bytes()).hexdigest()


@pytest.fixture
def stopped(few: Path, tmp_path: Path) -> Path:
    """The folder of a run that was stopped in the middle of its second epoch."""
    out = tmp_path / "stopped"
    with pytest.raises(InterruptedTrainingError):
        trained(few, out, stopping_at(STEPS + 1))
    assert (out / checkpoint.NAME).exists()
    return out


def refusal(data: Path, out: Path, **more: Any) -> str:
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(CheckpointError) as found:
        trained(data, out, resume=True, **more)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    return re.sub('"[0-9a-f]{16}"', "#", str(found.value))


def another_run(out: Path, words: str) -> str:
    return (
        f"{out / checkpoint.NAME} belongs to another run: {words}.\n"
        "  expected: the data and settings that the run was started with\n"
        "  to fix:   give those again, or leave --resume out to begin again\n"
        "  code:     checkpoint"
    )


def test_goes_on_in_this_process_to_the_same_weights(few, stopped, tmp_path):
    trained(few, tmp_path / "alone")
    model = trained(few, stopped, resume=True)
    assert digest(stopped) == digest(tmp_path / "alone")
    assert model.metrics["on"] == "valid"
    assert not (stopped / checkpoint.NAME).exists()


def test_other_settings_are_refused_and_named(few, stopped):
    settings = {"training.seed": 1, "model.hidden": 6}
    assert refusal(few, stopped, settings=settings) == another_run(
        stopped, "model.hidden was 5, is 6; training.seed was 0, is 1"
    )


def test_other_rows_are_refused(few, stopped):
    write(few, texts(60, seed=1))
    assert refusal(few, stopped) == another_run(
        stopped, "digest of the training rows was #, is #"
    )


def test_other_rows_to_choose_by_are_refused(few, tmp_path):
    held, out = write(tmp_path / "held.csv", texts(9, seed=4)), tmp_path / "out"
    with pytest.raises(InterruptedTrainingError):
        trained(few, out, stopping_at(1), valid=held)
    write(held, texts(9, seed=5))
    assert refusal(few, out, valid=held) == another_run(
        out, "digest of the validation rows was #, is #"
    )


def test_one_changed_label_is_refused(few, stopped):
    rows = texts(60)
    flipped = {"positive": "negative", "negative": "positive"}
    write(few, [(rows[0][0], flipped[rows[0][1]]), *rows[1:]])
    assert "rows was #, is #" in refusal(few, stopped)


def test_another_order_of_the_rows_is_refused(few, stopped):
    rows = texts(60)
    write(few, [*rows[1:], rows[0]])
    assert "rows was #, is #" in refusal(few, stopped)


def test_a_file_that_a_setting_names_must_be_as_it_was(few, tmp_path):
    further, out = tmp_path / "further.txt", tmp_path / "out"
    further.write_text("a warm and lovely film\n" * 3)
    settings = {"text.unlabelled": str(further)}
    with pytest.raises(InterruptedTrainingError):
        trained(few, out, stopping_at(1), settings=settings)
    further.write_text("a cold and lovely film\n" * 3)
    assert refusal(few, out, settings=settings) == another_run(
        out, "digest of text.unlabelled was #, is #"
    )


def test_how_often_it_saves_and_logs_and_where_its_rows_lie_may_change(
    few, stopped, tmp_path
):
    moved = few.rename(tmp_path / "moved.csv")
    settings = {"training.checkpoint_seconds": 0, "training.log_steps": 1}
    trained(moved, stopped, resume=True, settings=settings)
    trained(moved, tmp_path / "alone")
    assert digest(stopped) == digest(tmp_path / "alone")


@needs_native
@pytest.mark.parametrize(("begun", "goes_on"), [(1, 0), (0, 1), (3, 2)])
def test_on_the_native_path_a_run_goes_on_with_other_threads(
    few, tmp_path, begun, goes_on
):
    out = tmp_path / "out"
    with computing_on(2):
        with pytest.raises(InterruptedTrainingError):
            chosen = {"training.threads": begun}
            trained(few, out, stopping_at(STEPS + 1), settings=chosen)
        chosen = {"training.threads": goes_on}
        trained(few, out, resume=True, settings=chosen)
        trained(few, tmp_path / "alone")
    assert digest(out) == digest(tmp_path / "alone")


def test_on_another_path_a_run_goes_on_with_as_many_threads_alone(few, tmp_path):
    out, one = tmp_path / "out", {"training.threads": 1}
    with forced(path="gated"):
        with pytest.raises(InterruptedTrainingError):
            trained(few, out, stopping_at(1))
        found = refusal(few, out, settings={"training.threads": 2})
        assert found == another_run(out, "training.threads was 1, is 2")
        trained(few, out, resume=True, settings=one)  # as it had chosen for itself
        trained(few, tmp_path / "alone")
    assert digest(out) == digest(tmp_path / "alone")


@needs_native
def test_another_path_of_the_engine_is_refused(few, stopped):
    with forced(path="gated"):
        assert refusal(few, stopped) == another_run(
            stopped,
            'the engine\'s path was "native", is "gated"; '
            "training.threads was null, is 1",
        )


def test_a_damaged_checkpoint_is_refused(few, stopped):
    path = stopped / checkpoint.NAME
    path.write_bytes(path.read_bytes()[:-100])
    assert refusal(few, stopped) == (
        f"{path} is cut short, damaged or no checkpoint.\n"
        "  expected: the file that a run of `unrolled train` wrote\n"
        "  to fix:   leave --resume out to begin again\n"
        "  code:     checkpoint"
    )


def test_resume_without_a_folder_is_refused(few):
    with pytest.raises(SettingError) as found:
        trained(few, None, resume=True)
    assert str(found.value) == (
        "resume was asked for, and no folder to go on from.\n"
        "  expected: the folder that the stopped run was given as out\n"
        "  to fix:   give out, or leave resume out\n"
        "  code:     setting"
    )


def test_resume_with_nothing_to_go_on_from_begins_and_says_so(few, tmp_path):
    heard, out = [], tmp_path / "new"
    trained(few, out, heard.append, resume=True)
    notes = [event["text"] for event in heard if event["event"] == "note"]
    assert notes[-1] == f"no checkpoint in {out}: begins at the start"
    trained(few, tmp_path / "alone")
    assert digest(out) == digest(tmp_path / "alone")


def test_without_resume_a_stopped_run_begins_again(few, stopped):
    seen = []

    def look(event: dict[str, Any]) -> None:
        if event["event"] == "start":
            seen.append((stopped / checkpoint.NAME).exists())

    with pytest.raises(KeyboardInterrupt):  # no checkpoint of its own yet
        trained(few, stopped, look, raising_at("step"))
    assert seen == [False]
    lines = (stopped / EVENTS).read_text(encoding="utf-8").splitlines()
    kinds = [json.loads(line)["event"] for line in lines]
    assert kinds.count("start") == 1
    assert "epoch" not in kinds


# -- Ctrl-C outside of the steps ------------------------------------------------------


@pytest.mark.parametrize("kind", ["epoch", "end"])
def test_a_stop_at_once_is_saved_as_far_as_the_last_checkpoint(few, tmp_path, kind):
    out = tmp_path / "out"
    settings = {"training.checkpoint_seconds": 0}
    with pytest.raises(InterruptedTrainingError):
        trained(few, out, raising_at(kind), settings=settings)
    trained(few, out, resume=True)
    trained(few, tmp_path / "alone")
    assert digest(out) == digest(tmp_path / "alone")


def test_a_stop_where_nothing_is_saved_stays_an_interrupt(few, tmp_path):
    for out in (None, tmp_path / "out"):
        with pytest.raises(KeyboardInterrupt):
            trained(few, out, raising_at("start"))


# -- who hears, what is scored, what is left as it was --------------------------------


def test_events_begin_with_notes_and_the_start_and_finish_with_the_end(few, tmp_path):
    heard = []
    model = trained(few, tmp_path / "out", heard.append)
    kinds = [event["event"] for event in heard]
    first = kinds.index("start")
    assert first > 0
    assert set(kinds[:first]) == {"note"}
    assert kinds[-1] == "end"
    assert heard[first] == {
        "event": "start",
        "task": "classify",
        "rows": 54,
        "weights": sum(p.numel() for p in model.network.parameters()),
        "path": "native" if native.is_built() else "gated",
        "threads": torch.get_num_threads() if native.is_built() else 1,
    }
    assert set(model.notes) >= {event["text"] for event in heard[:first]}


def test_is_scored_on_the_test_rows_else_on_the_valid_ones_else_on_all(few, tmp_path):
    other = write(tmp_path / "other.csv", texts(7, seed=2))
    found = trained(few, None, valid=other, test=few).metrics
    assert (found["on"], found["examples"]) == ("test", 60)
    found = trained(few, None, valid=other).metrics
    assert (found["on"], found["examples"]) == ("valid", 7)
    found = trained(few, None, settings={"data.valid_share": 0}).metrics
    assert (found["on"], found["examples"]) == ("train", 60)


def test_the_time_of_all_parts_of_a_run_counts(few, stopped):
    (progress, _) = checkpoint.load(stopped, saved_identity(stopped))
    found = trained(few, stopped, resume=True).metrics
    assert found["seconds"] > progress.seconds > 0


def saved_identity(out: Path) -> dict[str, Any]:
    content = (out / checkpoint.NAME).read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return json.loads(header["__metadata__"]["progress"])["identity"]


@pytest.mark.parametrize(
    ("path", "asked", "expected"),
    [
        pytest.param("native", 0, 2, marks=needs_native),
        pytest.param("native", 1, 1, marks=needs_native),
        ("gated", 0, 1),
        ("gated", 2, 2),
        ("gated", 1, 1),
    ],
)
def test_computes_on_the_threads_that_it_is_told_and_puts_back_what_was(
    few, path, asked, expected
):
    """Of itself on all that torch has, here two, only where that changes no bit."""
    seen, told = set(), []

    def look(event: dict[str, Any]) -> None:
        seen.add(torch.get_num_threads())
        if event["event"] == "start":
            told.append((event["path"], event["threads"]))

    settings = {"training.threads": asked, "training.epochs": 1}
    with forced(path=path), computing_on(2):
        trained(few, None, look, settings=settings)
        assert seen == {expected}
        assert told == [(path, expected)]
        assert torch.get_num_threads() == 2
        with pytest.raises(KeyboardInterrupt):
            trained(few, None, raising_at("epoch"))
        assert torch.get_num_threads() == 2


def test_the_path_that_is_told_is_the_one_that_runs(few, monkeypatch):
    """For the training; to look at its network then, the gated path is taken."""
    ran, told = set(), []
    monkeypatch.setattr("unrolled.training.run.looker", lambda *_: lambda _: None)
    for name, path in ((native, "native"), (gated, "gated")):
        monkeypatch.setattr(name, "forward", noting(name.forward, ran, path))
    for path in ("native", "gated") if native.is_built() else ("gated",):
        with forced(path=path if path == "gated" else None):
            trained(few, None, told.append, settings={"training.epochs": 1})
        (start,) = (event for event in told if event["event"] == "start")
        assert ran == {start["path"]} == {path}
        ran.clear()
        told.clear()


def noting(call: Any, ran: set[str], path: str) -> Any:
    def noted(*given: Any) -> Any:
        ran.add(path)
        return call(*given)

    return noted


def test_one_row_is_too_few(tmp_path):
    data = write(tmp_path / "one.csv", texts(1))
    with pytest.raises(UnreadableDataError) as found:
        trained(data, None)
    assert str(found.value) == (
        f"{data} leaves 1 row to learn from.\n"
        "  expected: at least two, better some hundreds\n"
        "  to fix:   add rows, or lower data.valid_share\n"
        "  code:     unreadable-data"
    )
