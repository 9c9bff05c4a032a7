"""Stop anywhere, and go on exactly there: one file that holds the whole run.

    checkpoint.safetensors
      network.*     the weights                 average.*   their running average
      best.*        the best weights so far     optimizer.* the state of AdamW
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

NAME = "checkpoint.safetensors"


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
    fingerprint: str = ""
    """Data and settings it was started with."""


@dataclass
class Tensors:
    """What changes and is a tensor."""

    network: nn.Module
    average: nn.Module
    """The network whose weights are the running average; may be the network itself."""
    best: dict[str, Tensor]
    optimizer: torch.optim.Optimizer

    def named(self) -> Iterator[tuple[str, Tensor]]:
        """Every tensor by the name that it has in the file."""
        parts = {"network": self.network.state_dict(), "best": self.best}
        if self.average is not self.network:
            parts["average"] = self.average.state_dict()
        for part, tensors in parts.items():
            for name, tensor in tensors.items():
                yield f"{part}.{name}", tensor
        for number, state in self.optimizer.state_dict()["state"].items():
            for name, tensor in state.items():
                yield f"optimizer.{number}.{name}", tensor

    def load(self, found: Mapping[str, Tensor]) -> None:
        """The way back from `named`. Raises CheckpointError where names differ."""
        parts: dict[str, dict[str, Tensor]] = {}
        for name, tensor in found.items():
            part, _, rest = name.partition(".")
            parts.setdefault(part, {})[rest] = tensor
        try:
            self.network.load_state_dict(parts.get("network", {}))
            if self.average is not self.network:
                self.average.load_state_dict(parts.get("average", {}))
        except RuntimeError as why:
            raise CheckpointError(
                found=f"the checkpoint is of another network: {why}",
                expected="the network that the settings describe",
                fix="leave --resume out to begin again",
            ) from None
        self.best.update(parts.get("best", {}))
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in parts.get("optimizer", {}).items():
            number, _, rest = name.partition(".")
            state.setdefault(int(number), {})[rest] = tensor
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})


def save(folder: Path, progress: Progress, tensors: Tensors) -> None:
    """Replaces the checkpoint of a run. Raises OSError where the disk refuses."""
    copies = {name: t.detach().cpu().contiguous() for name, t in tensors.named()}
    metadata = {"progress": json.dumps(asdict(progress))}
    shared_nothing = {name: t.clone() for name, t in copies.items()}
    content = safetensors.torch.save(shared_nothing, metadata)
    durable.write_bytes(folder / NAME, content)


def load(folder: Path, fingerprint: str) -> tuple[Progress, dict[str, Tensor]] | None:
    """The checkpoint of a run, or None if there is none yet.

    Raises CheckpointError if it is damaged, or of other data or settings.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata: dict[str, Any] = json.loads(file.metadata()["progress"])
            found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        progress = Progress(**{f.name: metadata[f.name] for f in fields(Progress)})
    except (SafetensorError, ValueError, KeyError, TypeError) as why:
        raise CheckpointError(
            found=f"{path} cannot be read ({why}).",
            expected="the checkpoint that a run of `unrolled train` wrote",
            fix="leave --resume out to begin again",
        ) from None
    if progress.fingerprint != fingerprint:
        raise CheckpointError(
            found=f"{path} belongs to a run with other data or other settings.",
            expected="the same data and settings as when the run was started",
            fix="give the same options again, or leave --resume out to begin again",
        )
    return progress, found


def remove(folder: Path) -> None:
    """Deletes the checkpoint of a run that has ended and whose model is written."""
    (folder / NAME).unlink(missing_ok=True)
