"""How long a cell remembers: the longest rows of a memory task that it learns.

    length 10 ──► solved ──► 25 ──► solved ──► 50 ──► not: it remembers 25

One small network (a stack of the cell, a linear head) goes from length to length with
its weights, since what is learned on short rows helps with long ones (Zaremba and
Sutskever 2014, arXiv:1410.4615). A length is solved when the error on fresh rows is
below a tenth of that of knowing nothing. The budget is UPDATES batches a length; a cell
that does not get to the end tries again with smaller RATES, and the best try counts:
gates allow larger steps than tanh units without them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, final

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell
from unrolled.comparing.memory_tasks import AbstractMemoryTask, Adding, Copying
from unrolled.models.stack import Stack
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on, drawing_from, stream

TASKS: tuple[AbstractMemoryTask, ...] = (Adding(), Copying())
UPDATES = 1500
ROWS = 32
FRESH_ROWS = 512
EVERY = 50
"""Updates between two looks at fresh rows."""
RATES = (0.01, 0.003, 0.001)
CLIP = 1.0
SOLVED = 0.1


class Step(NamedTuple):
    """What came of one length."""

    length: int
    error: float
    updates: int
    rate: float
    is_solved: bool


class Memory(NamedTuple):
    """The try that got furthest."""

    task: str
    length: int
    """The longest length that was solved; 0 for none."""
    is_end: bool
    """Whether no longer one was tried."""
    steps: list[Step]

    @property
    def reached(self) -> tuple[int, float]:
        """Larger for a better try: further, or with less error where it ends."""
        return self.length, -self.steps[-1].error

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        steps = [one._asdict() for one in self.steps]
        return {"length": self.length, "is_end": self.is_end, "steps": steps}


def memory_of(
    cell: AbstractGatedCell,
    task: AbstractMemoryTask,
    *,
    hidden: int,
    layers: int = 1,
    seed: int = 0,
    lengths: Sequence[int] = (),
    told: Callable[[Step], None] = lambda _: None,
) -> Memory:
    """Learns the task at growing lengths, with each rate until one gets to the end."""
    best = Memory(task.name, 0, False, [])
    for rate in RATES:
        steps = []
        with computing_on(1), drawing_from(seed, "memory", task.name):
            network = _Network(cell, task, hidden=hidden, layers=layers)
            for step in _climb(network, task, lengths or task.lengths, rate, seed):
                steps.append(step)
                told(step)
        solved = [step.length for step in steps if step.is_solved]
        length = max(solved, default=0)
        is_end = length == max(lengths or task.lengths)
        made = Memory(task.name, length, is_end, steps)
        if not best.steps or made.reached > best.reached:
            best = made
        if is_end:
            break
    return best


@final
class _Network(nn.Module):
    """A stack and a head that answers at the last moments."""

    def __init__(
        self,
        cell: AbstractGatedCell,
        task: AbstractMemoryTask,
        *,
        hidden: int,
        layers: int,
    ) -> None:
        super().__init__()
        self.asked = task.asked
        self.stack = Stack(cell, inputs=task.inputs, hidden=hidden, layers=layers)
        self.head = nn.Linear(hidden, task.outputs)

    @override
    def forward(self, x: Ragged) -> Tensor:
        """Values (tokens, inputs) of rows of one length to (rows, asked, outputs)."""
        states, _ = self.stack(x)
        by_row = states.values.view(len(x), -1, self.stack.width)
        return self.head(by_row[:, -self.asked :])


def _climb(
    network: _Network,
    task: AbstractMemoryTask,
    lengths: Sequence[int],
    rate: float,
    seed: int,
) -> Iterator[Step]:
    """One step for each length, until one is not solved."""
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    chance = stream(seed, "memory", task.name, "rows")
    limit = SOLVED * task.knows_nothing
    for length in lengths:
        error, updates = task.knows_nothing, 0
        while updates < UPDATES and error >= limit:
            for _ in range(EVERY):
                x, wanted = task.draw(ROWS, length, chance)
                optimizer.zero_grad()
                task.loss(network(x), wanted).backward()
                clip_grad_norm_(network.parameters(), CLIP)
                optimizer.step()
            updates += EVERY
            error = _error(network, task, length, chance)
        yield Step(length, error, updates, rate, error < limit)
        if error >= limit:
            return


@torch.no_grad()
def _error(
    network: _Network,
    task: AbstractMemoryTask,
    length: int,
    chance: torch.Generator,
) -> float:
    x, wanted = task.draw(FRESH_ROWS, length, chance)
    return task.error(network(x), wanted)
