"""What every forecaster is: windows in, a loss while it learns, quantiles afterwards.

    loss(windows, targets, there)      →  (rows,), and so does calling the network
    forecast(windows, seed=...)        →  quantiles (rows, horizon, levels), mean

See `forecasters.py` for those that there are.
"""

from abc import ABC, abstractmethod
from typing import NamedTuple

from torch import Tensor, nn
from typing_extensions import override

from unrolled.models.windows import Windows


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
