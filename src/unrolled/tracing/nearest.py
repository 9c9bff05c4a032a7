"""Where else in a corpus was this unit so active? Moments that look alike to a network.

    select    nearest_moments(..., layer="stack.l0", units=17)
              the moments of many examples at which unit 17 was highest, with the words
              around them; of several units the mean counts
    match     matching_moments(..., span=(3, 5, 8))
              the units that were on, |h| above a threshold, all along a span of one
              example; and the spans elsewhere where the most of them are on together

The corpus is read a piece at a time and only the best moments are kept, so memory does
not grow with it. Of moments side by side only the highest is told.

Reference: Strobelt et al. 2018, "LSTMVis: a tool for visual analysis of hidden state
dynamics in recurrent neural networks", arXiv:1606.07461, section 4.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from unrolled.errors import SettingError
from unrolled.ragged import Ragged
from unrolled.tasks._base import AbstractTask, Example
from unrolled.tracing.corpus import Corpus, Found, Moment

__all__ = ["Moment", "matching_moments", "nearest_moments"]


def nearest_moments(
    task: AbstractTask,
    network: nn.Module,
    examples: list[Example],
    *,
    layer: str,
    units: int | Sequence[int],
    count: int = 20,
    lowest: bool = False,
) -> list[Moment]:
    """The moments at which the mean of these units was highest, the highest first.

    Or the `lowest` ones: a unit has two ends. Raises SettingError for a layer or a unit
    that is not there.
    """
    chosen = [units] if isinstance(units, int) else list(units)
    corpus = Corpus(task, network, examples, layer)
    sign = -1.0 if lowest else 1.0

    def activity(states: Ragged) -> Tensor:
        _check_units(chosen, states.values.shape[1])
        values = sign * states.values[:, chosen].mean(1)
        return values.masked_fill(~_is_peak(states.with_values(values)), -torch.inf)

    best = corpus.best(activity, count=count)
    return [corpus.moment(*found[1:], 1, sign * found[0]) for found in best]


def matching_moments(
    task: AbstractTask,
    network: nn.Module,
    examples: list[Example],
    *,
    layer: str,
    span: tuple[int, int, int],
    threshold: float = 0.3,
    count: int = 20,
) -> tuple[list[int], list[Moment]]:
    """The units on all along a span (row, start, stop), and the spans most like it.

    A unit is on where |h| is above the threshold, and matches with the same sign. Each
    span found is as long, does not overlap a better one, and tells the share of the
    units that is on all along it; of two with the same share, that with fewer others on
    comes first. Raises SettingError for a layer or a span that is not there, and where
    no unit is on.
    """
    row, start, stop = span
    corpus, length = Corpus(task, network, examples, layer), stop - start
    wanted = _selected(corpus.states_of(row), start, stop, threshold)
    units = wanted.nonzero()[:, 0].tolist()

    def activity(states: Ragged) -> Tensor:
        along = _all_along(states.map(lambda h: _on(h, threshold)), length)
        matched = ((along == wanted) & (wanted != 0)).sum(1)
        others = (along != 0).sum(1) - matched
        value = matched - others / (len(wanted) + 1)  # less than one unit in all
        return value.masked_fill(~_fits(states, length), -torch.inf)

    most = 2 * length - 1  # that many spans overlap with one, itself included
    best = corpus.best(activity, count=(count + 1) * most)
    kept = _apart(best, taken=(row, start), length=length)[:count]
    return units, [
        corpus.moment(at, step, length, math.ceil(value) / len(units))
        for value, at, step in kept
    ]


def _selected(states: Tensor, start: int, stop: int, threshold: float) -> Tensor:
    """The signs of the units that are on all along a span, 0 for the others: (units,).

    `states` (steps, units) are those of its example. Raises SettingError.
    """
    if not 0 <= start < stop <= len(states):
        raise SettingError(
            found=f"steps {start} to {stop} of {len(states)}.",
            expected="a first step and the one behind the last, as in Python",
            fix="choose a span inside the example",
        )
    on = _on(states, threshold)[start:stop]
    found = on[0] * (on == on[0]).all(0)
    if not found.any():
        raise SettingError(
            found=f"no unit above {threshold:g} all along the span.",
            expected="at least one unit that is on",
            fix="choose a shorter span or a lower threshold",
        )
    return found


def _check_units(units: list[int], hidden: int) -> None:
    wrong = [unit for unit in units if not 0 <= unit < hidden]
    if wrong or not units:
        raise SettingError(
            found=f"unit {wrong[0]} of {hidden}." if wrong else "no unit.",
            expected=f"numbers from 0 to {hidden - 1}",
            fix="choose another unit",
        )


def _is_peak(activity: Ragged) -> Tensor:
    """Which tokens are as high as the one before and higher than the one behind."""
    values, row = activity.values, activity.row_of_token
    same = row[1:] == row[:-1]
    found = torch.ones(len(values), dtype=torch.bool)
    found[1:] &= ~same | (values[1:] >= values[:-1])
    found[:-1] &= ~same | (values[:-1] > values[1:])
    return found


def _on(states: Tensor, threshold: float) -> Tensor:
    """The sign of each unit that is on, 0 for the others, (steps, units) int8."""
    return (states.sign() * (states.abs() > threshold)).to(torch.int8)


def _all_along(on: Ragged, length: int) -> Tensor:
    """The same for units that stay on all along the span from each token on.

    Both (tokens, units); of no meaning where the row ends before the span does.
    """
    found = on.values.clone()
    for ahead in range(1, min(length, len(found) + 1)):
        found[:-ahead] *= on.values[ahead:] == on.values[:-ahead]
    return found


def _fits(rows: Ragged, length: int) -> Tensor:
    """At which tokens a span of that length may begin, (tokens,)."""
    places = torch.arange(len(rows.values))
    left = rows.offsets[1:].repeat_interleave(rows.lengths) - places
    return left >= length


def _apart(best: list[Found], *, taken: tuple[int, int], length: int) -> list[Found]:
    """The best spans that overlap none before them, nor the one that is taken."""
    begun = {taken[0]: [taken[1]]}
    kept: list[Found] = []
    for one in best:
        others = begun.setdefault(one[1], [])
        if all(abs(one[2] - other) >= length for other in others):
            others.append(one[2])
            kept.append(one)
    return kept
