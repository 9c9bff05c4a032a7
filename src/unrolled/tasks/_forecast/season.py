"""The season of a series: after how many moments it begins anew.

    quarter-hour, half-hour, hour      96, 48, 24: a day
    day, week                          7: a week; 52: a year
    month, quarter                     12, 4: a year
    year, counted moments              found in the values, 1 where there is none

A season k is found where the values agree with themselves k moments later and disagree
half a season later, over the first three seasons:

    comb_k = mean_j a_jk − mean_j a_(j − ½)k        j = 1, 2, 3 where 3 jk ≤ 2 moments

with a the autocorrelation of the values without their straight trend. Among seasons of
nearly the best comb the shortest counts: its multiples agree as well.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.series import Series
from unrolled.tasks._forecast.steps import parse

DAY, WEEK = 86_400, 604_800
LEAST_COMB = 0.45
"""A random walk stays below it 18 times in 20, a noise 19 times in 20 or more."""
NEARLY = 0.8
MOST_SERIES = 100
"""A season is looked for in so many series at most: enough to find a common one."""


class Season(NamedTuple):
    """A season and what it was known by."""

    moments: int
    """1 where there is none."""
    why: str
    """For the user: "a day of 24 moments"."""


def season_of(series: Sequence[Series]) -> Season:
    """The season that the series have in common."""
    longest = max(map(len, series), default=0)
    found = _of_step(series[0].step if series else "")
    if found.moments > 1 and 2 * found.moments <= longest:
        return found
    repeated = repeats(
        [values for one in series[:MOST_SERIES] for values in one.values.unbind(1)]
    )
    if repeated == 1:
        return Season(1, "no season was found in the values")
    return Season(repeated, f"the values repeat after {repeated} moments")


def repeats(channels: Sequence[Tensor]) -> int:
    """After how many moments channels (moments,) repeat; NaN is a gap. 1: never."""
    long = [values for values in channels if values.isfinite().sum() >= 6]
    if not long:
        return 1
    least = max(map(len, long)) // 2  # shorter ones would say nothing of a long season
    agree = [_autocorrelation(values) for values in long if len(values) >= least]
    moments = min(map(len, agree))
    mean = torch.stack([one[:moments] for one in agree]).mean(0)
    comb = _comb(mean)
    best = float(comb.max())
    if best < LEAST_COMB:
        return 1
    first = int((comb >= NEARLY * best).nonzero()[0, 0])
    return first + int(comb[first : max(first + 1, int(1.5 * first))].argmax())


def _of_step(step: str) -> Season:
    if not step:
        return Season(1, "")
    count, months = parse(step)
    if months:
        found = 12 // count if 12 % count == 0 else 1
        return Season(found, f"a year of {found} moments")
    if count < DAY and DAY % count == 0:
        return Season(DAY // count, f"a day of {DAY // count} moments")
    known = {DAY: Season(7, "a week of 7 moments"), WEEK: Season(52, "52 weeks")}
    return known.get(count, Season(1, ""))


def _autocorrelation(values: Tensor) -> Tensor:
    """At each lag, (moments,): the mean product of moments so far apart.

    Of values (moments,) without their straight trend; gaps are left out.
    """
    moments, known = len(values), values.isfinite()
    time = torch.linspace(-1, 1, moments, dtype=torch.float64)
    line = torch.stack([torch.ones_like(time), time], 1)
    wanted = values[known].double()[:, None]
    trend = (line @ torch.linalg.lstsq(line[known], wanted).solution)[:, 0]
    rest = torch.where(known, values.double() - trend, 0.0)
    products, pairs = _lagged(rest), _lagged(known.double())
    mean = products / pairs.clamp(min=0.5)
    size = float(wanted.square().mean())
    # What a straight line explains to the last bits has no season in what is left.
    return mean / mean[0] if mean[0] > 1e-20 * size else torch.zeros_like(mean)


def _lagged(values: Tensor) -> Tensor:
    """Σ_t v_t v_(t+k) for each k, (moments,), through the frequencies."""
    moments = len(values)
    power = torch.fft.rfft(values, 2 * moments).abs().square()
    return torch.fft.irfft(power, 2 * moments)[:moments]


def _comb(agree: Tensor) -> Tensor:
    """`comb_k` for each k from 0 to a third of the moments, those below 2 at 0."""
    moments = len(agree)
    seasons = torch.arange(moments // 3 + 1)
    total, count = torch.zeros_like(agree[seasons]), torch.zeros(len(seasons))
    for number in (1, 2, 3):
        inside = number * seasons <= 2 * moments // 3
        end = torch.where(inside, number * seasons, 0)
        half = torch.where(inside, (2 * number - 1) * seasons, 0)
        between = (agree[half // 2] + agree[(half + 1) // 2]) / 2
        total += torch.where(inside, agree[end] - between, 0.0)
        count += inside
    comb = total / count.clamp(min=1)
    comb[:2] = 0.0
    return comb
