"""Linear autoregression: series whose rule is known are forecast exactly."""

import math

import pytest
import torch

from unrolled.tasks._forecast.autoregression import (
    Row,
    Way,
    _again_and_again,
    _fitted,
    _sums,
    apply,
    bridged,
    carried,
    fit_autoregression,
    windows_of,
)

GAP = math.nan


def _numbers(*values):
    return torch.tensor(values, dtype=torch.float64)


def _doubles(count, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, generator=generator, dtype=torch.float64)


def _wave(moments):
    time = torch.arange(moments, dtype=torch.float64)
    return 3 + torch.sin(2 * math.pi * time / 12) + 0.5 * torch.cos(time / 2)


def test_gaps_hold_the_value_before_or_lie_on_a_line():
    row = _numbers(GAP, 2, GAP, GAP, 8, GAP)
    assert carried(row).tolist() == [2, 2, 2, 2, 8, 8]
    assert bridged(row).tolist() == [2, 2, 4, 6, 8, 8]
    assert carried(torch.stack([row, row.flip(0)]))[1].tolist() == [8, 8, 8, 8, 2, 2]
    assert carried(_numbers(GAP, GAP)).tolist() == [0, 0]


def test_windows_are_spread_over_the_row():
    row = torch.arange(10.0)
    assert windows_of(row, 3, 100).tolist() == [[n, n + 1, n + 2] for n in range(8)]
    assert windows_of(row, 3, 3)[:, 0].tolist() == [0, 3, 6]
    assert windows_of(row, 11, 3).shape == (0, 11)


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("anchored", [True, False])
def test_two_waves_go_on_as_they_went(direct, anchored):
    """Two waves and a constant keep a rule of five values."""
    values = _wave(200)
    sums = _sums([Row(values[:150], values[:150])], 8, 12 if direct else 1)
    assert sums.windows == 150 - 8 - (11 if direct else 0)
    weights = _fitted(sums, Way(8, 1e-12, direct, anchored), 12)
    found = apply(weights, values[None, 130:150])
    assert found[0].tolist() == pytest.approx(values[150:162].tolist(), abs=1e-4)


def test_weights_are_those_of_least_squares_with_a_penalty():
    values, lags, penalty = _doubles(60), 3, 0.1
    x = torch.cat([values.unfold(0, 3, 1)[:-2], torch.ones(56, 1)], 1)
    y = values[3:].unfold(0, 2, 1)
    sums = _sums([Row(values, values)], lags, 2)
    square = x.T @ x
    at = torch.diag(_numbers(1, 1, 1, 0))
    square = square + penalty * float(square.diagonal()[:3].mean()) * at
    wanted = torch.linalg.solve(square, x.T @ y)
    found = _fitted(sums, Way(lags, penalty, direct=True, anchored=False), 2)
    assert torch.allclose(found, wanted, atol=1e-9)
    many = Way(lags, 1e9, direct=True, anchored=True)
    far = apply(_fitted(sums, many, 2), values[None])
    moved = (y - x[:, 2:3]).mean(0)  # the last value, and how far it moves on average
    assert torch.allclose(far[0], values[-1] + moved, atol=1e-6)


def test_one_step_again_and_again_is_a_weighted_sum():
    weights = _numbers(
        0.5, -0.25, 2.0
    )  # y = 0.5 (the one before the last) − ¼ last + 2
    every = _again_and_again(weights, 3)
    one, other = 4.0, 8.0
    wanted = []
    for _ in range(3):
        one, other = other, 0.5 * one - 0.25 * other + 2
        wanted.append(other)
    assert apply(every, _numbers(4, 8)[None])[0].tolist() == wanted


def test_it_is_fitted_over_many_rows_with_gaps():
    rows = [_wave(150), _wave(90) * 2]
    rows[0][20:23] = GAP
    rows.append(torch.full((30,), GAP))
    found = fit_autoregression(rows, horizon=6, season=12, longest=1000)
    assert found is not None
    weights, way = found
    assert weights.shape == (way.lags + 1, 6)
    told = apply(weights, _wave(300)[None, 250:294])
    assert told[0].tolist() == pytest.approx(_wave(300)[294:].tolist(), abs=0.1)


def test_it_reads_no_more_than_it_will_be_given():
    rows = [_wave(200)]
    found = fit_autoregression(rows, horizon=6, season=12, longest=5)
    assert found is not None
    assert found[1].lags <= 5


@pytest.mark.parametrize("moments", range(12))
def test_few_values_give_weights_or_none_but_no_error(moments):
    row = _doubles(moments)
    found = fit_autoregression([row], horizon=4, season=1, longest=9)
    assert found is None or bool(found[0].isfinite().all())
    assert found is None or moments >= 4


def test_a_constant_row_stays_what_it_is():
    rows = [torch.full((60,), 7.0, dtype=torch.float64)]
    found = fit_autoregression(rows, horizon=3, season=1, longest=60)
    assert found is not None
    told = apply(found[0], rows[0][None])
    assert told[0].tolist() == pytest.approx([7, 7, 7], rel=1e-6)


def test_where_the_first_series_are_too_short_to_choose_by_it_is_fitted_all_the_same():
    rows = [*[_doubles(2)] * 500, _wave(2000)]
    found = fit_autoregression(rows, horizon=3, season=12, longest=100)
    assert found is not None
    told = apply(found[0], _wave(2100)[None, :2050])
    assert told[0].tolist() == pytest.approx(_wave(2100)[2050:2053].tolist(), abs=0.5)
