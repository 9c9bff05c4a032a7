"""The forecasters that there are, by the settings that choose among them."""

from unrolled.models.autoregressive_forecaster import AutoregressiveForecaster
from unrolled.models.forecaster import AbstractForecaster
from unrolled.models.forecaster_settings import ForecasterSettings
from unrolled.models.segment_forecaster import SegmentForecaster
from unrolled.models.windows import WindowShape


def make_forecaster(
    shape: WindowShape, settings: ForecasterSettings
) -> AbstractForecaster:
    """A forecaster with fresh weights, drawn from torch's generator.

    Raises SettingError and UnknownNameError for settings that make no sense.
    """
    if settings.kind == "direct":
        return SegmentForecaster(shape, settings)
    return AutoregressiveForecaster(shape, settings)
