"""Series of the user's to a store that windows are cut from."""

from collections.abc import Sequence

import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError
from unrolled.series import Series
from unrolled.tasks._forecast import calendars
from unrolled.tasks._forecast.familiar import Familiar
from unrolled.tasks._forecast.store import Store
from unrolled.tasks._forecast.units import Units, to_network


def prepared(
    familiar: Familiar,
    series: Sequence[Series],
    places: Sequence[str],
    firsts: Sequence[int],
) -> Store:
    """The series laid end to end; each is first forecast at its moment of `firsts`.

    Raises UnreadableDataError for a series unlike those of training.
    """
    settings = familiar.settings
    horizon, wide = settings.horizon, len(familiar.channels)
    known, units, groups, starts = [], [], [], [0]
    truth, values, past = [], [], []
    for one, place, first in zip(series, places, firsts, strict=True):
        familiar.check(one, place)
        mine = _units(familiar, one, first, place)
        numbers = to_network(one.values, mine, settings.transform)
        truth.append(_longer(one.values.double(), horizon, float("nan")))
        values.append(_longer(numbers, horizon, float("nan")))
        before = _standard(familiar, _wide(one.past, len(one)), past=True)
        past.append(_longer(before, horizon, 0.0))
        known.append(_known(familiar, one, horizon))
        units.append(torch.stack(list(mine)))
        groups.append(familiar.groups(one))
        starts.append(starts[-1] + len(one) + horizon)
    shape = familiar.shape()
    empty = torch.zeros(0, wide)
    measured = torch.cat([empty, *values])
    seen = measured.isfinite()
    return Store(
        starts=torch.tensor(starts[:-1], dtype=torch.int64),
        truth=torch.cat([empty.double(), *truth]),
        values=torch.where(seen, measured, 0.0),
        seen=seen.float(),
        past=torch.cat([torch.zeros(0, shape.covariates - shape.ahead), *past]),
        known=torch.cat([torch.zeros(0, shape.ahead), *known]),
        groups=torch.stack(groups)
        if groups
        else torch.zeros(0, wide, len(shape.groups), dtype=torch.int64),
        units=torch.stack(units, dim=1)
        if units
        else torch.zeros(4, 0, wide, dtype=torch.float64),
        horizon=horizon,
    )


def check_ahead(series: Series, horizon: int, place: str) -> None:
    """Raises UnreadableDataError where covariates of the future are missing."""
    further = len(series.known) - len(series)
    if series.known.shape[1] and further < horizon:
        raise UnreadableDataError(
            found=f"{place}: covariates known ahead reach {further} moments beyond the"
            " last value.",
            expected=f"{horizon}, as many as are forecast",
            fix="add rows below the last one, with those columns alone filled in",
        )


def _units(familiar: Familiar, series: Series, first: int, place: str) -> Units:
    number = familiar.number(series)
    if number >= 0:
        return Units(*familiar.units[:, number])
    return familiar.measure(series, first, place)


def _known(familiar: Familiar, series: Series, horizon: int) -> Tensor:
    """What is known ahead of each moment and of those after, (moments + horizon, ·)."""
    moments = len(series) + horizon
    told = _wide(series.known, moments)[:moments]
    given = _standard(familiar, told, past=False)
    parts = [_longer(given, moments - len(given), 0.0)]
    if familiar.settings.calendar:
        parts.append(calendars.calendar(series, horizon))
    return torch.cat(parts, dim=1)


def _standard(familiar: Familiar, numbers: Tensor, *, past: bool) -> Tensor:
    """Covariates about 0 ± 1, (moments, ·) float32; a gap is 0, the mean."""
    split = familiar.past
    mean, spread = familiar.beside[:, :split] if past else familiar.beside[:, split:]
    found = (numbers.double() - mean) / spread
    return torch.where(found.isfinite(), found, 0.0).float()


def _wide(numbers: Tensor, moments: int) -> Tensor:
    """Of no covariates each moment has none: (0, 0) becomes (moments, 0)."""
    return numbers if numbers.shape[1] else numbers.new_zeros(moments, 0)


def _longer(rows: Tensor, further: int, filled: float) -> Tensor:
    """With so many rows more at its end."""
    return torch.cat([rows, rows.new_full((further, rows.shape[1]), filled)])
