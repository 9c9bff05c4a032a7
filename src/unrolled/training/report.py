"""What happens in a run, as data: plain events that terminal, files and pages draw.

    {"event": "start",  "rows": ..., "weights": ..., "task": ...}
    {"event": "note",   "text": ...}
    {"event": "step",   "step": ..., "loss": ..., "done": ..., "rows_per_second": ...}
    {"event": "epoch",  "epoch": ..., "train_loss": ..., "valid_loss": ..., "metrics": ...}
    {"event": "resume", "step": ...}
    {"event": "end",    "reason": "finished" | "patience" | "minutes" | "interrupted"}

A listener is any function that takes an event. `events.jsonl` gets all of them but most
of the `step` ones.
"""

import json
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
        if path and path.exists() and not keep:
            path.unlink()

    def __call__(self, kind: str, facts: Event) -> None:
        """Reports one event."""
        event = {"event": kind, **facts}
        for listener in self.listeners:
            listener(event)
        if self.path and (kind != "step" or facts["step"] % self.log_steps == 0):
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(event, ensure_ascii=False) + "\n")

    def size(self) -> int:
        """Bytes of events.jsonl so far, for a checkpoint."""
        return self.path.stat().st_size if self.path and self.path.exists() else 0

    def cut(self, size: int) -> None:
        """Forgets what was written after a checkpoint: it will happen again."""
        if self.path and self.path.exists():
            with self.path.open("r+b") as file:
                file.truncate(size)
