"""Events: every listener hears all of them, the file keeps most, and can forget."""

import json
import math

from unrolled.training.report import Report


def step(number: int) -> dict:
    return {"step": number, "loss": 0.5}


def kinds(path) -> list[str]:
    return [json.loads(line)["event"] for line in path.read_text().splitlines()]


def test_listeners_hear_every_event_in_order(tmp_path):
    first, second = [], []
    report = Report((first.append, second.append), None, log_steps=2)
    report("note", {"text": "encoding: UTF-8"})
    report("step", step(1))
    assert first == second
    assert first == [
        {"event": "note", "text": "encoding: UTF-8"},
        {"event": "step", "step": 1, "loss": 0.5},
    ]
    assert report.size() == 0
    report.cut(0)
    assert list(tmp_path.iterdir()) == []


def test_the_file_holds_one_json_object_a_line_and_every_nth_step(tmp_path):
    path = tmp_path / "events.jsonl"
    report = Report((), path, log_steps=3)
    report("note", {"text": "größte Länge"})
    for number in range(1, 8):
        report("step", step(number))
    report("end", {"reason": "finished", "seconds": 1.5})
    assert path.read_text(encoding="utf-8") == (
        '{"event": "note", "text": "größte Länge"}\n'
        '{"event": "step", "step": 3, "loss": 0.5}\n'
        '{"event": "step", "step": 6, "loss": 0.5}\n'
        '{"event": "end", "reason": "finished", "seconds": 1.5}\n'
    )
    assert report.size() == path.stat().st_size


def test_a_figure_that_is_no_number_is_null_in_the_file_alone(tmp_path):
    heard, path = [], tmp_path / "events.jsonl"
    valid = {"loss": math.inf, "mae": math.nan, "r2": -math.inf, "accuracy": 0.5}
    Report((heard.append,), path)("epoch", {"epoch": 1, "valid": valid})
    expected = {"loss": None, "mae": None, "r2": None, "accuracy": 0.5}
    assert json.loads(path.read_text())["valid"] == expected
    assert heard[0]["valid"] is valid


def test_an_earlier_run_is_forgotten_unless_it_is_kept(tmp_path):
    path = tmp_path / "events.jsonl"
    Report((), path)("note", {"text": "earlier"})
    Report((), path, keep=True)("start", {})
    assert kinds(path) == ["note", "start"]
    Report((), path)
    assert not path.exists()


def test_what_came_after_a_checkpoint_is_cut_off(tmp_path):
    path = tmp_path / "events.jsonl"
    report = Report((), path, log_steps=1)
    report("step", step(1))
    size = report.size()
    report("step", step(2))
    report.cut(size)
    report("resume", {})
    assert kinds(path) == ["step", "resume"]


def test_of_a_file_cut_short_by_a_power_cut_whole_lines_are_kept(tmp_path):
    path = tmp_path / "events.jsonl"
    report = Report((), path, log_steps=1)
    report("step", step(1))
    report("step", step(2))
    size = report.size()
    with path.open("r+b") as file:
        file.truncate(size - 5)
    report.cut(size)
    assert path.read_text() == '{"event": "step", "step": 1, "loss": 0.5}\n'
