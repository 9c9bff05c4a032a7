"""A model folder holds what was put in, and reading one trusts nothing."""

import json
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from unrolled import durable
from unrolled.errors import BrokenModelError
from unrolled.models import model_folder
from unrolled.models.model_folder import Contents


def contents(**changed) -> Contents:
    """A small model in parts; `changed` replaces some."""
    values = {
        "task": "classify",
        "settings": {"model.cell": "lstm", "model.hidden": 2, "model.dropout": 0.5},
        "columns": {"input": "review", "target": "Büchse"},
        "network": {"a": torch.tensor([1.5, -2.0]), "b": torch.ones(2, 3)},
        "tensors": {"mean": torch.tensor([1e-30], dtype=torch.float64)},
        "files": {"targets.json": {"names": ["good", "schlecht ✗"]}, "rule.json": 1},
        "card": "# A card\n",
        "version": "1.2.3",
    }
    return Contents(**(values | changed))


def test_what_is_written_is_read_again(tmp_path):
    written = contents()
    model_folder.write(tmp_path / "new" / "model", written)
    read = model_folder.read(tmp_path / "new" / "model")
    for name in ("task", "settings", "columns", "files", "card", "version"):
        assert getattr(read, name) == getattr(written, name)
    for group in ("network", "tensors"):
        found, wanted = getattr(read, group), getattr(written, group)
        assert sorted(found) == sorted(wanted)
        for name in wanted:
            assert_close(found[name], wanted[name], rtol=0, atol=0)


def test_tensors_of_any_kind_come_back_bit_for_bit(tmp_path):
    base = torch.arange(12.0).view(3, 4)
    network = {
        "view": base[:, 1:3],
        "turned": base.t(),
        "shared": base,
        "nothing": torch.zeros(0, 5),
        "one number": torch.tensor(3.25),
        "half": torch.tensor([1.0, 2.0], dtype=torch.bfloat16),
        "whole": torch.tensor([2**62], dtype=torch.int64),
        "learned": nn.Parameter(torch.tensor([0.1])),
    }
    model_folder.write(tmp_path, contents(network=network, tensors={}))
    found = model_folder.read(tmp_path).network
    for name, tensor in network.items():
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name], tensor.detach()), name
    assert model_folder.read(tmp_path).tensors == {}


def test_the_folder_holds_these_files_and_config_names_each_with_its_digest(tmp_path):
    model_folder.write(tmp_path, contents())
    names = sorted(one.name for one in tmp_path.iterdir())
    listed = ["README.md", "model.safetensors", "rule.json", "targets.json"]
    listed.append("task.safetensors")
    assert names == sorted(["config.json", *listed])
    config = json.loads((tmp_path / "config.json").read_bytes())
    assert set(config) == {
        *("format", "unrolled", "task", "settings", "columns", "files", "digest")
    }
    assert config["format"] == 1
    assert config["files"] == {
        name: durable.digest((tmp_path / name).read_bytes()) for name in sorted(listed)
    }


def test_config_is_written_last(tmp_path, monkeypatch):
    order: list[str] = []
    real = durable.write_bytes

    def write(path, content):
        order.append(path.name)
        real(path, content)

    monkeypatch.setattr(durable, "write_bytes", write)
    model_folder.write(tmp_path, contents())
    assert order[-1] == "config.json"
    assert len(order) == 6


@pytest.mark.parametrize("whole", range(6))
def test_a_model_replaced_by_half_is_never_read_as_a_whole(
    whole, tmp_path, monkeypatch
):
    old = contents(version="old")
    new = contents(version="new", network={"a": torch.zeros(2)}, card="# New\n")
    new = contents(**(vars(new) | {"files": {"targets.json": 2, "rule.json": 3}}))
    model_folder.write(tmp_path, old)
    real, written = durable.write_bytes, []

    def write(path, content):
        if len(written) == whole:
            raise OSError("the power is gone")
        written.append(path)
        real(path, content)

    with monkeypatch.context() as broken:
        broken.setattr(durable, "write_bytes", write)
        with pytest.raises(OSError, match="the power is gone"):
            model_folder.write(tmp_path, new)
    if written and any(path.name != "task.safetensors" for path in written):
        with pytest.raises(BrokenModelError, match="bytes differ"):
            model_folder.read(tmp_path)
    else:
        assert model_folder.read(tmp_path).version == "old"
    model_folder.write(tmp_path, new)
    assert model_folder.read(tmp_path).version == "new"


