"""A checkpoint gives back every bit, and what is none of this run's is refused."""

import copy
import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import nn

from unrolled import durable
from unrolled.errors import CheckpointError
from unrolled.training import checkpoint
from unrolled.training.checkpoint import NAME, Progress, Tensors, load, remove, save
from unrolled.training.optimizer import average_, make_optimizer
from unrolled.training.settings import TrainingSettings

IDENTITY = {"task": "classify", "training.seed": 0, "model.hidden": 8}
PROGRESS = Progress(
    step=41,
    epoch=3,
    place=7,
    best=[0.1 + 0.2, -1 / 3],
    best_epoch=2,
    loss_sum=1e-17 + 1,
    rows_seen=97,
    seconds=1.25,
    events=1234,
    identity=dict(IDENTITY),
)


class Network(nn.Module):
    """Tied weights, a table, a buffer, a 0-dimensional and an empty parameter."""

    def __init__(self, wide: int = 3) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(4, wide))
        self.head = nn.Linear(wide, 4)
        self.head.weight = self.table
        self.scale = nn.Parameter(torch.randn(()))
        self.steps = nn.Parameter(torch.randn(0))
        self.register_buffer("mean", torch.randn(wide))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(x - self.mean) * self.scale + self.steps.sum()


def tensors(seed: int, *, averaging: bool = True, steps: int = 3) -> Tensors:
    """A network with its average, its best and an AdamW after some steps."""
    torch.manual_seed(seed)
    network = Network()
    average = copy.deepcopy(network) if averaging else network
    made = Tensors(network, average, {}, make_optimizer(network, TrainingSettings()))
    for number in range(steps):
        network(torch.randn(5, 3)).square().sum().backward()
        made.optimizer.step()
        if averaging:
            average_(average, network, keep=0.9, step=number)
    if steps:
        made.best.update({k: v.clone() for k, v in average.state_dict().items()})
        made.memory["h"] = torch.randn(2, 5)
    return made


def bits(made: Tensors) -> dict[str, bytes]:
    return {
        name: tensor.detach().contiguous().numpy().tobytes()
        for name, tensor in made.named()
    }


@pytest.mark.parametrize("averaging", [True, False], ids=["average", "no average"])
def test_gives_back_every_bit(tmp_path: Path, averaging: bool):
    before = tensors(0, averaging=averaging)
    save(tmp_path, PROGRESS, before)
    found = load(tmp_path, IDENTITY)
    assert found is not None
    assert found[0] == PROGRESS
    after = tensors(1, averaging=averaging, steps=0)
    assert bits(after) != bits(before)
    after.load(found[1])
    assert bits(after) == bits(before)
    parts = {name.partition(".")[0] for name in bits(after)}
    expected = {"network", "best", "optimizer", "memory"}
    expected |= {"average"} if averaging else set()
    assert parts == expected


def test_the_next_step_is_the_one_that_would_have_come(tmp_path: Path):
    """Also for weights that are tied, which the file holds under both names."""
    straight, saved = tensors(0), tensors(0)
    save(tmp_path, PROGRESS, saved)
    resumed = tensors(5, steps=0)
    resumed.load(load(tmp_path, IDENTITY)[1])
    x = torch.randn(5, 3)
    for made in (straight, resumed):
        made.optimizer.zero_grad()
        made.network(x).square().sum().backward()
        made.optimizer.step()
    assert bits(resumed) == bits(straight)
    assert resumed.network.head.weight is resumed.network.table


def test_what_was_loaded_does_not_hang_on_the_file(tmp_path: Path):
    save(tmp_path, PROGRESS, tensors(0))
    _, found = load(tmp_path, IDENTITY)
    content = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(bytes(len(content)))
    after = tensors(1, steps=0)
    after.load(found)
    assert bits(after) == bits(tensors(0))


def test_before_the_first_checkpoint_and_after_the_last_there_is_none(tmp_path: Path):
    assert load(tmp_path, IDENTITY) is None
    save(tmp_path, PROGRESS, tensors(0))
    remove(tmp_path)
    assert load(tmp_path, IDENTITY) is None
    assert list(tmp_path.iterdir()) == []
    remove(tmp_path)


