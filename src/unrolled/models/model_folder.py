"""A trained model on disk: one folder of plain files, and nothing that can run code.

    config.json          format, task, settings, and the SHA-256 of every file below
    model.safetensors    the weights of the network
    task.safetensors     what the task keeps besides: baselines, scales
    *.json               vocabulary, tokenizer, targets, metrics
    README.md            the model card
    events.jsonl         what happened while it was trained (not needed to load)

Reading trusts nothing: an unknown key, a missing file, a changed byte, or a pickle
under another name is refused with the reason, before any of it is used. The names in
the settings select from the catalog and from nothing else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from unrolled import durable
from unrolled.errors import BrokenModelError

FORMAT = 1
KEYS = {"format": int, "unrolled": str, "task": str, "digest": str} | {
    "settings": dict,
    "columns": dict,
    "files": dict,
}
LARGEST_JSON = 256 * 2**20


@dataclass(frozen=True)
class Contents:
    """What a model folder holds, as plain values and tensors."""

    task: str
    settings: dict[str, Any]
    """The values of all sections by "section.key"."""
    columns: dict[str, str]
    """The header that each role was read from in training."""
    network: dict[str, Tensor]
    tensors: dict[str, Tensor]
    files: dict[str, Any]
    """JSON values by file name."""
    card: str
    """README.md."""
    version: str
    """The version of unrolled that wrote it."""


def write(folder: Path, contents: Contents) -> None:
    """Writes every file, config.json last: it says what the others must be.

    Files that a model written there before had, and this one has not, are deleted.
    Raises OSError where the disk does not let it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = _names(folder)
    parts = {
        "model.safetensors": safetensors.torch.save(_plain(contents.network)),
        "task.safetensors": safetensors.torch.save(_plain(contents.tensors)),
        "README.md": contents.card.encode("utf-8"),
    }
    for name, value in contents.files.items():
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
        parts[name] = text.encode("utf-8")
    config = {
        "format": FORMAT,
        "unrolled": contents.version,
        "task": contents.task,
        "settings": contents.settings,
        "columns": contents.columns,
        "files": {name: durable.digest(part) for name, part in sorted(parts.items())},
    }
    config["digest"] = _digest_of(config)
    for name, part in parts.items():
        durable.write_bytes(folder / name, part)
    durable.write_json(folder / "config.json", config)
    for name in before - set(parts):
        (folder / name).unlink(missing_ok=True)


