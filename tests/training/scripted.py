"""A task so small that its training can be followed by hand.

One number out of each row's two: a linear layer, and half the squared error. What the
validation says can be told in advance.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from unrolled.ragged import Ragged
from unrolled.tasks._base import Batch, Example
from unrolled.training.loop import Data, Loop
from unrolled.training.report import Report
from unrolled.training.settings import TrainingSettings

Orders = Callable[..., list[list[int]] | None]


class Scripted:
    """The names by which the loop speaks to a task, and no others."""

    def __init__(
        self,
        scores: Iterable[float] = (),
        losses: Iterable[float] = (),
        *,
        sign: int = 1,
    ) -> None:
        self.scores, self.losses = iter(scores), iter(losses)
        self.chosen_by = ("score", sign)
        self.spoils: dict[int, float] = {}
        """By what the loss of a step, counted from 1, is multiplied."""
        self.step = 0
        self.memory: dict[str, Tensor] = {}
        self.orders: Orders = lambda **_: None
        """The batches of an epoch, by its seed and number; None leaves it to chance."""

    def order(self, _: Batch, **when: int) -> list[list[int]] | None:
        return self.orders(**when)

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        if not network.training:
            return torch.full((len(batch),), next(self.losses, 0.25))
        self.step += 1
        found = network(batch.inputs.values).squeeze(-1)
        wanted: Any = batch.targets
        return (found - wanted).square() / 2 * self.spoils.get(self.step, 1.0)

    def settle(self, *_: Any) -> list[str]:
        return []

    def measure(self, _: nn.Module, batch: Batch) -> list[dict[str, Any]]:
        return [{} for _ in range(len(batch))]

    def score(self, *_: Any) -> dict[str, Any]:
        return {"score": next(self.scores, 0.5), "names": ["no figure"]}


class Network(nn.Module):
    """Two numbers to one, with dropout before."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.dropout(x))


def network(*, dropout: float = 0.0, seed: int = 0) -> Network:
    torch.manual_seed(seed)
    return Network(dropout)


def data(rows: int = 10, valid: int = 2) -> Data:
    """Rows of two numbers, whose answer is the first less twice the second."""
    chance = torch.Generator().manual_seed(7)
    x = torch.randn(rows + valid, 2, generator=chance)
    whole = Batch(Ragged(x, torch.ones(len(x))), x[:, 0] - 2 * x[:, 1])
    train, held = whole.gather(range(rows)), whole.gather(range(rows, rows + valid))
    return Data(train, held, [Example("", "", "row") for _ in range(valid)])


class Run:
    """A loop over the scripted task, with everything it reported."""

    def __init__(
        self,
        task: Scripted | None = None,
        *,
        dropout: float = 0.0,
        seed: int = 0,
        around: dict[str, Any] | None = None,
        **chosen: Any,
    ) -> None:
        self.task = task or Scripted()
        self.events: list[dict[str, Any]] = []
        usual = {"epochs": 3, "batch_rows": 3, "patience": 100}
        self.settings = TrainingSettings(**{**usual, **chosen})
        more = dict(around or {})
        report = Report((self.events.append, *more.pop("listeners", ())), None)
        lone: Any = self.task
        self.network = network(dropout=dropout, seed=seed)
        self.loop = Loop(lone, self.network, self.settings, report=report, **more)

    def go(self, rows: Data | None = None) -> "Run":
        self.loop.run(rows or data())
        return self

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The events of one kind."""
        return [event for event in self.events if event["event"] == kind]

    def weights(self) -> list[float]:
        """The network's three numbers."""
        return [n for p in self.network.parameters() for n in p.flatten().tolist()]
