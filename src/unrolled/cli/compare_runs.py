"""Follows the runs of a comparison: where it is, and a line for each that is over."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, final

from unrolled.cli.output import say

if TYPE_CHECKING:
    from unrolled.comparing.comparison import Plan

SECONDS = 5.0


def compared(plan: "Plan", runs: "Runs") -> dict[str, Any]:
    """Runs the plan; returns its report.

    Raises FixableError, InterruptedTrainingError where --resume can go on, and else
    KeyboardInterrupt.
    """
    from unrolled.comparing.comparison import Told, compare
    from unrolled.comparing.kept import NAME
    from unrolled.comparing.report import report
    from unrolled.errors import InterruptedTrainingError

    started = time.monotonic()
    try:
        found = compare(plan, Told(runs.note, runs.begin, runs.ended))
    except (InterruptedTrainingError, KeyboardInterrupt):
        if plan.out and (plan.out / NAME).exists():  # finished runs are there
            raise InterruptedTrainingError from None
        raise KeyboardInterrupt from None
    return report(found, seconds=time.monotonic() - started)


@final
class Runs:
    """Draws a bar over all runs on a terminal, elsewhere a line now and then."""

    def __init__(self) -> None:
        self.name, self.number, self.total = "", 0, 0
        self.last = time.monotonic()
        self.bar: Any = None
        self.line: Any = None

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Takes the bar away, which hides the cursor while it is there."""
        if self.bar:
            self.bar.stop()
            self.bar = None

    def note(self, text: str) -> None:
        """A sentence between the runs."""
        if self.bar:  # it would be torn by a line from elsewhere
            self.bar.console.print(f"· {text}", highlight=False, markup=False)
        else:
            say(f"· {text}")

    def begin(self, name: str, number: int, total: int) -> Sequence[Any]:
        """A run begins; the listener for its events."""
        self.name, self.number, self.total = name, number, total
        if sys.stderr.isatty() and not self.bar:
            self._open()
        return (self,)

    def __call__(self, event: dict[str, Any]) -> None:
        """Hears an event of the run."""
        if event["event"] == "step":
            self._step(event["done"])

    def ended(self, run: dict[str, Any]) -> None:
        """A line for a run that is over."""
        metric = run["metric"]
        self.note(
            f"{run['variant']}, seed {run['seed']}: {metric} {run['value']:.4f},"
            f" {run['seconds']:.1f} s, {run['parameters']:,} weights"
        )

    def _step(self, done: float) -> None:
        words = f"{self.name} ({self.number} of {self.total})"
        if self.bar:
            over = (self.number - 1 + done) / self.total
            self.bar.update(self.line, completed=over, description=words)
        elif time.monotonic() - self.last >= SECONDS:
            self.last = time.monotonic()
            say(f"{100 * done:3.0f} %  {words}")

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (
            TextColumn("{task.percentage:3.0f} %"),
            BarColumn(bar_width=30),
            TextColumn("{task.description}"),
        )
        self.bar = Progress(*columns, console=Console(stderr=True))
        self.line = self.bar.add_task("", total=1.0)
        self.bar.start()
