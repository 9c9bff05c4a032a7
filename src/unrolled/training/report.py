"""What happens in a run, as data: plain events that terminal, files and pages draw.

    {"event": "note",   "text"}
    {"event": "start",  "task", "rows", "weights", "path", "threads"}
    {"event": "about",  "settings": {...}, "chosen_by": [metric, sign],
                        "first_loss", "rows": {...}}
    {"event": "resume", "step", "epoch"}
    {"event": "step",   "step", "epoch", "done", "loss", "gradient_norm",
                        "learning_rate", "rows", "seconds"}
    {"event": "epoch",  "epoch", "step", "train_loss", "valid": {...}, "best",
                        "seconds", "moves": {matrix: {"weight", "gradient", "update"}}}
    {"event": "network", ...}
    {"event": "end",    "reason", "seconds"}, of a diverged run also "step", "loss",
                        "gradient_norm", "learning_rate", "broken"

`path` is the engine's, and `threads` what the run computes on. `done` is the share of
it that is over, `rows` those of the step's batch. `about` holds all settings, the loss
of fresh weights, and what `training/row_facts.py` saw of the rows; `moves` what
`moves_of` in `training/optimizer.py` says; `network` what `tracing/examine.py` saw of
the kept weights, or "failed" with a reason. A run ends as "finished", "patience",
"minutes", "interrupted", "diverged" or "failed"; `broken` is the first weight whose
gradient is no number. A listener is any function that takes an event; `events.jsonl`
gets all but most of the `step` ones.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, final

EVENTS = "events.jsonl"
Event = dict[str, Any]
Listener = Callable[[Event], None]


@final
class Report:
    """Hands each event to the listeners and appends it to events.jsonl.

    Without `keep` an events.jsonl of an earlier run is deleted first.
    """

    def __init__(
        self,
        listeners: tuple[Listener, ...],
        path: Path | None,
        *,
        log_steps: int = 20,
        keep: bool = False,
    ) -> None:
        self.listeners, self.path, self.log_steps = listeners, path, log_steps
        if path and not keep:
            path.unlink(missing_ok=True)

    def __call__(self, kind: str, facts: Event) -> None:
        """Reports one event. Raises OSError where the file cannot be written."""
        event = {"event": kind, **facts}
        for listener in self.listeners:
            listener(event)
        if self.path and (kind != "step" or facts["step"] % self.log_steps == 0):
            line = json.dumps(_plain(event), ensure_ascii=False, allow_nan=False)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def size(self) -> int:
        """Bytes of events.jsonl so far, for a checkpoint."""
        return self.path.stat().st_size if self.path and self.path.exists() else 0

    def cut(self, size: int) -> None:
        """Forgets what was written after a checkpoint: it will happen again.

        Keeps whole lines only: after a power cut the file may be shorter than that.
        """
        if self.path and self.path.exists():
            with self.path.open("r+b") as file:
                file.truncate(file.read(size).rfind(b"\n") + 1)


def _plain(value: Any) -> Any:
    """JSON knows no infinity: a figure that is no number becomes null."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
