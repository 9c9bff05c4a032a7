"""Damaged model folders, by name: each harms a copy of a good one, named `model`."""

import hashlib
import io
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

Damage = Callable[[Path], None]


def reseal(folder: Path) -> None:
    """Writes the digests anew, as whoever changed a folder on purpose would."""
    path = folder / "config.json"
    config = json.loads(path.read_bytes())
    for name in config["files"]:
        if (folder / name).is_file():
            content = (folder / name).read_bytes()
            config["files"][name] = hashlib.sha256(content).hexdigest()
    rest = {key: value for key, value in config.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True)
    config["digest"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(config), encoding="utf-8")


def change(folder: Path, file: str, **values: Any) -> None:
    """Sets keys of a JSON file, or takes those away that are given as Ellipsis."""
    found = json.loads((folder / file).read_bytes()) | values
    kept = {key: value for key, value in found.items() if value is not ...}
    (folder / file).write_text(json.dumps(kept), encoding="utf-8")


def change_setting(folder: Path, name: str, value: Any) -> None:
    """Sets one setting in config.json, and seals the folder."""
    settings = json.loads((folder / "config.json").read_bytes())["settings"]
    change(folder, "config.json", settings=settings | {name: value})
    reseal(folder)


def change_tensors(folder: Path, change_them: Callable[[dict], Any]) -> None:
    """Changes the weights, and seals the folder."""
    path = folder / "model.safetensors"
    tensors = safetensors.torch.load(path.read_bytes())
    change_them(tensors)
    path.write_bytes(safetensors.torch.save(tensors))
    reseal(folder)


def list_file(folder: Path, name: str) -> None:
    """Has config.json name a file more, and seals the folder."""
    files = json.loads((folder / "config.json").read_bytes())["files"]
    change(folder, "config.json", files=files | {name: "0" * 64})
    reseal(folder)


# config.json


def config_is_missing(folder: Path) -> None:
    (folder / "config.json").unlink()


def config_is_no_json(folder: Path) -> None:
    (folder / "config.json").write_text("{'format': 1}", encoding="utf-8")


def config_is_empty(folder: Path) -> None:
    (folder / "config.json").write_bytes(b"")


def config_is_a_list(folder: Path) -> None:
    (folder / "config.json").write_text("[1]", encoding="utf-8")


def config_is_huge(folder: Path) -> None:
    os.truncate(folder / "config.json", 2**28 + 1)  # takes no room on the disk


def config_is_deep(folder: Path) -> None:
    text = '{"a":' * 100_000 + "1" + "}" * 100_000
    (folder / "config.json").write_text(text, encoding="utf-8")


def config_holds_nan(folder: Path) -> None:
    text = (folder / "config.json").read_text(encoding="utf-8")
    (folder / "config.json").write_text(
        text.replace('"format": 1', '"format": NaN'), encoding="utf-8"
    )


def config_is_a_link(folder: Path) -> None:
    (folder / "config.json").rename(folder / "elsewhere.json")
    (folder / "config.json").symlink_to("elsewhere.json")


def config_is_a_pickle(folder: Path) -> None:
    (folder / "config.json").write_bytes(pickle.dumps({"format": 1}))


def config_has_an_unknown_key(folder: Path) -> None:
    change(folder, "config.json", auto_map={"AutoModel": "evil.Model"})
    reseal(folder)


def config_lacks_a_key(folder: Path) -> None:
    change(folder, "config.json", task=...)


def config_has_a_key_of_another_kind(folder: Path) -> None:
    change(folder, "config.json", files=["model.safetensors"])


def config_has_a_format_that_is_no_number(folder: Path) -> None:
    change(folder, "config.json", format=True)


def config_was_edited(folder: Path) -> None:
    change(folder, "config.json", columns={"input": "review", "target": "label"})


def config_names_a_column_that_is_no_text(folder: Path) -> None:
    change(folder, "config.json", columns={"input": {"a": 1}, "target": "label"})
    reseal(folder)


def config_lists_no_weights(folder: Path) -> None:
    files = json.loads((folder / "config.json").read_bytes())["files"]
    files.pop("model.safetensors")
    change(folder, "config.json", files=files)
    reseal(folder)


def config_lists_itself(folder: Path) -> None:
    list_file(folder, "config.json")


def format_too_new(folder: Path) -> None:
    change(folder, "config.json", format=2, unrolled="9.0.0", new=1)
    reseal(folder)


# What config.json names.


def file_above_the_folder(folder: Path) -> None:
    list_file(folder, "../secret.json")


