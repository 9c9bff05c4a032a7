"""A run's notes on itself: they are written, cost no bit, and cost no training."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

import unrolled
from tests.training.made_up import texts, write
from unrolled.training import observations
from unrolled.training.model import load
from unrolled.training.observations import observed

SMALL = {
    "model.embedding": 6,
    "model.hidden": 5,
    "training.epochs": 2,
    "training.threads": 1,
}


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return write(tmp_path / "texts.csv", texts(60))


def trained(data: Path, out: Path | None = None) -> Any:
    return unrolled.train("classify", data, out=out, settings=SMALL)


def events(out: Path) -> dict[str, dict[str, Any]]:
    lines = (out / "events.jsonl").read_text("utf-8").splitlines()
    return {event["event"]: event for event in map(json.loads, lines)}


def test_a_run_writes_its_settings_its_rows_and_a_look_at_its_network(few, tmp_path):
    out = tmp_path / "out"
    trained(few, out)
    found = events(out)
    about = found["about"]
    assert about["settings"]["model.hidden"] == 5
    assert "training.threads" not in about["settings"]  # may change when it goes on
    assert about["chosen_by"] == ["accuracy", 1]
    assert about["first_loss"] == pytest.approx(0.69, abs=0.05)  # ln 2 is 0.693
    assert about["rows"]["train"]["rows"] == 54
    assert sum(about["rows"]["train"]["labels"].values()) == 54
    assert found["network"]["layers"][0]["units"] == 5
    assert found["network"]["train_loss"] > 0
    assert found["epoch"]["step"] == 4
    moves = found["epoch"]["moves"]
    assert {"reads.table", "stack.weight_hh_l0", "head.weight"} <= moves.keys()
    assert all(one["update"] > 0 for one in moves.values())


def test_neither_notes_nor_looks_change_a_bit_of_the_weights(few, monkeypatch):
    with_them = trained(few).network.state_dict()
    monkeypatch.setattr(observations, "examine", lambda *_: {})
    monkeypatch.setattr(observations, "facts_of", lambda *_, **__: {})
    monkeypatch.setattr("unrolled.training.loop.moves_of", lambda *_: {})
    without = trained(few).network.state_dict()
    assert with_them.keys() == without.keys()
    assert all(torch.equal(with_them[name], without[name]) for name in without)


def test_a_fault_in_a_look_costs_no_training(few, tmp_path, monkeypatch):
    def broken(*_: Any, **__: Any) -> dict[str, Any]:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(observations, "examine", broken)
    monkeypatch.setattr(observations, "facts_of", broken)
    out = tmp_path / "out"
    assert trained(few, out).metrics["examples"] == 6
    failed = {"failed": "RuntimeError: no such thing"}
    assert events(out)["network"] == {"event": "network", **failed}
    assert events(out)["about"]["rows"] == failed
    assert events(out)["about"]["first_loss"] is not None


def test_a_first_loss_that_nobody_can_tell_is_no_number(few, tmp_path, monkeypatch):
    def broken(*_: Any) -> float:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(observations, "loss_of", broken)
    out = tmp_path / "out"
    trained(few, out)
    assert events(out)["about"]["first_loss"] is None


def test_a_finished_model_is_seen_with_other_rows(few, tmp_path):
    out = tmp_path / "out"
    trained(few, out)
    model = load(out)
    rows = model.read(few).examples[:20]
    about, network = observed(model, rows, list(events(out).values()))
    assert about["rows"]["train"]["rows"] == 54
    assert about["rows"]["valid"]["rows"] == 20
    assert about["rows"]["valid"]["unknown"] == 0
    assert network["answers"]["rows"] == 20
    assert network["train_loss"] == events(out)["network"]["train_loss"]
