"""The baselines of forecast: forecasts by hand, intervals, and the way to disk."""

import math

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.ragged import Ragged
from unrolled.tasks._forecast.baselines import (
    LINEAR,
    NAIVE,
    SEASONAL,
    ForecastBaselines,
)

LEVELS = (0.1, 0.5, 0.9)
GAP = math.nan


def _windows(*rows):
    values = Ragged.from_list([torch.tensor(row, dtype=torch.float32) for row in rows])
    seen = values.values.isfinite().float()
    return values.map(lambda v: v.nan_to_num(0.0)), seen


def _noisy(moments, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(moments, generator=generator).tolist()


def _fit(*rows, season=1, horizon=3, longest=100):
    return ForecastBaselines.fit(
        *_windows(*rows),
        horizon=horizon,
        season=season,
        levels=LEVELS,
        longest=longest,
    )


def _means(fitted, *rows):
    found = fitted.forecasts(*_windows(*rows))
    return {name: one.mean.tolist() for name, one in found.items()}


def test_naive_and_seasonal_naive_by_hand():
    fitted = _fit(_noisy(60), season=4, horizon=6)
    assert fitted.names == (NAIVE, SEASONAL, LINEAR)
    rows = [
        [9.0, 1.0, 2.0, 3.0, 4.0],
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, GAP, GAP],
        [7.0, 8.0],
        [GAP],
        [],
    ]
    found = _means(fitted, *rows)
    assert found[NAIVE] == [[4.0] * 6, [6.0] * 6, [8.0] * 6, [0.0] * 6, [0.0] * 6]
    assert found[SEASONAL] == [
        [1, 2, 3, 4, 1, 2],
        [5, 6, 3, 4, 5, 6],  # the gaps: a season further back
        [8, 8, 7, 8, 8, 8],  # the phases that were never seen: the last value
        [0.0] * 6,
        [0.0] * 6,
    ]


def test_without_a_season_there_is_no_seasonal_naive():
    assert _fit(_noisy(60)).names == (NAIVE, LINEAR)


def test_without_enough_values_there_is_no_autoregression():
    fitted = _fit([1.0, 2.0])
    assert fitted.names == (NAIVE,)
    assert _means(fitted, [5.0, 6.0]) == {NAIVE: [[6.0] * 3]}
    assert _fit([]).names == (NAIVE,)


def test_an_interval_has_the_spread_of_past_errors():
    """Errors of naive on a step function that rises by 1: −median 1 is taken off."""
    rising = [float(n) for n in range(40)]
    steady = _fit(rising).forecasts(*_windows([5.0]))[NAIVE]
    assert steady.quantiles[0].tolist() == [[5.0] * 3] * 3
    noise = _noisy(4000)
    wide = _fit(noise).forecasts(*_windows(noise[:100]))
    # The difference of two standard normals, and one: 2 × 1.2816 deviations.
    for name, size in ((NAIVE, 2**0.5), (LINEAR, 1.0)):
        low, middle, high = wide[name].quantiles[0].unbind(-1)
        assert torch.equal(middle, wide[name].mean[0])
        width = (high - low).tolist()
        assert width == pytest.approx([2 * 1.2816 * size] * 3, rel=0.08)


def test_a_gap_in_training_counts_nowhere():
    row = _noisy(80)
    whole = _fit(row[:40]).spreads[0]
    gaps = _fit([*row[:40], *[GAP] * 9]).spreads[0]
    assert torch.allclose(whole, gaps, atol=0.2)
    assert gaps.isfinite().all()


def test_steps_that_training_never_reached_have_the_spread_before():
    fitted = _fit(_noisy(8), horizon=20)
    assert fitted.spreads.isfinite().all()
    assert torch.equal(fitted.spreads[0, -1], fitted.spreads[0, 10])


def test_it_comes_back_from_a_model_folder_bit_for_bit():
    fitted = _fit(_noisy(90), season=7)
    again = ForecastBaselines.restore(fitted.tensors(), horizon=3, levels=LEVELS)
    assert again is not None
    windows = _windows(_noisy(50, seed=4), _noisy(3, seed=5))
    one, other = fitted.forecasts(*windows), again.forecasts(*windows)
    assert one.keys() == other.keys()
    for name, forecast in one.items():
        assert torch.equal(forecast.quantiles, other[name].quantiles)
        assert torch.equal(forecast.mean, other[name].mean)
    assert ForecastBaselines.restore({}, horizon=3, levels=LEVELS) is None


@pytest.mark.parametrize(
    "change",
    [
        {"baseline.weights": None},
        {"baseline.spreads": None},
        {"baseline.season": torch.tensor(0)},
        {"baseline.season": torch.tensor(1)},
        {"baseline.season": torch.tensor([7])},
        {"baseline.season": torch.tensor(7.0)},
        {"baseline.weights": torch.zeros(5, 4)},
        {"baseline.weights": torch.zeros(5)},
        {"baseline.weights": torch.full((5, 3), math.nan)},
        {"baseline.spreads": torch.zeros(3, 3, 4)},
        {"baseline.spreads": torch.zeros(2, 3, 3)},
        {"baseline.spreads": torch.zeros(3, 3, 3, dtype=torch.float64)},
    ],
)
def test_damaged_baselines_are_refused(change):
    tensors = {**_fit(_noisy(90), season=7).tensors(), **change}
    tensors = {name: tensor for name, tensor in tensors.items() if tensor is not None}
    with pytest.raises(
        BrokenModelError, match="the baselines of the model are damaged"
    ):
        ForecastBaselines.restore(tensors, horizon=3, levels=LEVELS)


def test_a_row_has_the_same_forecast_in_any_company():
    fitted = _fit(_noisy(90), season=7)
    rows = [_noisy(50, seed=seed) for seed in range(5)]
    together = fitted.forecasts(*_windows(*rows))
    for place, row in enumerate(rows):
        alone = fitted.forecasts(*_windows(row))
        for name, forecast in alone.items():
            assert torch.allclose(forecast.mean[0], together[name].mean[place])
