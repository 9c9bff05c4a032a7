"""`unrolled bench`: a table for people, one object for programs."""

import json

import pytest
import torch

from unrolled.cli import bench, onnx_peer
from unrolled.cli.bench import Case, Line
from unrolled.errors import MissingExtraError

NAMES = {"train_gru_5_ms", "stream_lstm_6_us"}


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Two small cases, and no wait for the machine's best."""
    monkeypatch.setattr(bench, "CASES", (Case("train", "gru", 5), *STREAM))
    monkeypatch.setattr(bench, "ROWS", 3)
    monkeypatch.setattr("unrolled.cli.timing.product_rate", lambda: 1e11)


STREAM = (Case("stream", "lstm", 6),)


def without_onnx(_contest):
    raise MissingExtraError(package="onnxruntime", extra="bench", purpose="this")


def test_json_is_one_object_with_ours_and_theirs(command):
    pytest.importorskip("onnxruntime")
    found = command("bench", "--seconds", "0", "--json")
    assert found.code == 0
    told = json.loads(found.out)
    assert told["task"] == "bench"
    assert set(told["metrics"]) == NAMES
    assert set(told["baseline"]["torch"]) == NAMES
    assert set(told["baseline"]["onnxruntime"]) == {"stream_lstm_6_us"}
    times = [*told["metrics"].values(), *told["baseline"]["torch"].values()]
    assert all(time > 0 for time in times)
    assert told["examples"] == 2
    assert told["seconds"] > 0
    assert told["product_gflops"] == 100.0
    assert told["path"] in ("gated", "native")
    assert f"{torch.get_num_threads()} thread" in told["machine"]
    assert "· train gru 5\n" in found.err


def test_without_onnx_runtime_torch_is_the_peer(command, monkeypatch):
    monkeypatch.setattr(onnx_peer, "streaming", without_onnx)
    found = command("bench", "--seconds", "0", "--json")
    assert set(json.loads(found.out)["baseline"]) == {"torch"}
    assert '· without ONNX Runtime: this needs the package "onnxruntime"' in found.err


def test_the_threads_are_as_before_when_it_ends(command):
    before = torch.get_num_threads()
    found = command("bench", "--seconds", "0", "--threads", str(before + 1), "--json")
    assert f"{before + 1} threads" in json.loads(found.out)["machine"]
    assert torch.get_num_threads() == before


def test_the_table_says_how_many_times_as_fast(command, monkeypatch):
    lines = [
        Line(Case("train", "gru", 5), 2.0, 5.0, None, 0.5, True),
        Line(Case("stream", "lstm", 6), 3.0, 33.0, 7.5, None, True),
    ]
    monkeypatch.setattr(bench, "_lines", lambda *_: iter(lines))
    shown = [line.split() for line in command("bench").out.splitlines()]
    assert [
        "train",
        "gru",
        "5",
        "2.0",
        "ms",
        "5.0",
        "ms",
        "2.5",
        "×",
        "50",
        "%",
    ] in shown
    streamed = "stream lstm 6 3.0 µs 33.0 µs 11.0 × 7.5 µs 2.5 ×"
    assert streamed.split() in shown


def test_a_busy_machine_is_named_as_such(command, monkeypatch):
    one = Line(Case("train", "gru", 5), 2.0, 5.0, None, 0.5, steady=False)
    monkeypatch.setattr(bench, "_lines", lambda *_: iter([one]))
    assert "· The machine did other work meanwhile: " in command("bench").err


def test_every_case_has_a_name_with_its_unit():
    assert Case("train", "gru", 5).name == "train_gru_5_ms"
    assert Case("stream", "lstm", 6).name == "stream_lstm_6_us"
