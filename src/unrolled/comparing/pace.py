"""How fast a run learned: tokens read in training steps, over the time of these steps.

Validation, reading of files and the baselines are left out of it.
"""

import time
from typing import final

from unrolled.training.report import Event


@final
class Pace:
    """A listener for the events of one run (`training/report.py`)."""

    def __init__(self) -> None:
        self.rows = 0
        self.stepping = 0.0
        """Seconds in steps."""
        self.seconds = 0.0
        """Seconds in the loop, validation included."""
        self.epochs = 0
        self._since: float | None = None

    def __call__(self, event: Event) -> None:
        """Hears one event."""
        now = time.perf_counter()
        kind = event["event"]
        if kind == "step" and self._since is not None:
            self.stepping += now - self._since
            self.rows += event["rows"]
        if kind == "epoch":
            self.epochs = event["epoch"]
        if kind == "end":
            self.seconds = event["seconds"]
        self._since = now if kind in ("start", "step", "epoch") else None

    def tokens_per_second(self, tokens_a_row: float) -> float:
        """How many tokens a second, for rows of so many on average."""
        return self.rows * tokens_a_row / self.stepping if self.stepping else 0.0
