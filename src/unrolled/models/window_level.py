"""What is taken off a window before it is read, and given back to its future.

    no season     history v − last                  future o + last
    season m      history v_t − v_{t−m}             future o + the last season, repeated
    counts        history v / (1 + mean)            future o · (1 + mean)

A level and a size of its own for each window: so a network that has learned from one
stretch of a series can read another that lies higher.

Shapes: history (tokens,); base (rows, horizon); scale (rows,).
"""

from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.models.windows import Windows
from unrolled.ragged import Ragged

LEAST = 0.1
"""The least spread of a window, in standardized units: one at rest may yet move."""


class Level(NamedTuple):
    """A window less its level, and what its future gets back."""

    history: Ragged
    """The values less their level, by the scale, (tokens,); 0 in a gap."""
    seen: Tensor
    """1 where that is known, (tokens,)."""
    base: Tensor
    """What belongs to each moment to come, (rows, horizon)."""
    scale: Tensor
    """What the history was divided by, (rows,)."""


def level_of(windows: Windows, *, season: int = 0) -> Level:
    """The last value seen, or the values of one season before, taken off.

    Where the last season has a gap, the last value seen stands in.
    """
    values, seen = windows.values, windows.seen
    last, ones = last_seen(windows), values.values.new_ones(len(windows))
    base = last[:, None].expand(len(windows), windows.horizon)
    if not season:
        less = (values.values - last[values.row_of_token]) * seen
        return Level(values.with_values(less), seen, base, ones)
    back = (torch.arange(len(seen)) - season).clamp(min=0)
    known = seen * seen[back] * (place_in_row(values) >= season)
    less = (values.values - values.values[back]) * known
    at = values.offsets[1:, None] + torch.arange(windows.horizon) % season - season
    inside = at >= values.offsets[:-1, None]
    if len(seen):
        at = at.clamp(min=0)
        inside = inside & (seen[at] > 0)
        base = torch.where(inside, values.values[at], base)
    return Level(values.with_values(less), known, base, ones)


def level_of_counts(windows: Windows) -> Level:
    """Counts by 1 + their mean, (Salinas et al. 2020, arXiv:1704.04110, equation 4)."""
    values, seen = windows.values, windows.seen
    base = values.values.new_zeros(len(windows), windows.horizon)
    scale = 1 + mean_of(values, seen)
    return Level(
        values.with_values(values.values / scale[values.row_of_token]),
        seen,
        base,
        scale,
    )


def spread_out(level: Level) -> Level:
    """The same with each history divided by its standard deviation."""
    values, row = level.history.values, level.history.row_of_token
    around = (values - mean_of(level.history, level.seen)[row]).square()
    variance = mean_of(level.history.with_values(around), level.seen)
    scale = (variance + LEAST**2).sqrt()
    history = level.history.with_values(values / scale[row])
    return level._replace(history=history, scale=scale)


def mean_of(values: Ragged, seen: Tensor) -> Tensor:
    """The mean of what was seen of each row, (rows,); 0 of nothing."""
    row, none = values.row_of_token, values.values.new_zeros(len(values))
    counts = none.index_add(0, row, seen).clamp(min=1)
    return none.index_add(0, row, values.values * seen) / counts


def place_in_row(x: Ragged) -> Tensor:
    """How many tokens of its row come before each token, (tokens,)."""
    return torch.arange(len(x.values)) - x.offsets[:-1][x.row_of_token]


def last_seen(windows: Windows) -> Tensor:
    """The last value that was measured in each row, or 0, (rows,)."""
    values, row = windows.values, windows.values.row_of_token
    at = torch.where(windows.seen > 0, torch.arange(len(row)), -1)
    none = torch.full((len(windows),), -1)
    last = none.scatter_reduce(0, row, at, "amax")
    if not len(row):
        return values.values.new_zeros(len(windows))
    return torch.where(last < 0, 0.0, values.values[last.clamp(min=0)])
