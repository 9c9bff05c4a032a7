"""The curves of a run as TensorBoard itself reads them."""

import builtins
from pathlib import Path
from typing import Any

import pytest

from unrolled.errors import MissingExtraError
from unrolled.training.tensorboard import TensorBoard


def step(number: int) -> dict[str, Any]:
    figures = {"loss": 1 / number, "learning_rate": 0.5, "gradient_norm": 2.0 * number}
    return {"event": "step", "step": number, **figures}


def epoch(number: int) -> dict[str, Any]:
    valid = {"loss": 0.25, "accuracy": number / 4}
    return {"event": "epoch", "epoch": number, "valid": valid}


START, END = {"event": "start"}, {"event": "end", "reason": "finished"}


def tell(listener: TensorBoard, *events: dict[str, Any]) -> None:
    for event in events:
        listener(event)


def curves(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Each curve as (step, value), as TensorBoard shows it."""
    reading = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator"
    )
    found = reading.EventAccumulator(str(folder / "tensorboard")).Reload()
    names = found.Tags()["scalars"]
    return {n: [(e.step, e.value) for e in found.Scalars(n)] for n in names}


def test_steps_and_epochs_become_curves(tmp_path):
    note = {"event": "note", "text": "encoding: UTF-8"}
    tell(TensorBoard(tmp_path), note, START, step(1), step(2), epoch(1), step(4), END)
    assert curves(tmp_path) == {
        "train/loss": [(1, 1.0), (2, 0.5), (4, 0.25)],
        "train/learning_rate": [(1, 0.5), (2, 0.5), (4, 0.5)],
        "train/gradient_norm": [(1, 2.0), (2, 4.0), (4, 8.0)],
        "valid/loss": [(2, 0.25)],
        "valid/accuracy": [(2, 0.25)],
    }


def test_what_a_killed_run_wrote_after_its_checkpoint_is_not_shown_twice(tmp_path):
    killed = TensorBoard(tmp_path)
    tell(killed, START, step(1), step(2), step(3), epoch(1))
    killed.writer.flush()
    resume = {"event": "resume", "step": 2, "epoch": 0}
    tell(TensorBoard(tmp_path), START, resume, step(3), step(4), END)
    found = curves(tmp_path)
    assert [at for at, _ in found["train/loss"]] == [1, 2, 3, 4]
    assert "valid/accuracy" not in found or found["valid/accuracy"] == []
    killed.writer.close()


def test_nothing_is_written_before_there_is_something_to_write(tmp_path):
    tell(TensorBoard(tmp_path), {"event": "note", "text": ""}, START, END)
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    whole = builtins.__import__

    def lacking(name: str, *rest: Any) -> Any:
        if name.startswith(("tensorboard", "torch.utils.tensorboard")):
            raise ImportError(name)
        return whole(name, *rest)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(MissingExtraError) as found:
        TensorBoard(tmp_path)
    assert str(found.value) == (
        '--tensorboard needs the package "tensorboard", which is not installed.\n'
        '  expected: the extra "track" of unrolled\n'
        '  to fix:   pip install "unrolled[track]"\n'
        "  code:     missing-extra"
    )
