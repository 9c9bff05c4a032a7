"""Intervals are moved until they hold what they promise, where they were fitted."""

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.tasks._forecast.widening import Widening

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


def narrow(rows, horizon):
    """Forecasts five times as sure as they may be, and what came: (rows, horizon)."""
    generator = torch.Generator().manual_seed(3)
    truth = torch.randn(rows, horizon, generator=generator)
    quantiles = torch.distributions.Normal(0.0, 0.2).icdf(torch.tensor(LEVELS))
    return quantiles.expand(rows, horizon, -1).clone(), truth


def inside(quantiles, truth, low, high):
    held = (quantiles[..., low] <= truth) & (truth <= quantiles[..., high])
    return float(held.double().mean())


@pytest.mark.parametrize(("rows", "channels"), [(400, 1), (400, 2), (24, 1), (24, 3)])
def test_each_interval_holds_its_share_afterwards(rows, channels):
    quantiles, truth = narrow(rows, 6)
    assert inside(quantiles, truth, 0, 4) < 0.3
    made = Widening.fit(quantiles, truth, LEVELS, channels=channels, apart=20)
    moved = made(quantiles, channels)
    assert inside(moved, truth, 0, 4) == pytest.approx(0.8, abs=0.02)
    assert inside(moved, truth, 1, 3) == pytest.approx(0.5, abs=0.02)
    assert bool((moved.diff(dim=-1) >= 0).all())
    assert torch.equal(moved[..., 2], quantiles[..., 2])


def test_intervals_too_wide_are_narrowed_and_never_turned_inside_out():
    quantiles, truth = narrow(300, 2)
    moved = Widening.fit(10 * quantiles, truth / 100, LEVELS, channels=1, apart=20)(
        10 * quantiles, 1
    )
    assert inside(moved, truth / 100, 0, 4) == pytest.approx(0.8, abs=0.02)
    assert bool((moved.diff(dim=-1) >= 0).all())


def test_gaps_do_not_count_and_too_few_horizons_move_nothing():
    quantiles, truth = narrow(300, 2)
    whole = Widening.fit(quantiles[:200], truth[:200], LEVELS, channels=1, apart=20)
    gaps = truth.clone()
    gaps[200:] = torch.nan
    with_gaps = Widening.fit(quantiles, gaps, LEVELS, channels=1, apart=20)
    assert torch.equal(whole.widths, with_gaps.widths)
    few = Widening.fit(quantiles, truth, LEVELS, channels=1, apart=9.5)
    assert torch.equal(few(quantiles, 1), quantiles)
    assert few.notes() == [] and few.tensors() == {}


def test_a_row_is_moved_as_it_is_alone_and_comes_back_from_a_folder():
    quantiles, truth = narrow(300, 4)
    made = Widening.fit(quantiles, truth, LEVELS, channels=2, apart=20)
    back = Widening.restore(made.tensors(), LEVELS)
    assert torch.equal(back(quantiles, 2)[4:6], made(quantiles[4:6], 2))
    assert "80 %" in made.notes()[0]


def test_damaged_widths_are_refused():
    with pytest.raises(BrokenModelError, match="widths of the intervals are damaged"):
        Widening.restore({"widening": torch.full((2, 1, 1), torch.nan)}, LEVELS)
    with pytest.raises(BrokenModelError, match="2 intervals"):
        Widening.restore({"widening": torch.zeros(3, 1, 1)}, LEVELS)
