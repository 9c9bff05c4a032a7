"""A trace on disk: what was kept comes back, and what is damaged is refused."""

import json

import pytest
import torch

from unrolled.errors import UnreadableDataError
from unrolled.tracing.record import Array, Record


def record() -> Record:
    return Record(
        task="classify",
        model={"cell": "gru", "hidden": 2, "weights": 30},
        input='"He" <is> great',
        axes={"inputs": ["He", "is"], "answer": ["rating"]},
        read="inputs",
        told="answer",
        names=["good", "bad"],
        unit="nats",
        chosen=["good"],
        answer={"prediction": "good", "probabilities": {"good": 0.9, "bad": 0.1}},
        layers=[{"name": "stack.l0", "cell": "gru"}],
        arrays={
            "stack.l0/h": Array(torch.rand(2, 2), ("inputs", "units"), "", "the state"),
            "growing": Array(
                torch.rand(2, 2).double(), ("inputs", "names"), "nats", "."
            ),
            "none": Array(torch.zeros(0), ("inputs",), "", "no step at all"),
        },
        best_names=[["good", "bad"]],
        gradient={"layers": {"stack.l0": {"factor": float("nan")}}},
    )


def test_it_comes_back_as_it_was(tmp_path):
    made = record()
    made.save(tmp_path / "seen")
    back = Record.load(tmp_path / "seen")
    assert sorted(p.name for p in (tmp_path / "seen").iterdir()) == [
        "trace.json",
        "trace.safetensors",
    ]
    for name, array in made.arrays.items():
        assert torch.equal(back.arrays[name].values, array.values)
        assert back.arrays[name].values.dtype == array.values.dtype
        assert back.arrays[name].axes == array.axes
    for name in ("input", "axes", "names", "answer", "layers", "best_names", "chosen"):
        assert getattr(back, name) == getattr(made, name)


def test_json_has_every_number_and_null_for_what_is_none():
    made = record()
    found = json.loads(made.json())
    values = found["arrays"]["stack.l0/h"]["values"]
    assert torch.equal(torch.tensor(values), made.arrays["stack.l0/h"].values)
    assert found["gradient"]["layers"]["stack.l0"]["factor"] is None
    assert "values" not in json.loads(made.json(arrays=False))["arrays"]["growing"]


@pytest.mark.parametrize("name", ["trace.json", "trace.safetensors"])
def test_a_damaged_half_is_refused_in_words(name, tmp_path):
    record().save(tmp_path)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableDataError) as refusal:
        Record.load(tmp_path)
    assert "its two files do not fit together" in refusal.value.found
    assert refusal.value.fix == "save the trace again"


def test_two_halves_of_different_traces_are_refused(tmp_path):
    record().save(tmp_path)
    other = record()
    other.arrays["stack.l0/h"].values.add_(1)
    words = (tmp_path / "trace.json").read_bytes()
    other.save(tmp_path)
    (tmp_path / "trace.json").write_bytes(words)
    with pytest.raises(UnreadableDataError, match="do not fit together"):
        Record.load(tmp_path)


def test_words_that_are_no_object_are_refused(tmp_path):
    record().save(tmp_path)
    (tmp_path / "trace.json").write_text("[]")
    with pytest.raises(UnreadableDataError, match="do not fit together"):
        Record.load(tmp_path)


def test_a_folder_without_a_trace_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        Record.load(tmp_path)
