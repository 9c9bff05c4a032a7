"""Events of a run as lines, and as a bar where there is a terminal."""

import io
import re
import sys

import pytest

from unrolled.cli import progress
from unrolled.cli.progress import SECONDS, Progress

COLOR = re.compile(r"\x1b\[[349]\d")
START = {"event": "start", "task": "classify", "rows": 1200, "weights": 34567}
EPOCH = {
    "event": "epoch",
    "epoch": 2,
    "train_loss": 0.512345,
    "valid": {"loss": 0.6, "accuracy": 0.75, "macro_f1": 0.7},
    "best": True,
    "seconds": 3.0,
}


class Terminal(io.StringIO):
    """A standard error that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    """The time, which stands still until it is moved."""
    time = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: time[0])
    return time


def step(number: int, done: float, loss: float = 0.5) -> dict:
    return {
        "event": "step",
        "step": number,
        "epoch": 1,
        "done": done,
        "loss": loss,
        "rows": 32,
    }


def test_without_a_terminal_events_are_lines(capsys, clock):
    shown = Progress()
    for event in (
        {"event": "note", "text": "encoding: UTF-8"},
        START,
        {"event": "resume", "step": 1500, "epoch": 1},
        EPOCH,
        EPOCH | {"valid": {}, "best": False},
        {"event": "end", "reason": "patience", "seconds": 119.6},
    ):
        shown(event)
    assert capsys.readouterr().err == (
        "· encoding: UTF-8\n"
        "· 1,200 rows to learn from, 34,567 weights\n"
        "· going on from step 1,500\n"
        "epoch 2: trained to 0.5123; validation loss 0.6000  accuracy 0.7500  macro_f1"
        " 0.7000  (best)\n"
        "epoch 2: trained to 0.5123\n"
        "· no better for a while, after 2:00\n"
    )


def test_without_a_terminal_a_step_is_a_line_every_few_seconds(capsys, clock):
    shown = Progress()
    for number in range(1, 25):
        clock[0] += 0.5
        shown(step(number, done=number / 100))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == int(12 / SECONDS)
    # 9 steps of 32 rows in 4.5 seconds; a hundredth each half second leaves 45 s.
    assert lines[0] == " 10 %  epoch 1  loss 0.5000  64 rows/s  0:45 left"


def test_a_score_stands_in_the_lines_after_an_epoch(capsys, clock):
    shown = Progress()
    shown(step(1, done=0.1))
    shown(EPOCH)
    clock[0] += SECONDS
    shown(step(2, done=0.2))
    assert "accuracy 0.7500  " in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    "reason",
    ["finished", "patience", "minutes", "interrupted", "diverged", "failed"],
)
def test_every_end_has_its_words(capsys, reason):
    Progress()({"event": "end", "reason": reason, "seconds": 0.2})
    assert capsys.readouterr().err.endswith(", after 0:00\n")


def test_on_a_terminal_a_bar_is_drawn_and_lines_stand_above_it(monkeypatch, clock):
    seen = Terminal()
    monkeypatch.setattr(sys, "stderr", seen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with Progress() as shown:
        shown(START)
        shown({"event": "resume", "step": 7, "epoch": 0})
        shown(step(1, done=0.25))
        shown(EPOCH)
        shown.bar.refresh()
    text = seen.getvalue()
    assert " 25 %" in text
    assert "━" in text
    assert "· going on from step 7" in text
    assert "epoch 2: trained to 0.5123" in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1  # the cursor


def test_no_color_is_respected(monkeypatch, clock):
    def drawn() -> str:
        seen = Terminal()
        monkeypatch.setattr(sys, "stderr", seen)
        with Progress() as shown:
            shown(START)
            shown(step(1, done=0.25))
            shown.bar.refresh()
        return seen.getvalue()

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert COLOR.search(drawn())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not COLOR.search(drawn())


def test_the_bar_is_gone_and_the_cursor_back_after_a_fault(monkeypatch, clock):
    seen = Terminal()
    monkeypatch.setattr(sys, "stderr", seen)
    monkeypatch.setenv("TERM", "xterm")
    with pytest.raises(ZeroDivisionError), Progress() as shown:
        shown(START)
        raise ZeroDivisionError
    assert seen.getvalue().endswith("\x1b[?25h")
    assert shown.bar is None


def test_a_second_ctrl_c_has_a_word(capsys):
    with pytest.raises(KeyboardInterrupt), Progress():
        raise KeyboardInterrupt
    assert capsys.readouterr().err == (
        "Stopped at once. If there was a checkpoint, --resume goes on from it.\n"
    )
