"""What a metric would have been on other rows like these: the bootstrap over rows.

    rows      1 2 3 4 5      drawn with replacement, as many as there are
    round 1   2 2 5 1 4  →  metric        the same draws for every model, so that
    round 2   3 1 1 5 5  →  metric        rounds can be compared in pairs

Where the metric is a sum over rows divided by another sum (accuracy, absolute error,
nats per token) all rounds are one product of matrices; else the task scores the drawn
rows each time, and there are fewer rounds.

References: Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 13;
Koehn 2004, "Statistical significance tests for machine translation evaluation", section
4, for rounds in pairs.
"""

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor

from unrolled.randomness import stream
from unrolled.tasks._base import AbstractTask, Answers, Example

ROUNDS = 1000
FEWER_ROUNDS = 200
AT_ONCE = 4_000_000
"""Numbers of a block of rounds, at most."""


class Fractions(NamedTuple):
    """A metric as Σ over / Σ under, each (rows,) float64."""

    over: Tensor
    under: Tensor

    @property
    def value(self) -> float:
        """The metric of all rows."""
        return float(self.over.sum() / self.under.sum())


def fractions(
    task: AbstractTask, name: str, answers: Answers, rows: list[Example], value: float
) -> Fractions | None:
    """The metric of that name row by row, or None where it is no such fraction.

    Only what gives the `value` that the task itself has found is taken.
    """
    for over, under in _guesses(task, name, answers, rows):
        found = Fractions(torch.tensor(over).double(), torch.tensor(under).double())
        if len(over) and math.isclose(found.value, value, rel_tol=1e-6, abs_tol=1e-9):
            return found
    return None


def of_fractions(
    found: Fractions, *, seed: int, chosen: Tensor | None = None
) -> Tensor:
    """The metric in each of ROUNDS rounds, (rounds,).

    With `chosen`, bool (rows,), only those of the drawn rows count; a round that drew
    none of them is nan.
    """
    kept = torch.ones(len(found.over)) if chosen is None else chosen
    pair = torch.stack([found.over, found.under], dim=1) * kept.double()[:, None]
    sums = torch.cat([counts @ pair for counts in _counts(len(pair), seed)])
    return sums[:, 0] / sums[:, 1]


def of_scores(
    task: AbstractTask, name: str, answers: Answers, rows: list[Example], *, seed: int
) -> Tensor:
    """The metric of each of FEWER_ROUNDS rounds as the task scores it, (rounds,)."""
    found = []
    for number in range(FEWER_ROUNDS):
        drawn = _draw(len(rows), seed, number)
        metrics = task.score([answers[i] for i in drawn], [rows[i] for i in drawn])
        found.append(float(metrics[name]))
    return torch.tensor(found, dtype=torch.float64)


def _draw(rows: int, seed: int, number: int) -> list[int]:
    chance = stream(seed, "rows", number)
    return torch.randint(rows, (rows,), generator=chance).tolist()


def _counts(rows: int, seed: int) -> list[Tensor]:
    """How often each row is drawn, blocks of (rounds, rows) float64."""
    chance = stream(seed, "rows")
    block = max(1, min(ROUNDS, AT_ONCE // max(rows, 1)))
    sizes = [min(block, ROUNDS - at) for at in range(0, ROUNDS, block)]
    made = []
    for size in sizes:
        drawn = torch.randint(rows, (size, rows), generator=chance)
        counts = torch.zeros(size, rows, dtype=torch.float64)
        made.append(counts.scatter_add_(1, drawn, torch.ones_like(counts)))
    return made


def _guesses(
    task: AbstractTask, name: str, answers: Answers, rows: list[Example]
) -> list[tuple[list[float], list[float]]]:
    """Numerators and denominators that may be those of the metric."""
    found: list[tuple[list[float], list[float]]] = []
    first: Any = answers[0] if answers else {}
    if {"nats", "tokens"} <= first.keys():
        under = [float(one["tokens"]) for one in answers]
        found += [([float(one["nats"]) for one in answers], under)]
        if isinstance(first.get("hits"), (int, float)):
            found += [([float(one["hits"]) for one in answers], under)]
    if isinstance(first.get("prediction"), (str, float)) and name in (
        "accuracy",
        "mae",
    ):
        look = task.look(rows)
        true: Any = look.numbers or [names[0] for names in look.names if names]
        ones = [1.0] * len(answers)
        told: Any = [one["prediction"] for one in answers]
        if len(true) == len(told):
            pairs = list(zip(told, true, strict=True))
            if name == "accuracy":
                found += [([float(a == b) for a, b in pairs], ones)]
            else:
                found += [([abs(float(a) - float(b)) for a, b in pairs], ones)]
    return found
