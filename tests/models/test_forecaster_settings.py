"""Settings of forecasters: levels as numbers, and forecasters by their kind."""

import pytest

from tests.models.forecasts import SHAPE, settings
from unrolled.errors import SettingError
from unrolled.models.autoregressive_forecaster import AutoregressiveForecaster
from unrolled.models.forecaster_settings import ForecasterSettings, levels_of
from unrolled.models.forecasters import make_forecaster
from unrolled.models.segment_forecaster import SegmentForecaster


def test_levels_are_read_as_numbers():
    assert levels_of(settings(levels="0.1, 0.5,0.9")) == (0.1, 0.5, 0.9)
    low, *_, high = levels_of(ForecasterSettings())
    assert (low, high) == (0.025, 0.975)


@pytest.mark.parametrize(
    "levels", ["", "half", "0.1,0.9", "0.5,0.1", "0.5,0.5", "0,0.5", "0.5,1", "0.5,nan"]
)
def test_levels_that_make_no_sense_are_refused(levels):
    with pytest.raises(SettingError) as caught:
        levels_of(settings(levels=levels))
    assert str(caught.value) == (
        f'model.levels is "{levels}".\n'
        "  expected: rising numbers between 0 and 1 with commas, 0.5 among them\n"
        "  to fix:   write 0.1,0.5,0.9 for an interval of 80 % around the median\n"
        "  code:     setting"
    )


def test_the_kind_chooses_the_forecaster():
    kinds = {"direct": SegmentForecaster, "autoregressive": AutoregressiveForecaster}
    for kind, class_ in kinds.items():
        made = make_forecaster(SHAPE, settings(kind=kind))
        assert isinstance(made, class_)
        assert made.horizon == SHAPE.horizon
        assert made.levels == (0.1, 0.5, 0.9)