def fill(network: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Gives a network its weights by name, such as a matrix of (hidden, inputs).

    Raises BrokenModelError unless there is one for each, of its shape, and no other.
    """
    wanted = network.state_dict()
    problem = ""
    for name in sorted(wanted.keys() | weights.keys()):
        if name not in weights:
            problem = f"there is no weight {name}"
        elif name not in wanted:
            problem = f"the weight {name} is none of this network"
        elif weights[name].shape != wanted[name].shape:
            shapes = [tuple(found[name].shape) for found in (weights, wanted)]
            problem = f"the weight {name} has the shape {shapes[0]}, not {shapes[1]}"
        elif not weights[name].isfinite().all():
            problem = f"the weight {name} holds numbers that are not finite"
        if problem:
            raise BrokenModelError(
                found=f"{problem}.",
                expected="the weights of the network that the settings describe",
                fix="copy the folder again from where it was made, or train again",
            )
    network.load_state_dict(dict(weights))


def is_model(folder: Path) -> bool:
    """Whether a model of ours lies there, whole or damaged."""
    path = folder / "config.json"
    try:
        found = json.loads(path.read_bytes()) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and {"unrolled", "format", "files"} <= set(found)


def read(folder: Path) -> Contents:
    """Reads and checks every file. Raises BrokenModelError with the reason."""
    config = _config(folder)
    parts = {
        name: _checked(folder, name, wanted) for name, wanted in config["files"].items()
    }
    for name in ("model.safetensors", "task.safetensors", "README.md"):
        if name not in parts:
            raise _broken(folder, f"config.json lists no {name}")
    return Contents(
        task=config["task"],
        settings=config["settings"],
        columns=config["columns"],
        network=_tensors(folder, "model.safetensors", parts),
        tensors=_tensors(folder, "task.safetensors", parts),
        files={
            name: _json(folder, name, part)
            for name, part in parts.items()
            if name.endswith(".json")
        },
        card=parts["README.md"].decode("utf-8", "replace"),
        version=config["unrolled"],
    )


def _config(folder: Path) -> dict[str, Any]:
    if not (folder / "config.json").is_file():
        what = "holds no config.json" if folder.is_dir() else "is no folder"
        raise BrokenModelError(
            found=f"{folder} {what if folder.exists() else 'does not exist'}.",
            expected="a model folder that `unrolled train --out` wrote",
            fix="check the path; a run that was stopped goes on with --resume",
        )
    config = _json(folder, "config.json", _content(folder, "config.json"))
    if not isinstance(config, dict):
        raise _broken(folder, "config.json holds no object")
    if type(config.get("format")) is int and config["format"] != FORMAT:
        raise BrokenModelError(
            found=f"{folder} has format {config['format']}.",
            expected=f"format {FORMAT}, which this version reads",
            fix=f"use unrolled {config.get('unrolled')}, which wrote it",
        )
    for key in config:
        if key not in KEYS:
            raise _broken(folder, f'config.json has the unknown key "{key}"')
    for key, kind in KEYS.items():
        if type(config.get(key)) is not kind:
            raise _broken(folder, f'config.json has no "{key}", or one of another kind')
    if not all(isinstance(name, str) for name in config["columns"].values()):
        raise _broken(folder, "config.json names a column that is no text")
    if config["digest"] != _digest_of(config):
        raise _broken(folder, "config.json was changed after it was written")
    return config


def _checked(folder: Path, name: str, wanted: str) -> bytes:
    if Path(name).name != name or name in ("", "..", "config.json"):
        raise _broken(
            folder, f'config.json names "{name}", which is no file of its own'
        )
    content = _content(folder, name)
    if durable.digest(content) != wanted:
        raise _broken(folder, f"{name} is not the file that was written: bytes differ")
    return content


def _content(folder: Path, name: str) -> bytes:
    """The bytes of a plain file in the folder that is no pickle. Raises otherwise."""
    path = folder / name
    if path.is_symlink():
        raise _broken(folder, f"{name} is a link, and not a file of the folder")
    if not path.is_file():
        raise _broken(folder, f"{name} is missing")
    if name.endswith(".json") and path.stat().st_size > LARGEST_JSON:
        raise _broken(folder, f"{name} is larger than {LARGEST_JSON // 2**20} MiB")
    content = path.read_bytes()
    # A safetensors file may begin with 0x80 too, the length of its header, but then
    # the header begins at its ninth byte.
    pickled = content[:1] == b"\x80" and content[8:9] != b"{"
    if pickled or content[:4] == b"PK\x03\x04":
        raise BrokenModelError(
            found=f"{path} is a Python pickle or an archive, whatever its name says.",
            expected="safetensors or JSON: a pickle can run code when it is opened",
            fix="do not open this file anywhere; get the model from its author again",
        )
    return content


def _tensors(folder: Path, name: str, parts: Mapping[str, bytes]) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load(parts[name])
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as why:
        raise _broken(folder, f"{name} is no safetensors file ({why})") from None


def _json(folder: Path, name: str, content: bytes) -> Any:
    try:
        return json.loads(content, parse_constant=_no_number)
    except RecursionError:
        raise _broken(folder, f"{name} is nested too deeply") from None
    except ValueError as why:
        raise _broken(folder, f"{name} is no JSON ({why})") from None


def _no_number(name: str) -> float:
    raise ValueError(f"it holds {name}")


def _broken(folder: Path, reason: str) -> BrokenModelError:
    return BrokenModelError(
        found=f"{folder}: {reason}.",
        expected="the folder as `unrolled train` wrote it",
        fix="copy the folder again from where it was made, or train again",
    )


def _digest_of(config: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in config.items() if key != "digest"}
    # ASCII, because half a surrogate pair can be escaped and cannot be encoded.
    return durable.digest(json.dumps(rest, sort_keys=True).encode("ascii"))


def _names(folder: Path) -> set[str]:
    """The files of the model that lies there; none if there is none that is whole."""
    try:
        return set(read(folder).files) if is_model(folder) else set()
    except BrokenModelError:
        return set()


def _plain(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Contiguous copies on the CPU: safetensors writes no views and no sharing."""
    return {
        name: t.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, t in tensors.items()
    }
