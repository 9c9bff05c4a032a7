"""Draws the events of a run: a bar on a terminal, elsewhere a line now and then."""

import sys
import time
from typing import Any, final

from unrolled.cli.output import say

SECONDS = 5.0


@final
class Progress:
    """A listener for the events of `training/report.py`. Writes to standard error."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.task: Any = None
        self.last = time.monotonic()
        self.started: tuple[float, float] | None = None
        self.score = ""
        self.loss = 0.0
        self.rows: list[tuple[float, int]] = []

    def __call__(self, event: dict[str, Any]) -> None:
        """Draws one event."""
        draw = {
            "note": lambda: say(f"· {event['text']}"),
            "start": lambda: self._start(event),
            "resume": lambda: say(f"· going on from step {event['step']:,}"),
            "step": lambda: self._step(event),
            "epoch": lambda: self._epoch(event),
            "end": lambda: self._end(event),
        }
        draw[event["event"]]()

    def _start(self, event: dict[str, Any]) -> None:
        say(f"· {event['rows']:,} rows to learn from, {event['weights']:,} weights")
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (
            TextColumn("{task.percentage:3.0f} %"),
            BarColumn(bar_width=30),
            TextColumn("{task.description}"),
        )
        self.bar = Progress(*columns, console=Console(stderr=True))
        self.task = self.bar.add_task("", total=1.0)
        self.bar.start()

    def _step(self, event: dict[str, Any]) -> None:
        now = time.monotonic()
        self.loss += 0.02 * (event["loss"] - self.loss) if self.loss else event["loss"]
        self.rows = [*self.rows[-199:], (now, event["rows"])]
        self.started = self.started or (now, event["done"])
        if self.bar:
            self.bar.update(
                self.task, completed=event["done"], description=self._words(event)
            )
        elif now - self.last >= SECONDS:
            self.last = now
            say(f"{100 * event['done']:3.0f} %  {self._words(event)}")

    def _words(self, event: dict[str, Any]) -> str:
        now = time.monotonic()
        spent = now - self.rows[0][0]
        speed = sum(rows for _, rows in self.rows[1:]) / spent if spent > 0 else 0.0
        at, done = self.started or (now, 0.0)
        share = event["done"] - done
        left = (now - at) * (1 - event["done"]) / share if share > 0 else 0.0
        return (
            f"epoch {event['epoch']}  loss {self.loss:.4f}  {self.score}"
            f"{speed:,.0f} rows/s  {left // 60:.0f}:{left % 60:02.0f} left"
        )

    def _epoch(self, event: dict[str, Any]) -> None:
        valid = event["valid"]
        shown = "  ".join(f"{name} {value:.4f}" for name, value in valid.items())
        first = next(((n, v) for n, v in valid.items() if n != "loss"), None)
        self.score = f"{first[0]} {first[1]:.4f}  " if first else ""
        mark = "  (best)" if event["best"] else ""
        words = f"epoch {event['epoch']}: trained to {event['train_loss']:.4f}"
        words += f"; validation {shown}{mark}" if valid else mark
        if self.bar:
            self.bar.console.print(words, highlight=False)
        else:
            say(words)

    def _end(self, event: dict[str, Any]) -> None:
        if self.bar:
            self.bar.stop()
        reasons = {
            "finished": "all epochs done",
            "patience": "no better for a while",
            "minutes": "the time was over",
            "interrupted": "interrupted",
        }
        seconds = event["seconds"]
        say(
            f"· {reasons[event['reason']]}, after {seconds // 60:.0f}:{seconds % 60:02.0f}"
        )
