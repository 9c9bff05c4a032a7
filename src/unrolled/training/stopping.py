"""A run can be stopped at any time, and nothing is lost.

first Ctrl-C, or SIGTERM   a wish: the loop saves after this step, and stops
second one                 stops at once; the last checkpoint stands
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from unrolled.errors import InterruptedTrainingError
from unrolled.training import checkpoint


@contextmanager
def wish_to_stop() -> Iterator[Callable[[], bool]]:
    """Inside the block both signals become a wish that the loop asks for.

    The second one is a KeyboardInterrupt. Outside the main thread signals are left
    alone.
    """
    wished: list[int] = []

    def wish(number: int, _: Any) -> None:
        if wished:
            raise KeyboardInterrupt
        wished.append(number)

    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            before[number] = signal.signal(number, wish)
        except ValueError:  # not in the main thread
            break
    try:
        yield lambda: bool(wished)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def saved_where_stopped(out: Path | None) -> Iterator[None]:
    """A KeyboardInterrupt is told as a saved stop if `out` holds a checkpoint."""
    try:
        yield
    except KeyboardInterrupt:
        if out and (out / checkpoint.NAME).exists():
            raise InterruptedTrainingError from None
        raise
