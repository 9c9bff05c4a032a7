"""What an autoregressive forecaster carries along time, and the moments it reads.

    told      value by the scale │ mark │ past covariates, and 1 where they are told
    runs      [0 1 2 3 gap] [5 6 gap] [8 9]

Each run ends with a gap, which is filled by what the network expected there. With a
season it is not a value that is told but its change over the season.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.cells._base import State
from unrolled.ragged import Ragged


class Memory(NamedTuple):
    """What is carried along time for some rows."""

    state: State
    """Of the layers, each (layers, rows, hidden)."""
    last: Tensor
    """The last moment: its value by the scale, its mark, its past covariates and their
    mark, (rows, 2 + ·)."""
    scale: Tensor
    """(rows,)."""
    groups: Tensor
    """(rows, groups) int64."""
    season: Tensor
    """The values of the last season and their marks, (rows, season, 2)."""

    def repeat(self, times: int) -> "Memory":
        """Each row so many times, one after the other."""
        state = tuple(s.repeat_interleave(times, dim=1) for s in self.state)
        rest = (one.repeat_interleave(times, dim=0) for one in self[1:])
        return Memory(state, *rest)

    def keep(self, rows: Tensor | slice) -> "Memory":
        """These rows, (kept,), in this order."""
        state = tuple(s[:, rows].contiguous() for s in self.state)
        return Memory(state, *(one[rows] for one in self[1:]))


class Moments(NamedTuple):
    """Moments of some rows, as they are read."""

    told: Ragged
    """Value by the scale, mark, past covariates and their mark: (tokens, 2 + ·)."""
    known: Tensor
    """Known covariates, (tokens, ahead)."""


def changes(values: Ragged, seen: Tensor, season: Tensor) -> tuple[Ragged, Tensor]:
    """Changes over a season and which are known, values (tokens,) and (tokens,).

    `season` (rows, m, 2) holds the m values before each row, as a `Memory` does.
    """
    size, row = season.shape[1], values.row_of_token
    place = torch.arange(len(row)) - values.offsets[:-1][row]
    here = torch.stack([values.values, seen], dim=1)
    before = here.roll(size, dims=0)
    early = season[row, place.clamp(max=size - 1)]
    base = torch.where((place < size)[:, None], early, before)
    known = seen * base[:, 1]
    return values.with_values((values.values - base[:, 0]) * known), known


def season_after(values: Ragged, seen: Tensor, season: Tensor) -> Tensor:
    """The last season when these values (tokens,) have been read, (rows, m, 2)."""
    if not season.shape[1] or not len(seen):
        return season
    here = torch.stack([values.values, seen], dim=1)
    place = values.lengths[:, None] - season.shape[1] + torch.arange(season.shape[1])
    at = (values.offsets[:-1, None] + place).clamp(0, len(seen) - 1)
    shifted = (place + season.shape[1]).clamp(max=season.shape[1] - 1)
    old = season.gather(1, shifted[..., None].expand(-1, -1, 2))
    return torch.where((place < 0)[..., None], old, here[at])


def put_back(paths: Tensor, season: Tensor) -> Tensor:
    """Values from their changes over a season, (rows, paths, horizon).

    A gap in the last season (rows, m, 2) is taken as the last value seen in it, or 0.
    """
    size, horizon = season.shape[1], paths.shape[2]
    value, seen = season.unbind(2)
    latest = (torch.arange(1, size + 1) * seen).argmax(1, keepdim=True)
    base = torch.where(seen > 0, value, value.gather(1, latest) * seen.amax(1)[:, None])
    found = [base[:, None, :]]
    for first in range(0, horizon, size):
        part = paths[:, :, first : first + size]
        found.append(part + found[-1][:, :, : part.shape[2]])
    return torch.cat(found[1:], dim=2) if horizon else paths


def runs_of(told: Ragged) -> list[Tensor]:
    """The tokens (chosen,) of each run: a row's next run begins after its next gap."""
    gap, row = told.values[:, 1] == 0, told.row_of_token
    tokens = torch.arange(len(row))
    if not gap.any():
        return [tokens]
    before = gap.cumsum(0) - gap.long()
    starts = told.offsets[:-1].clamp(max=len(row) - 1)
    run = before - before[starts][row]
    order = run.argsort(stable=True)
    return list(order.split(run.bincount().tolist()))


def last_of(told: Ragged, values: Tensor, before: Tensor) -> Tensor:
    """The last moment of each row, or the one before where it has none, (rows, ·)."""
    if not len(values):
        return before
    last = values[(told.offsets[1:] - 1).clamp(min=0)]
    return torch.where((told.lengths > 0)[:, None], last, before)
