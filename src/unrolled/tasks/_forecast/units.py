"""Units of a series: to numbers about 0 ± 1, which a network reads, and back.

    z = (g(v) − center) / scale        g is the logarithm or nothing

Center and scale are measured for each channel on the training part of its series; of a
series that training had not, on what is before its first forecast.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.errors import UnreadableDataError
from unrolled.tasks._forecast.scores import seasonal_scale
from unrolled.tasks._forecast.settings import ForecastSettings

LARGEST = 80.0
"""e to this power is still a 32-bit number."""


class Units(NamedTuple):
    """Of one series, each (channels,) float64."""

    center: Tensor
    scale: Tensor
    standard: Tensor
    """The deviation of the values themselves; 1 where they never changed."""
    seasonal: Tensor
    """Their mean change over a season, for MASE; NaN where it is unknown."""


def measured(
    values: Tensor, settings: ForecastSettings, *, season: int, place: str
) -> Units:
    """The units of a history (moments, channels), NaN for gaps.

    Raises UnreadableDataError for a value that has no logarithm, where one is asked.
    """
    columns = list(values.double().unbind(1))
    plain = [one[one.isfinite()] for one in columns]
    standard = torch.stack([_deviation(one) for one in plain])
    seasonal = [seasonal_scale(one, season) for one in columns]
    if settings.transform == "log":
        _check_log(values, place)
        plain = [one.log() for one in plain]
    center = torch.zeros(len(plain), dtype=torch.float64)
    scale = torch.ones_like(center)
    if settings.scale == "standard":
        means = [one.mean() if len(one) else center.new_zeros(()) for one in plain]
        center = torch.stack(means) if means else center
        scale = torch.stack([_deviation(one) for one in plain]) if plain else scale
    return Units(center, scale, standard, torch.tensor(seasonal, dtype=torch.float64))


def to_network(values: Tensor, units: Units, transform: str) -> Tensor:
    """(moments, channels) of the series to float32 numbers about 0; NaN stays."""
    found = values.log() if transform == "log" else values
    return ((found - units.center) / units.scale).float()


def from_network(numbers: Tensor, center: Tensor, scale: Tensor, how: str) -> Tensor:
    """The way back, float64: numbers (rows, ...) with center and scale (rows, 1...)."""
    found = numbers.double() * scale + center
    return found.clamp(max=LARGEST).exp() if how == "log" else found


def _deviation(values: Tensor) -> Tensor:
    """() float64, above 0."""
    if not len(values):
        return torch.ones((), dtype=torch.float64)
    found = values.std(correction=0)
    # A constant that is no binary fraction has a tiny deviation, all of it rounding.
    changes = found > 1e-12 * values.abs().max()
    return found if changes else torch.ones((), dtype=torch.float64)


def _check_log(values: Tensor, place: str) -> None:
    low = values[values <= 0]
    if len(low):
        raise UnreadableDataError(
            found=f"{place}: the value {float(low[0]):g} has no logarithm.",
            expected="values above 0, since logarithms are forecast",
            fix="set task.transform=none",
        )
