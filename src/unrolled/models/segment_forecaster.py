"""Under way."""

from typing import final

from torch import Tensor
from typing_extensions import override

from unrolled.models.forecaster import AbstractForecaster, Forecast
from unrolled.models.forecaster_settings import ForecasterSettings, levels_of
from unrolled.models.windows import Windows, WindowShape


@final
class SegmentForecaster(AbstractForecaster):
    """Under way."""

    def __init__(self, shape: WindowShape, settings: ForecasterSettings) -> None:
        super().__init__()
        self.horizon, self.levels = shape.horizon, levels_of(settings)

    @override
    def loss(self, windows: Windows, targets: Tensor, there: Tensor) -> Tensor:
        """Under way."""
        raise NotImplementedError

    @override
    def forecast(self, windows: Windows, *, seed: int) -> Forecast:
        """Under way."""
        raise NotImplementedError
