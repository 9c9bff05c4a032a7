"""What every forecaster is: windows in, a loss while it learns, quantiles afterwards.

    loss(windows, targets, there)      →  (rows,), and so does calling the network
    forecast(windows, seed=...)        →  quantiles (rows, horizon, levels), mean
    along(windows, path, seed=...)     →  the same, in one run that has gradients

See `forecasters.py` for those that there are.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.engine.watch import seen
from unrolled.models.distributions import AbstractDistribution
from unrolled.models.windows import Windows
from unrolled.randomness import stream


class Forecast(NamedTuple):
    """What is said of the moments after each window, in the units of its values."""

    quantiles: Tensor
    """(rows, horizon, levels), rising along the levels."""
    mean: Tensor
    """The one number to name where one must be named, (rows, horizon)."""


class AbstractForecaster(nn.Module, ABC):
    """A network over windows; built for one horizon and one set of levels."""

    horizon: int
    levels: tuple[float, ...]
    """The shares of the truth that are to lie below each quantile, rising."""

    @override
    def forward(self, windows: Windows, targets: Tensor, there: Tensor) -> Tensor:
        """The `loss` (rows,): what several processes that train together call."""
        return self.loss(windows, targets, there)

    @abstractmethod
    def loss(self, windows: Windows, targets: Tensor, there: Tensor) -> Tensor:
        """The loss of each row, (rows,).

        `targets` (rows, horizon) are in the units of the values; where `there`, of the
        same shape, is 0, nothing was measured and nothing is asked. A row without any
        target has loss 0.
        """

    @abstractmethod
    def forecast(self, windows: Windows, *, seed: int) -> Forecast:
        """Quantiles and mean of each row, without gradients.

        What is drawn by chance comes from `seed` alone: a row has the bits that it has
        by itself.
        """

    @abstractmethod
    def along(self, windows: Windows, path: Tensor, *, seed: int) -> Forecast:
        """What the network says in one run, whose mean has gradients.

        A network that tells one moment after the other tells each of them here as if
        those before it had come as the `path` (rows, horizon) has them; one that tells
        all at once reads nothing of it.
        """


def announced(windows: Windows) -> Windows:
    """The same, with the values told at the point "history", (tokens,)."""
    values = seen("history", windows.values)
    return windows if values is windows.values else replace(windows, values=values)


def quantiles_of(
    distribution: AbstractDistribution,
    parameters: Tensor,
    levels: Sequence[float],
    *,
    paths: int,
    seed: int,
) -> Tensor:
    """Of each moment, (rows, horizon, levels), from parameters (rows, horizon, width).

    Where they are not closed they are those of so many numbers drawn from `seed`, each
    row by itself.
    """
    shape = (*parameters.shape[:2], len(levels))
    closed = distribution.quantiles(parameters.flatten(0, 1), levels)
    if closed is not None:
        return closed.view(shape)
    asked, found = torch.tensor(levels).to(parameters), []
    for row in parameters:
        each = row.repeat_interleave(paths, dim=0)
        drawn = distribution.draw(each, stream(seed, "paths"))
        found.append(drawn.view(-1, paths).quantile(asked, dim=1).T)
    return torch.stack(found) if found else parameters.new_zeros(shape)
