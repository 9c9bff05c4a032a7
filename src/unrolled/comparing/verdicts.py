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

Few rows would claim too much. Where all rounds are alike, drawing again has shown
nothing of chance. Of a share (each row between 0 and 1) the interval is then that of
`unseen`: what n rows do not show may still be true of 1 − 0.05^(1/n) of all rows, some
3/n. Of anything else there is none, and no test. And where each row is right or wrong,
a difference of k rows has a p of 2^(1 − k) or more: that of a sign test in which all of
them speak for one side.

With one seed the rounds are over rows alone: what is told is then told of these trained
models, not of their architecture.

References: Rao and Wu 1988, "Resampling inference with complex survey data", for n − 1
draws; Holm 1979, "A simple sequentially rejective multiple test procedure"; Clopper and
Pearson 1934, "The use of confidence or fiducial limits", and Hanley and Lippman-Hand
1983, "If nothing goes wrong, is everything all right?", for the rule of three.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.randomness import stream

LEVEL = 0.05
ALIKE = 1e-9
"""Rounds that differ by less are one number, summed in another order."""
COUNTED = 0.01
"""Counts of right rows are whole, but for the digits that a file keeps of a share."""

Interval = tuple[float, float]


class Estimate(NamedTuple):
    """A number with the interval that holds it in 95 of 100 repetitions."""

    value: float
    interval: Interval | None
    """None where nothing was seen to vary."""


class Difference(NamedTuple):
    """How much better than the first one, with its test."""

    value: float
    interval: Interval | None
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
    rows: int = 0
    """How many were drawn from, of a share; 0 where none were, or it is none."""


def estimate(one: Measured) -> Estimate:
    """The mean over the seeds with its interval."""
    drawn = _over_seeds(one, stream(0, "seeds", "alone"))
    value = float(one.values.mean())
    return Estimate(value, _interval(drawn, value, rows=one.rows, least=0.0))


def differences(first: Measured, others: list[Measured]) -> list[Difference]:
    """Each of the others minus the first, its p corrected for their number."""
    base = _over_seeds(first, stream(0, "seeds", 0))
    found = []
    for number, other in enumerate(others, start=1):
        drawn = _over_seeds(other, stream(0, "seeds", number)) - base
        value = float(other.values.mean() - first.values.mean())
        between = _interval(drawn, value, rows=other.rows, least=-1.0)
        p = 1.0 if between is None else p_value(drawn, value)
        p = max(p, _fewest_rows(first, other, value))
        found.append(Difference(value, between, p, 1.0))
    corrected = holm([one.p for one in found])
    pairs = zip(found, corrected, strict=True)
    return [one._replace(p_corrected=p) for one, p in pairs]


def unseen(rows: int) -> float:
    """The largest share of all rows that so many may fail to show, with 5 % chance."""
    return 1 - LEVEL ** (1 / rows)


def p_value(drawn: Tensor, value: float) -> float:
    """Of the differences in rounds (rounds,), around the one that was found."""
    known = drawn[drawn.isfinite()]
    far = ((known - value).abs() >= abs(value) - 1e-12).sum()
    return (int(far) + 1) / (len(known) + 1)


def _fewest_rows(first: Measured, other: Measured, value: float) -> float:
    """The least p of a sign test over rows that are right or wrong; else 0."""
    for one in (first, other):
        right = one.rounds * one.rows
        if not one.rows or float((right - right.round()).abs().max()) > COUNTED:
            return 0.0
    return min(1.0, 2.0 ** (1 - abs(value) * other.rows))


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


def _interval(
    drawn: Tensor, value: float, *, rows: int, least: float
) -> Interval | None:
    """95 % of the rounds; of a share from `least` to 1 never without width."""
    known = drawn[drawn.isfinite()]
    if not len(known):
        return None
    share = torch.tensor([0.025, 0.975], dtype=torch.float64)
    low, high = known.double().quantile(share).tolist()
    if high - low > ALIKE:
        return low, high
    if not rows:
        return None
    beyond = unseen(rows)
    return value - beyond * (value - least), value + beyond * (1 - value)
