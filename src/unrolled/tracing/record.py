"""A trace as plain data: arrays with names, axes and units, and words beside them.

    trace.safetensors    the arrays
    trace.json           everything else, and what the arrays are

Whoever draws reads this and nothing else, so what was kept can be drawn again where
there is no model. The names of the arrays:

    stack.l0/h                 states after each step, (steps, units); also .../c
    stack.l0/i, .../f, ...     gates, 0 to 1; candidates such as .../g, −1 to 1
    scores, best               what is told, (told, names), and its best, (told, k)
    growing                    the scores after each prefix, (read, names)
    attention, pooling         weights of what is read, (told, read) and (read,)
    gradient/stack.l0/h        ‖∂ score/∂ h_s‖ of each step, (steps,); gradient/inputs
    influence/...              what each step counts for, (read,), in units of the score
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple, final

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from unrolled.durable import digest, write_bytes, write_json
from unrolled.errors import UnreadableDataError

ARRAYS, WORDS = "trace.safetensors", "trace.json"
SHA256 = "sha256"
"""The key of the fingerprint of the arrays' file."""


class Array(NamedTuple):
    """Numbers with what they are."""

    values: Tensor
    """As many dimensions as there are axes."""
    axes: tuple[str, ...]
    """Names of `Record.axes`, or "units", "names", "best"."""
    unit: str
    """"share" (0 to 1), "nats", "" for a plain number, or that of the data."""
    about: str
    """One sentence."""


@final
@dataclass(kw_only=True)
class Record:
    """What one network did on one input."""

    task: str
    model: dict[str, Any]
    """"cell", "hidden", "layers", "bidirectional", "pooling" (how states become one
    answer, or ""), and "weights": how many numbers."""
    input: str
    axes: dict[str, list[str]]
    """What the steps along each axis are called."""
    read: str
    """The axis of what is read."""
    told: str
    """The axis of what is told."""
    names: list[str]
    """What the columns of the scores are called, if there are few."""
    unit: str
    """Of the scores: "nats" for log-probabilities."""
    chosen: list[str]
    """What the answer took at each told step."""
    answer: dict[str, Any]
    layers: list[dict[str, Any]]
    """Of each layer and direction "name", "cell", "reverse", "axis", "inputs",
    "hidden", "states", "gates", "candidates", "path" and the "shapes" of its weights.
    """
    arrays: dict[str, Array]
    best_names: list[list[str]] = field(default_factory=list)
    """What the best at each told step are called, best first."""
    gradient: dict[str, Any] = field(default_factory=dict)
    influence: dict[str, Any] = field(default_factory=dict)
    parts: list[dict[str, Any]] = field(default_factory=list)
    """What else there is to look at, each with a "kind"."""
    notes: list[str] = field(default_factory=list)

    def save(self, folder: str | Path) -> None:
        """Writes the two files; each is the old one or the new one, whole.

        The words come last, with a fingerprint of the arrays, so that two files that
        do not belong together are not taken for a trace. Raises OSError.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        plain = {name: one.values.contiguous() for name, one in self.arrays.items()}
        content = safetensors.torch.save(plain)
        write_bytes(folder / ARRAYS, content)
        words = json.loads(self.json(arrays=False)) | {SHA256: digest(content)}
        write_json(folder / WORDS, words)

    def json(self, *, arrays: bool = True) -> str:
        """All of it as JSON; without `arrays` only what they are called, and mean."""
        words = {one.name: getattr(self, one.name) for one in fields(self)}
        words["arrays"] = {
            name: {"axes": one.axes, "unit": one.unit, "about": one.about}
            | ({"values": _plain(one.values.tolist())} if arrays else {})
            for name, one in self.arrays.items()
        }
        return json.dumps(_plain(words), ensure_ascii=False, allow_nan=False, indent=1)

    @staticmethod
    def load(folder: str | Path) -> "Record":
        """The way back from `save`. Raises UnreadableDataError, OSError."""
        folder = Path(folder)
        try:
            words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
            content = (folder / ARRAYS).read_bytes()
            if words.pop(SHA256) != digest(content):
                raise ValueError("the arrays are of another trace")
            tensors, about = safetensors.torch.load(content), words.pop("arrays")
            arrays = {
                name: Array(
                    tensors[name], tuple(one["axes"]), one["unit"], one["about"]
                )
                for name, one in about.items()
            }
            made = Record(**words, arrays=arrays)
        except (
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            SafetensorError,
        ) as why:
            raise UnreadableDataError(
                found=f"{folder}: its two files do not fit together ({why}).",
                expected="the two files as `Trace.save` wrote them",
                fix="save the trace again",
            ) from None
        return made


def _plain(value: Any) -> Any:
    """As JSON has it: no tuples, and null for what is no number."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
