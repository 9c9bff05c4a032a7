"""More than one process: each takes its share of every batch; torch adds the gradients.

    torchrun --nproc-per-node 2 -m unrolled train ...

Every process plans the same batches and takes every `size`-th row of each, so the sum
over all processes is the batch that one process would have taken. The loss is divided
by the rows of the whole batch: the result is that of one process, within rounding.
Only the first process writes and speaks.
"""

import os
from dataclasses import dataclass
from typing import final

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel


@final
@dataclass(frozen=True)
class World:
    """The processes of a run; one alone needs no network."""

    rank: int = 0
    size: int = 1

    @staticmethod
    def join() -> "World":
        """The world that torchrun has set up, or a world of one."""
        size = int(os.environ.get("WORLD_SIZE", "1"))
        if size == 1:
            return World()
        if not dist.is_initialized():
            dist.init_process_group("gloo")
        return World(dist.get_rank(), size)

    @property
    def is_first(self) -> bool:
        """Whether this process writes and speaks."""
        return self.rank == 0

    def share(self, rows: list[int]) -> list[int]:
        """The rows of a batch that this process takes; there may be none."""
        return rows[self.rank :: self.size]

    def wrap(self, network: nn.Module) -> nn.Module:
        """The network, with gradients averaged over all processes."""
        return network if self.size == 1 else DistributedDataParallel(network)

    def any(self, wish: bool) -> bool:
        """Whether any process wishes it; all must ask at the same time."""
        if self.size == 1:
            return wish
        votes = torch.tensor([float(wish)])
        dist.all_reduce(votes)
        return bool(votes.item())

    def total(self, number: float) -> float:
        """The sum of a number over all processes; all must ask at the same time."""
        if self.size == 1:
            return number
        found = torch.tensor([number], dtype=torch.float64)
        dist.all_reduce(found)
        return float(found.item())

    def first(self, numbers: list[float]) -> list[float]:
        """What the first process has for them; all must ask at the same time.

        Clocks differ, and so do the last bits of two kinds of processors: what decides
        over the run is taken from one of them.
        """
        if self.size == 1:
            return numbers
        found = torch.tensor(numbers, dtype=torch.float64)
        dist.broadcast(found, src=0)
        return found.tolist()

    def leave(self) -> None:
        """Ends the process group, if there is one."""
        if self.size > 1 and dist.is_initialized():
            dist.destroy_process_group()
