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
from unrolled.models.windows import Windows
from unrolled.ragged import Ragged
from unrolled.time_major import spans


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

    @property
    def beside(self) -> Ragged:
        """The known covariates in rows, values (tokens, ahead)."""
        return self.told.with_values(self.known)


class Swept(NamedTuple):
    """What a sweep over moments gives."""

    outputs: Tensor
    """(tokens, hidden)."""
    memory: Memory
    """After the last moment of each row."""
    values: Tensor
    """The moments as `Moments.told`, with what was read for gaps, (tokens, 2 + ·)."""


def future(path: Tensor, base: Tensor, memory: Memory, ahead: Tensor) -> Moments:
    """Moments to come, as if their values were the `path`, (rows, horizon).

    `base` is `base_of` it, and `ahead` (rows, horizon, ·) what is known of them.
    """
    rows, horizon = path.shape
    value = (path - base) / memory.scale[:, None]
    told = path.new_zeros(rows, horizon, memory.last.shape[1] - 2)
    told = torch.cat([torch.stack([value, torch.ones_like(value)], dim=2), told], dim=2)
    lengths = torch.full((rows,), horizon)
    return Moments(Ragged(told.flatten(0, 1), lengths), ahead.flatten(0, 1))


def one_more(memory: Memory, value: Tensor, covariates: Tensor) -> Windows:
    """A window of one moment for each row: values (rows,), NaN where nothing was seen.

    `covariates` (rows, ·) are those of its moment.
    """
    there = ~value.isnan()
    return Windows(
        values=Ragged(torch.where(there, value, 0.0), torch.ones(len(value))),
        seen=there.to(covariates.dtype),
        covariates=covariates,
        ahead=covariates.new_zeros(len(value), 0, 0),
        groups=memory.groups,
    )


def joined(
    windows: Windows, past: int, targets: Tensor, there: Tensor
) -> tuple[Ragged, Tensor, Tensor]:
    """The history of each row and its targets: values, which are there, what is beside.

    Targets (rows, horizon) count where they are `there`, of the same shape; of all
    covariates the first `past` are unknown beside them.
    """
    beside = beside_of(windows, past)
    columns = (windows.values.values[:, None], windows.seen[:, None], beside)
    known = torch.where(there > 0, targets, 0.0)
    (rows, horizon), wide = known.shape, beside.shape[1] - windows.ahead.shape[2]
    nothing = known.new_zeros(rows, horizon, wide)
    each = (known[..., None], there[..., None], nothing, windows.ahead)
    targets_of = Ragged(torch.cat(each, 2).flatten(0, 1), torch.full((rows,), horizon))
    both = end_to_end(windows.values.with_values(torch.cat(columns, 1)), targets_of)
    value, seen, rest = both.values.tensor_split([1, 2], dim=1)
    return both.with_values(value[:, 0]), seen[:, 0], rest


def end_to_end(one: Ragged, other: Ragged) -> Ragged:
    """Each row of the one and behind it that of the other, values (tokens, ·)."""
    first, second = one.offsets[:-1], other.offsets[:-1] + len(one.values)
    starts = torch.stack([first, second], dim=1).flatten()
    lengths = torch.stack([one.lengths, other.lengths], dim=1)
    tokens = torch.cat([one.values, other.values])[spans(starts, lengths.flatten())]
    return Ragged(tokens, lengths.sum(1))


def last_places(x: Ragged, count: int) -> Tensor:
    """The last `count` tokens of each row, (rows · count,) int64."""
    return (x.offsets[1:, None] - count + torch.arange(count)).flatten()


def beside_of(windows: Windows, past: int) -> Tensor:
    """Past covariates and 1, where there are some, and known ones, (tokens, ·).

    The `past` ones are the first of all.
    """
    before, known = windows.covariates.tensor_split([past], dim=1)
    return torch.cat([before, known.new_ones(len(known), bool(past)), known], dim=1)


def base_of(path: Tensor, season: Tensor) -> Tensor:
    """What lies a season before each moment of a `path`, (rows, horizon).

    0 where there is no season; `season` is (rows, m, 2).
    """
    if not season.shape[1]:
        return torch.zeros_like(path)
    return torch.cat([last_season(season), path], dim=1)[:, : path.shape[1]]


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
    """Values from their changes over a last season (rows, m, 2): as `paths`.

    `paths` is (rows, paths, horizon).
    """
    size, horizon = season.shape[1], paths.shape[2]
    base = last_season(season)
    found = [base[:, None, :]]
    for first in range(0, horizon, size):
        part = paths[:, :, first : first + size]
        found.append(part + found[-1][:, :, : part.shape[2]])
    return torch.cat(found[1:], dim=2) if horizon else paths


def last_season(season: Tensor) -> Tensor:
    """The values of a last season (rows, m, 2) with no gap in them, (rows, m).

    A gap is taken as the last value seen in it, or 0.
    """
    value, seen = season.unbind(2)
    latest = (torch.arange(1, seen.shape[1] + 1) * seen).argmax(1, keepdim=True)
    return torch.where(seen > 0, value, value.gather(1, latest) * seen.amax(1)[:, None])


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


def before_of(told: Ragged, memory: Memory, values: Tensor, index: Tensor) -> Tensor:
    """The moment before each of the tokens `index` (chosen,), (chosen, 2 + ·).

    `values` (tokens, 2 + ·) are those of `told` with their gaps filled.
    """
    row = told.row_of_token[index]
    begins = index == told.offsets[:-1][row]
    before = values[(index - 1).clamp(min=0)]
    return torch.where(begins[:, None], memory.last[row], before)


def last_of(told: Ragged, values: Tensor, before: Tensor) -> Tensor:
    """The last moment of each row, or the one before where it has none, (rows, ·)."""
    if not len(values):
        return before
    last = values[(told.offsets[1:] - 1).clamp(min=0)]
    return torch.where((told.lengths > 0)[:, None], last, before)