def file_by_its_whole_path(folder: Path) -> None:
    list_file(folder, "/etc/passwd")


def file_that_is_the_folder_above(folder: Path) -> None:
    list_file(folder, "..")


def file_without_a_name(folder: Path) -> None:
    list_file(folder, "")


def file_that_is_not_there(folder: Path) -> None:
    list_file(folder, "extra.json")


def file_that_is_a_link(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder.parent / "weights")
    (folder / "model.safetensors").symlink_to("../weights")


def task_unknown(folder: Path) -> None:
    change(folder, "config.json", task="os.system")
    reseal(folder)


def cell_unknown(folder: Path) -> None:
    change_setting(folder, "model.cell", "os.system")


def tokenizer_unknown(folder: Path) -> None:
    change(folder, "tokenizer.json", name="os.system")
    reseal(folder)


def setting_unknown(folder: Path) -> None:
    change_setting(folder, "model.code", "import os")


def setting_of_another_kind(folder: Path) -> None:
    change_setting(folder, "model.hidden", [1])


def setting_out_of_limits(folder: Path) -> None:
    change_setting(folder, "model.dropout", 2.0)


def settings_of_a_giant(folder: Path) -> None:
    change_setting(folder, "model.hidden", 1_000_000)


def embedding_of_a_giant(folder: Path) -> None:
    change_setting(folder, "model.embedding", 1_000_000_000)


def layers_of_a_giant(folder: Path) -> None:
    change_setting(folder, "model.layers", 1_000_000_000)


# The weights.


def weights_are_a_pickle(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(pickle.dumps({"weight": [1.0]}))
    reseal(folder)


def weights_are_a_torch_archive(folder: Path) -> None:
    made = io.BytesIO()
    torch.save({"weight": torch.ones(1)}, made)
    (folder / "model.safetensors").write_bytes(made.getvalue())
    reseal(folder)


def weights_are_an_old_torch_file(folder: Path) -> None:
    made = io.BytesIO()
    torch.save({"weight": torch.ones(1)}, made, _use_new_zipfile_serialization=False)
    (folder / "model.safetensors").write_bytes(made.getvalue())
    reseal(folder)


def weights_are_text(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    reseal(folder)


def weights_are_empty(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")
    reseal(folder)


def weights_are_cut_short(folder: Path) -> None:
    os.truncate(folder / "model.safetensors", 20_000)
    reseal(folder)


def weights_have_a_hole(folder: Path) -> None:
    header = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
    content = len(header).to_bytes(8, "little") + header + bytes(8)
    (folder / "model.safetensors").write_bytes(content)
    reseal(folder)


def weights_of_another_shape(folder: Path) -> None:
    def widen(tensors: dict) -> None:
        tensors["head.bias"] = torch.zeros(3)

    change_tensors(folder, widen)


def weights_that_are_no_numbers(folder: Path) -> None:
    def spoil(tensors: dict) -> None:
        tensors["head.bias"][0] = torch.nan

    change_tensors(folder, spoil)


def weights_missing(folder: Path) -> None:
    change_tensors(folder, lambda tensors: tensors.pop("head.bias"))


def weights_too_many(folder: Path) -> None:
    change_tensors(folder, lambda tensors: tensors.update(extra=torch.zeros(1)))


# What the task keeps.


def vocabulary_of_another_form(folder: Path) -> None:
    (folder / "vocabulary.json").write_text('["great", "bad"]', encoding="utf-8")
    reseal(folder)


def vocabulary_missing(folder: Path) -> None:
    (folder / "vocabulary.json").unlink()


def vocabulary_not_listed(folder: Path) -> None:
    files = json.loads((folder / "config.json").read_bytes())["files"]
    files.pop("vocabulary.json")
    change(folder, "config.json", files=files)
    reseal(folder)


def vocabulary_too_small(folder: Path) -> None:
    change(folder, "vocabulary.json", tokens=["<unk>", "great"], counts=[1, 1])
    reseal(folder)


def targets_of_another_form(folder: Path) -> None:
    change(folder, "targets.json", names="good")
    reseal(folder)


def task_of_another_form(folder: Path) -> None:
    (folder / "task.json").write_text("[]", encoding="utf-8")
    reseal(folder)


CASES: dict[str, Damage] = {
    name: made
    for name, made in list(globals().items())
    if callable(made)
    and getattr(made, "__module__", "") == __name__
    and name not in ("reseal", "change", "change_setting", "change_tensors")
    and name != "list_file"
}
"""Every damage above, in order."""
