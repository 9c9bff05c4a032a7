"""One seed, and a stream of chance for every purpose.

    seed ─┬─ "weights"            the initial weights
          ├─ "split"              which rows are kept for validation
          ├─ "order", epoch       the order of the batches
          └─ "step", number       dropout and all else that a training step draws

A stream is a function of the seed and of its names alone, never of what was drawn
before. So a run that goes on at step 1,000 draws exactly what it would have drawn had
it never stopped, without one generator state on disk; and a new use of chance in one
place changes nothing in another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import torch


def derive(seed: int, *names: str | int) -> int:
    """A 63-bit seed for the stream of that name: the head of a SHA-256."""
    text = "\x1f".join(str(part) for part in (seed, *names))
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") >> 1


def stream(seed: int, *names: str | int) -> torch.Generator:
    """A generator of its own for everything that takes one."""
    return torch.Generator().manual_seed(derive(seed, *names))


@contextmanager
def drawing_from(seed: int, *names: str | int) -> Iterator[None]:
    """Inside the block torch's global generators draw from that stream.

    For torch functions that take no generator, such as dropout. On leaving, the
    global state of the CPU is as it was, so the user's own draws are not disturbed;
    on a GPU its generators go on from the stream.
    """
    before = torch.get_rng_state()
    if torch.accelerator.is_available():
        torch.manual_seed(derive(seed, *names))
    else:  # a hundredth of the time, where there is no other device to tell
        torch.default_generator.manual_seed(derive(seed, *names))
    try:
        yield
    finally:
        torch.set_rng_state(before)


@contextmanager
def computing_on(threads: int) -> Iterator[None]:
    """Inside the block torch computes on so many threads; 0 leaves them as they are.

    A long sum is cut into as many parts as there are threads, and rounded otherwise:
    what has to come out the same everywhere is computed on a fixed number of them.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
