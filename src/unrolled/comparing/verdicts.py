"""Whether one is better than the first, beyond the chance of rows and of seeds.

    value       mean over the seeds of the metric on all rows
    round       rows drawn with replacement, and one fewer seeds than there are, also
                with replacement: then the rounds vary as such means do (Rao and Wu
                1988); with as many as there are, means of three seeds would seem to
                vary by a third less than they do
    interval    95 % of the rounds
    difference  the same of value − first value, rows in pairs
    p           share of the rounds whose difference lies as far from the one found as
                that lies from 0 (Efron and Tibshirani 1993, section 16.4), two-sided,
                and by Holm 1979 corrected for how many were compared with the first

With one seed the rounds are over rows alone: what is told is then told of these trained
models, not of their architecture.

References: Rao and Wu 1988, "Resampling inference with complex survey data", for n − 1
draws; Holm 1979, "A simple sequentially rejective multiple test procedure".
"""

from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.randomness import stream

LEVEL = 0.05


class Estimate(NamedTuple):
    """A number with the interval that holds it in 95 of 100 repetitions."""

    value: float
    low: float
    high: float


class Difference(NamedTuple):
    """How much better than the first one, with its test."""

    value: float
    low: float
    high: float
    p: float
    p_corrected: float

    @property
    def is_shown(self) -> bool:
        """Whether chance alone is refuted."""
        return self.p_corrected < LEVEL


class Measured(NamedTuple):
    """One of the things compared: its metric for every seed."""

    values: Tensor
    """On all rows, (seeds,)."""
    rounds: Tensor
    """On drawn rows, (rounds, seeds)."""


def estimate(one: Measured) -> Estimate:
    """The mean over the seeds with its interval."""
    drawn = _over_seeds(one, stream(0, "seeds", "alone"))
    low, high = _ends(drawn)
    return Estimate(float(one.values.mean()), low, high)


def differences(first: Measured, others: list[Measured]) -> list[Difference]:
    """Each of the others minus the first, its p corrected for their number."""
    base = _over_seeds(first, stream(0, "seeds", 0))
    found = []
    for number, other in enumerate(others, start=1):
        drawn = _over_seeds(other, stream(0, "seeds", number)) - base
        value = float(other.values.mean() - first.values.mean())
        low, high = _ends(drawn)
        found.append(Difference(value, low, high, p_value(drawn, value), 1.0))
    corrected = holm([one.p for one in found])
    pairs = zip(found, corrected, strict=True)
    return [one._replace(p_corrected=p) for one, p in pairs]


def p_value(drawn: Tensor, value: float) -> float:
    """Of the differences in rounds (rounds,), around the one that was found."""
    known = drawn[drawn.isfinite()]
    far = ((known - value).abs() >= abs(value) - 1e-12).sum()
    return (int(far) + 1) / (len(known) + 1)


def holm(values: list[float]) -> list[float]:
    """The p values corrected for their number, in their order.

    The smallest is multiplied by how many there are, the next by one fewer, and so on;
    none becomes smaller than one before it, or larger than 1.
    """
    order = sorted(range(len(values)), key=lambda place: values[place])
    found, least = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (len(values) - rank) * values[place]))
        found[place] = least
    return found


def _over_seeds(one: Measured, chance: torch.Generator) -> Tensor:
    """The mean over drawn seeds in every round, (rounds,)."""
    rounds, seeds = one.rounds.shape
    if seeds == 1:
        return one.rounds[:, 0]
    drawn = torch.randint(seeds, (rounds, seeds - 1), generator=chance)
    return one.rounds.gather(1, drawn).mean(1)


def _ends(drawn: Tensor) -> tuple[float, float]:
    known = drawn[drawn.isfinite()]
    if not len(known):
        return float("nan"), float("nan")
    share = torch.tensor([0.025, 0.975], dtype=torch.float64)
    low, high = known.double().quantile(share).tolist()
    return low, high
