"""Stop anywhere, and go on exactly there: one file that holds the whole run.

    checkpoint.safetensors
      network.*     the weights                 average.*   their running average
      best.*        the best weights so far     optimizer.* the state of AdamW
      memory.*      what one batch leaves for the next
      metadata      step, epoch, place in the epoch, best score, seconds, ...

Chance needs no place in it: every draw is a function of the seed and the step (see
`randomness.py`), and so is the order of the batches. One file, replaced in one rename,
so that a run killed at any moment finds either this checkpoint or the one before.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from unrolled import durable
from unrolled.errors import CheckpointError
from unrolled.settings import Value

NAME = "checkpoint.safetensors"
AGAIN = "leave --resume out to begin again"
MOST_SHOWN = 4  # differences that a message names


@dataclass
class Progress:
    """Where a run is; all that changes and is no tensor."""

    step: int = 0
    epoch: int = 0
    place: int = 0
    """Batches of this epoch that are done."""
    best: list[float] = field(default_factory=list)
    """The best score so far and its tie-breaker, larger is better; empty at first."""
    best_epoch: int = 0
    loss_sum: float = 0.0
    """Sum of the losses of this epoch's rows so far."""
    rows_seen: int = 0
    """Rows of this epoch so far."""
    seconds: float = 0.0
    """Time spent training, over all its parts."""
    events: int = 0
    """Bytes of events.jsonl that belong to it."""
    identity: dict[str, Value] = field(default_factory=dict)
    """What makes it this run: its task, its settings, digests of its rows."""


Stopped = tuple[Progress, dict[str, Tensor]]
"""A run as it was saved: where it is, and its tensors by the names of `Tensors`."""


@dataclass
class Tensors:
    """What changes and is a tensor, each of the shape that the network gives it."""

    network: nn.Module
    average: nn.Module
    """The network whose weights are the running average; may be the network itself."""
    best: dict[str, Tensor]
    optimizer: torch.optim.Optimizer
    memory: dict[str, Tensor] = field(default_factory=dict)
    """What one batch leaves for the next; the task's own dictionary."""

    def modules(self) -> dict[str, nn.Module]:
        """The modules by the name of their part in the file."""
        alone = self.average is self.network
        average = {} if alone else {"average": self.average}
        return {"network": self.network, **average}

    def named(self) -> Iterator[tuple[str, Tensor]]:
        """Every tensor, of any shape (...,), with the name that it has in the file."""
        parts = {name: module.state_dict() for name, module in self.modules().items()}
        parts |= {"best": self.best, "memory": self.memory}
        for part, tensors in parts.items():
            for name, tensor in tensors.items():
                yield f"{part}.{name}", tensor
        for number, state in self.optimizer.state_dict()["state"].items():
            for name, tensor in state.items():
                yield f"optimizer.{number}.{name}", tensor

    def load(self, found: Mapping[str, Tensor]) -> None:
        """The way back from `named`: tensors (...,) by their names in the file.

        Raises CheckpointError for those of another network.
        """
        parts: dict[str, dict[str, Tensor]] = {}
        for name, tensor in found.items():
            part, _, rest = name.partition(".")
            parts.setdefault(part, {})[rest] = tensor
        shapes = _shapes(self.network.state_dict())
        for part in (*self.modules(), *({"best"} & parts.keys())):
            odd = shapes ^ _shapes(parts.get(part, {}))
            if odd:
                raise CheckpointError(
                    found=f"the checkpoint is of another network: {part}.{min(odd)[0]}"
                    " is not in both, or not of one shape.",
                    expected="the network that the settings and the rows describe",
                    fix=AGAIN,
                )
        for part, module in self.modules().items():
            module.load_state_dict(parts[part])
        self.best.update(parts.get("best", {}))
        self.memory.update(parts.get("memory", {}))
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in parts.get("optimizer", {}).items():
            number, _, rest = name.partition(".")
            state.setdefault(int(number), {})[rest] = tensor
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})


def save(folder: Path, progress: Progress, tensors: Tensors) -> None:
    """Replaces the checkpoint of a run. Raises OSError where the disk refuses."""
    # Copies: safetensors writes no two names for the same memory, as tied weights are.
    copies = {name: t.detach().cpu().clone() for name, t in tensors.named()}
    metadata = {"progress": json.dumps(asdict(progress))}
    durable.write_bytes(folder / NAME, safetensors.torch.save(copies, metadata))


def load(folder: Path, identity: Mapping[str, Value]) -> Stopped | None:
    """The checkpoint of a run, or None if there is none yet; tensors (...,) by name.

    Raises CheckpointError if it is damaged, or of other data or settings.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata: dict[str, Any] = json.loads(file.metadata()["progress"])
            found = {n: file.get_tensor(n).clone() for n in file.keys()}  # noqa: SIM118
        progress = Progress(**{f.name: metadata[f.name] for f in fields(Progress)})
    except (SafetensorError, ValueError, LookupError, TypeError):
        raise CheckpointError(
            found=f"{path} is cut short, damaged or no checkpoint.",
            expected="the file that a run of `unrolled train` wrote",
            fix=AGAIN,
        ) from None
    changes = _changes(progress.identity, identity)
    if changes:
        raise CheckpointError(
            found=f"{path} belongs to another run: {changes}.",
            expected="the data and settings that the run was started with",
            fix=f"give those again, or {AGAIN}",
        )
    return progress, found


def remove(folder: Path) -> None:
    """Deletes the checkpoint of a run that has ended or begins again."""
    (folder / NAME).unlink(missing_ok=True)


def _shapes(tensors: Mapping[str, Tensor]) -> set[tuple[str, tuple[int, ...]]]:
    return {(name, tuple(tensor.shape)) for name, tensor in tensors.items()}


def _changes(was: Mapping[str, Value], now: Mapping[str, Value]) -> str:
    """What differs, in words, or ""."""
    names = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
    words = [f"{n} was {_word(was.get(n))}, is {_word(now.get(n))}" for n in names]
    if len(words) > MOST_SHOWN:
        words[MOST_SHOWN:] = [f"and {len(words) - MOST_SHOWN} more"]
    return "; ".join(words)


def _word(value: Value | None) -> str:
    return json.dumps(value, ensure_ascii=False)
