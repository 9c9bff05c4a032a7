"""Draws the events of a run: a bar on a terminal, elsewhere a line now and then."""

import sys
import time
from typing import Any, Self, final

from unrolled.cli.output import say

SECONDS = 5.0


@final
class Progress:
    """A listener for the events of `training/report.py`. Writes to standard error.

    As a context it takes its bar away however the run ends.
    """

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
            "note": lambda: self._say(f"· {event['text']}"),
            "start": lambda: self._start(event),
            "resume": lambda: self._say(f"· going on from step {event['step']:,}"),
            "step": lambda: self._step(event),
            "epoch": lambda: self._epoch(event),
            "end": lambda: self._end(event),
        }
        draw.get(event["event"], lambda: None)()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        """Ends the drawing, and has a word for a second Ctrl-C."""
        self.close()
        if kind is KeyboardInterrupt:
            say("Stopped at once. If there was a checkpoint, --resume goes on from it.")

    def close(self) -> None:
        """Takes the bar away, which hides the cursor while it is there."""
        if self.bar:
            self.bar.stop()
            self.bar = None

    def _say(self, words: str) -> None:
        if self.bar:  # it would be torn by a line from elsewhere
            self.bar.console.print(words, highlight=False, markup=False)
        else:
            say(words)

    def _start(self, event: dict[str, Any]) -> None:
        rows = "1 row" if event["rows"] == 1 else f"{event['rows']:,} rows"
        say(f"· {rows} to learn from, {event['weights']:,} weights")
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
            f"{speed:,.0f} rows/s  {_clock(left)} left"
        )

    def _epoch(self, event: dict[str, Any]) -> None:
        valid = event["valid"]
        shown = "  ".join(f"{name} {value:.4f}" for name, value in valid.items())
        first = next(((n, v) for n, v in valid.items() if n != "loss"), None)
        self.score = f"{first[0]} {first[1]:.4f}  " if first else ""
        mark = "  (best)" if event["best"] else ""
        words = f"epoch {event['epoch']}: trained to {event['train_loss']:.4f}"
        words += f"; validation {shown}{mark}" if valid else mark
        self._say(words)

    def _end(self, event: dict[str, Any]) -> None:
        self.close()
        reasons = {
            "finished": "all epochs done",
            "patience": "no better for a while",
            "minutes": "the time was over",
            "interrupted": "interrupted",
            "diverged": "stopped: the loss was no number any more",
            "failed": "stopped by a fault",
        }
        say(f"· {reasons[event['reason']]}, after {_clock(event['seconds'])}")


def _clock(seconds: float) -> str:
    """Minutes and seconds: 59.7 is 1:00."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"
