"""What the engine may be told to do in place of choosing for itself.

    with forced(path="native", instructions="avx2", threads=1):
        ...                        every run in here, and the way back of each

For tests and measurements, above all: nothing else needs it. It holds for the thread
or task that says so (a context variable), and ends with the block.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

import torch

from unrolled.errors import SettingError


@dataclass(frozen=True)
class Choice:
    """What is forced; None where the engine chooses."""

    path: str | None = None
    """One of `unrolled.engine.PATHS`."""
    instructions: str | None = None
    """One of `unrolled.engine.kernels.instruction_sets()`."""
    threads: int | None = None
    """Threads of the native engine; torch's number if not given."""


_FREE = Choice()
_chosen: ContextVar[Choice] = ContextVar("unrolled.engine.choice", default=_FREE)


def chosen() -> Choice:
    """What is forced here and now."""
    return _chosen.get()


def threads() -> int:
    """How many threads the native engine may use."""
    return chosen().threads or torch.get_num_threads()


@contextmanager
def again(choice: Choice) -> Iterator[None]:
    """As it was chosen then: the way back keeps the set of the way there."""
    token = _chosen.set(choice)
    try:
        yield
    finally:
        _chosen.reset(token)


@contextmanager
def forced(
    *,
    path: str | None = None,
    instructions: str | None = None,
    threads: int | None = None,
) -> Iterator[None]:
    """Forces what is given for every run inside the block, the rest stays as it was.

    An unknown path or instruction set is refused by the run that meets it; SettingError
    for a number of threads below 1.
    """
    if threads is not None and threads < 1:
        raise SettingError(
            found=f"{threads} threads.",
            expected="1 or more",
            fix="leave it out to follow torch.set_num_threads",
        )
    asked = {"path": path, "instructions": instructions, "threads": threads}
    given = {name: value for name, value in asked.items() if value is not None}
    with again(replace(chosen(), **given)):
        yield