def test_files_that_only_the_old_model_had_are_deleted_and_no_others(tmp_path):
    model_folder.write(tmp_path, contents())
    (tmp_path / "events.jsonl").write_text("{}\n", encoding="utf-8")
    (tmp_path / "mine.json").write_text("{}", encoding="utf-8")
    model_folder.write(tmp_path, contents(files={"targets.json": 4}))
    assert not (tmp_path / "rule.json").exists()
    assert (tmp_path / "mine.json").exists()
    assert (tmp_path / "events.jsonl").exists()
    assert model_folder.read(tmp_path).files == {"targets.json": 4}


def test_a_damaged_old_model_has_nothing_deleted_on_its_word(tmp_path):
    model_folder.write(tmp_path, contents())
    (tmp_path / "mine.json").write_text("{}", encoding="utf-8")
    config = json.loads((tmp_path / "config.json").read_bytes())
    config["files"]["mine.json"] = durable.digest(b"{}")
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    model_folder.write(tmp_path, contents())
    assert (tmp_path / "mine.json").exists()


def test_a_header_whose_length_looks_like_a_pickle_is_no_pickle(tmp_path):
    firsts = set()
    for length in range(1, 300, 8):
        model_folder.write(tmp_path, contents(network={"n" * length: torch.ones(1)}))
        firsts.add((tmp_path / "model.safetensors").read_bytes()[0])
        assert len(model_folder.read(tmp_path).network) == 1
    assert 0x80 in firsts


def test_numbers_that_json_lacks_are_never_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        model_folder.write(tmp_path, contents(files={"rule.json": float("nan")}))
    assert list(tmp_path.iterdir()) == []


def test_half_a_surrogate_pair_in_config_is_no_crash(tmp_path):
    model_folder.write(tmp_path, contents())
    path = tmp_path / "config.json"
    text = path.read_text(encoding="utf-8").replace("1.2.3", "\\ud800")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenModelError, match="was changed after it was written"):
        model_folder.read(tmp_path)


def test_only_a_folder_with_our_config_is_a_model(tmp_path):
    assert not model_folder.is_model(tmp_path)
    assert not model_folder.is_model(tmp_path / "nowhere")
    for text in ('{"architectures": ["BertModel"]}', "[]", "{", "[" * 100_000):
        (tmp_path / "config.json").write_text(text, encoding="utf-8")
        assert not model_folder.is_model(tmp_path)
    model_folder.write(tmp_path, contents())
    assert model_folder.is_model(tmp_path)
    (tmp_path / "model.safetensors").unlink()  # damaged, and still ours
    assert model_folder.is_model(tmp_path)


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ({"weight": torch.ones(1, 2)}, "there is no weight bias."),
        (
            {"weight": torch.ones(2, 1), "bias": torch.ones(1)},
            "the weight weight has the shape (2, 1), not (1, 2).",
        ),
        (
            {"weight": torch.ones(1, 2), "bias": torch.ones(1), "c": torch.ones(1)},
            "the weight c is none of this network.",
        ),
        (
            {"weight": torch.tensor([[1.0, torch.nan]]), "bias": torch.ones(1)},
            "the weight weight holds numbers that are not finite.",
        ),
    ],
)
def test_weights_of_another_network_are_refused_and_nothing_is_changed(
    weights, problem
):
    network = nn.Linear(2, 1)
    before = network.weight.clone()
    with pytest.raises(BrokenModelError) as raised:
        model_folder.fill(network, weights)
    assert str(raised.value) == (
        f"{problem}\n"
        "  expected: the weights of the network that the settings describe\n"
        "  to fix:   copy the folder again from where it was made, or train again\n"
        "  code:     broken-model"
    )
    assert torch.equal(network.weight, before)


def test_weights_of_the_network_itself_are_taken():
    network = nn.Linear(2, 1)
    weights = {"weight": torch.tensor([[1.0, 2.0]]), "bias": torch.tensor([3.0])}
    model_folder.fill(network, weights)
    assert network(torch.tensor([[1.0, 1.0]])).item() == 6.0


def test_a_file_in_place_of_a_folder_and_nothing_at_all_are_told_apart(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    cases = {"file": "is no folder", "nowhere": "does not exist", ".": "holds no"}
    for name, words in cases.items():
        with pytest.raises(BrokenModelError, match=words) as raised:
            model_folder.read(tmp_path / name)
        assert raised.value.expected == (
            "a model folder that `unrolled train --out` wrote"
        )


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="Not a directory"):
        model_folder.write(Path(tmp_path / "file" / "model"), contents())
