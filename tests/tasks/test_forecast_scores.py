"""The metrics of forecasts, against figures worked out by hand."""

import math

import pytest
import torch

from unrolled.models.forecaster import Forecast
from unrolled.tasks._forecast.scores import (
    ForecastSums,
    Scales,
    crps,
    level_weights,
    seasonal_scale,
    total,
)

LEVELS = (0.1, 0.5, 0.9)
GAP = math.nan


def _sums(truth, quantiles, mean=None, *, seasonal=(1.0,), levels=LEVELS):
    found = torch.tensor(quantiles, dtype=torch.float64)
    mean = found[..., 1] if mean is None else torch.tensor(mean, dtype=torch.float64)
    rows = len(truth)
    scales = Scales(
        torch.as_tensor(seasonal, dtype=torch.float64).expand(rows),
        torch.full((rows,), 4.0, dtype=torch.float64),
    )
    return ForecastSums.of(
        torch.tensor(truth), Forecast(found, mean), levels=levels, scales=scales
    )


def test_a_worked_example():
    found = _sums(
        [[10.0, 20.0]],
        [[[6.0, 8.0, 9.0], [15.0, 25.0, 30.0]]],
        [[7.0, 24.0]],
        seasonal=[2.0],
    ).metrics()
    assert found["mae"] == (2 + 5) / 2
    assert found["rmse"] == math.sqrt((9 + 16) / 2)
    assert found["smape"] == pytest.approx((200 * 2 / 18 + 200 * 5 / 45) / 2)
    assert found["mase"] == (1 + 2.5) / 2
    assert found["coverage"] == 0.5
    assert found["interval_width"] == (3 + 15) / 2
    assert found["scaled_mae"] == (2 / 4 + 5 / 4) / 2
    assert found["scaled_mse"] == (9 / 16 + 16 / 16) / 2
    # levels 0.1, 0.5, 0.9 stand for 0.3, 0.4 and 0.3 of all levels
    first = 2 * (0.3 * 0.1 * 4 + 0.4 * 0.5 * 2 + 0.3 * 0.9 * 1)
    second = 2 * (0.3 * 0.1 * 5 + 0.4 * 0.5 * 5 + 0.3 * 0.1 * 10)
    assert found["crps"] == pytest.approx((first + second) / 2)
    assert found["by_step"]["mae"] == [2.0, 5.0]
    assert found["by_step"]["crps"] == pytest.approx([first, second])
    assert found["by_step"]["coverage"] == [0.0, 1.0]
    assert found["values"] == 2


def test_what_is_unknown_counts_nowhere():
    whole = _sums([[10.0]], [[[6.0, 8.0, 9.0]]]).metrics()
    gaps = _sums(
        [[10.0, GAP], [GAP, GAP]],
        [[[6.0, 8.0, 9.0], [0.0, 1.0, 2.0]], [[0.0, 1.0, 2.0]] * 2],
    ).metrics()
    assert gaps.pop("by_step")["mae"] == [2.0, None]
    whole.pop("by_step")
    assert gaps == whole
    assert _sums([[GAP]], [[[0.0, 1.0, 2.0]]]).metrics() == {}


def test_a_constant_series_has_no_mase_and_is_counted():
    truth, quantiles = [[10.0], [10.0]], [[[6.0, 8.0, 9.0]]] * 2
    found = _sums(truth, quantiles, seasonal=[0.0, 4.0]).metrics()
    assert found["mase"] == 0.5
    assert found["values_without_mase"] == 1
    never = _sums(truth, quantiles, seasonal=[0.0, GAP]).metrics()
    assert "mase" not in never
    assert never["values_without_mase"] == 2
    assert never["mae"] == 2.0


def test_nought_forecast_where_nought_came_is_no_error():
    assert _sums([[0.0]], [[[0.0, 0.0, 0.0]]]).metrics()["smape"] == 0.0
    assert _sums([[1.0]], [[[-1.0, -1.0, -1.0]]]).metrics()["smape"] == 200.0


def test_sums_of_parts_are_the_sums_of_the_whole():
    generator = torch.Generator().manual_seed(1)
    truth = torch.randn(7, 3, generator=generator, dtype=torch.float64).tolist()
    quantiles = torch.randn(7, 3, 3, generator=generator).sort().values.tolist()
    whole = _sums(truth, quantiles).metrics()
    parts = _sums(truth[:2], quantiles[:2]) + _sums(truth[2:], quantiles[2:])
    for name, value in parts.metrics().items():
        if name != "by_step":
            assert value == pytest.approx(whole[name])


def test_each_level_stands_for_those_nearest_to_it():
    assert level_weights([0.5]) == [1.0]
    assert level_weights([0.1, 0.5, 0.9]) == pytest.approx([0.3, 0.4, 0.3])
    tenths = [n / 10 for n in range(1, 10)]
    assert level_weights(tenths) == pytest.approx([0.15, *[0.1] * 7, 0.15])


def test_crps_without_spread_is_the_absolute_error():
    truth = torch.tensor([3.0, -1.0])
    point = torch.tensor([1.0, 1.5])[:, None].expand(2, 5)
    found = crps(truth, point, [0.05, 0.1, 0.5, 0.9, 0.95])
    assert found.tolist() == pytest.approx([2.0, 2.5])


def test_crps_of_many_levels_is_that_of_the_normal_distribution():
    """Gneiting and Raftery 2007, page 367: σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π)."""
    levels = [(n + 0.5) / 4000 for n in range(4000)]
    normal = torch.distributions.Normal(1.0, 2.0)
    quantiles = normal.icdf(torch.tensor(levels))
    truth = torch.tensor([1.0, 2.5, -7.0])
    z = (truth - 1) / 2
    standard = torch.distributions.Normal(0.0, 1.0)
    density = standard.log_prob(z).exp()
    wanted = 2 * (z * (2 * standard.cdf(z) - 1) + 2 * density - 1 / math.pi**0.5)
    found = crps(truth, quantiles.expand(3, -1), levels)
    assert found.tolist() == pytest.approx(wanted.tolist(), abs=1e-3)


def test_the_scale_of_mase_is_the_mean_change_over_a_season():
    values = torch.tensor([1.0, 5.0, 2.0, 9.0, GAP, 8.0])
    assert seasonal_scale(values, 2) == (1 + 4 + 1) / 3
    assert seasonal_scale(values, 1) == (4 + 3 + 7) / 3
    assert seasonal_scale(values, 12) == (4 + 3 + 7) / 3
    assert math.isnan(seasonal_scale(values[:1], 1))
    assert seasonal_scale(torch.ones(9), 3) == 0.0


def test_without_its_levels_nothing_is_told_of_the_interval():
    found = _sums([[10.0]], [[[6.0, 8.0, 9.0]]], levels=(0.2, 0.5, 0.8)).metrics()
    assert {"coverage", "interval_width"}.isdisjoint(found)
    assert "coverage" not in found["by_step"]
    assert found["mae"] == 2.0


def test_the_total_of_several_sums_is_that_of_all_rows():
    parts = [_sums([[10.0]], [[[6.0, 8.0, 9.0]]]), _sums([[10.0]], [[[1.0, 4.0, 9.0]]])]
    assert total(parts)["mae"] == 4.0
    assert total(parts)["values"] == 2
    assert total([]) == {}