def assert_damaged(path: Path) -> None:
    with pytest.raises(CheckpointError) as refusal:
        load(path.parent, IDENTITY)
    assert str(refusal.value) == (
        f"{path} is cut short, damaged or no checkpoint.\n"
        "  expected: the file that a run of `unrolled train` wrote\n"
        "  to fix:   leave --resume out to begin again\n"
        "  code:     checkpoint"
    )


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 100, 0.3, 0.5, 0.9, -1])
def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path, size: float):
    save(tmp_path, PROGRESS, tensors(0))
    content = (tmp_path / NAME).read_bytes()
    kept = int(size * len(content)) if isinstance(size, float) else size
    (tmp_path / NAME).write_bytes(content[:kept])
    assert_damaged(tmp_path / NAME)


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 5000,
        b"\xff" * 5000,
        b'{"progress": {}}',
        b"\x80\x04\x95",
        safetensors.torch.save({}),
        safetensors.torch.save({}, {"progress": "{"}),
        safetensors.torch.save({}, {"progress": "[]"}),
        safetensors.torch.save({}, {"progress": "{}"}),
        safetensors.torch.save({}, {"other": "{}"}),
    ],
    ids=[
        "zeros",
        "ones",
        "JSON",
        "a pickle",
        "no progress",
        "half an object",
        "a list",
        "an empty object",
        "another key",
    ],
)
def test_garbage_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / NAME).write_bytes(content)
    assert_damaged(tmp_path / NAME)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({"training.seed": 1}, "training.seed was 0, is 1"),
        (
            {"model.hidden": None, "x": "é"},
            'model.hidden was 8, is null; x was null, is "é"',
        ),
        (
            dict.fromkeys("abcdef", 1),
            "a was null, is 1; b was null, is 1; c was null, is 1; d was null, is 1;"
            " and 2 more",
        ),
    ],
    ids=["one", "two", "many"],
)
def test_another_run_is_refused_and_told_what_differs(tmp_path: Path, now, words):
    save(tmp_path, PROGRESS, tensors(0))
    identity = {k: v for k, v in {**IDENTITY, **now}.items() if v is not None}
    with pytest.raises(CheckpointError) as refusal:
        load(tmp_path, identity)
    assert str(refusal.value) == (
        f"{tmp_path / NAME} belongs to another run: {words}.\n"
        "  expected: the data and settings that the run was started with\n"
        "  to fix:   give those again, or leave --resume out to begin again\n"
        "  code:     checkpoint"
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda t: t.pop("network.head.bias"), "network.head.bias"),
        (lambda t: t.pop("average.mean"), "average.mean"),
        (lambda t: t.pop("best.scale"), "best.scale"),
        (lambda t: t.update({"network.more": torch.ones(1)}), "network.more"),
        (lambda t: t.update({"average.table": torch.ones(4, 2)}), "average.table"),
    ],
    ids=["network", "average", "best", "too many", "another shape"],
)
def test_the_tensors_of_another_network_are_refused_and_change_nothing(change, name):
    found = dict(tensors(0).named())
    change(found)
    after = tensors(1)
    before = bits(after)
    with pytest.raises(CheckpointError) as refusal:
        after.load(found)
    assert str(refusal.value) == (
        f"the checkpoint is of another network: {name} is not in both, or not of one"
        " shape.\n"
        "  expected: the network that the settings and the rows describe\n"
        "  to fix:   leave --resume out to begin again\n"
        "  code:     checkpoint"
    )
    assert bits(after) == before


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path: Path, monkeypatch):
    save(tmp_path, PROGRESS, tensors(0))
    before = (tmp_path / NAME).read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            save(tmp_path, Progress(step=42), tensors(1))
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (tmp_path / NAME).read_bytes() == before
    assert load(tmp_path, IDENTITY)[0] == PROGRESS


def test_is_written_in_one_durable_write(tmp_path: Path, monkeypatch):
    written = []
    monkeypatch.setattr(durable, "write_bytes", lambda *a: written.append(a))
    save(tmp_path, PROGRESS, tensors(0))
    [(path, content)] = written
    assert path == tmp_path / checkpoint.NAME
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    assert json.loads(header["__metadata__"]["progress"]) == asdict(PROGRESS)
