"""A large computation in blocks, on as many threads as torch has, with the same bits.

torch cuts a sum among the threads that it has, and then rounds it otherwise. Here the
blocks are cut by the caller, each is computed by one thread alone, and how many threads
there are decides only how many blocks are computed at a time.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from typing import TypeVar

import torch

from unrolled.randomness import computing_on

Block = TypeVar("Block")
Found = TypeVar("Found")


def each(compute: Callable[[Block], Found], blocks: Sequence[Block]) -> list[Found]:
    """What `compute` gives for each block, in their order.

    Gradients are not recorded inside, and autocast is off.
    """
    threads = min(torch.get_num_threads(), len(blocks))

    def alone(block: Block) -> Found:
        with torch.no_grad(), torch.autocast("cpu", enabled=False):
            return compute(block)

    if threads < 2:
        with computing_on(1):
            return [alone(block) for block in blocks]
    # What is forced on the engine here is forced there: see engine/choice.py.
    tasks = [partial(copy_context().run, alone, block) for block in blocks]
    found = list(_pool(threads).map(lambda task: task(), tasks))
    torch.set_num_threads(torch.get_num_threads())  # for threads that begin after these
    return found


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(
        threads, thread_name_prefix="blocks", initializer=_compute_alone
    )


def _compute_alone() -> None:
    # The number of threads of torch is one number for each thread that calls it; the
    # first question for it sets it to what was last set anywhere.
    torch.get_num_threads()
    torch.set_num_threads(1)
