"""Conformal calibration: by hand, its promise, and its edges."""

import math

import pytest
import torch
from torch.testing import assert_close

from unrolled.models.calibration import Calibration


def test_the_width_is_that_of_the_case_which_the_share_reaches():
    lower, upper = torch.zeros(4, 1), torch.ones(4, 1)
    truth = torch.tensor([[0.5], [1.3], [-0.1], [3.0]])  # outside by −0.5, 0.3, 0.1, 2
    # ⌈5 · 0.6⌉ = 3: the third smallest
    assert_close(
        Calibration.fit(lower, upper, truth, share=0.6).widths, torch.tensor([0.3])
    )
    assert_close(
        Calibration.fit(lower, upper, truth, share=0.2).widths, torch.tensor([-0.5])
    )
    # more is promised than so few cases can tell: the largest
    assert_close(
        Calibration.fit(lower, upper, truth, share=0.95).widths, torch.tensor([2.0])
    )


def test_each_step_ahead_has_a_width_of_its_own_and_gaps_do_not_count():
    zero = torch.zeros(3, 3)
    truth = torch.tensor([[1.0, 5.0, math.nan], [2.0, math.nan, math.nan], [3.0, 7, 8]])
    truth[2, 2] = math.nan
    found = Calibration.fit(zero, zero, truth, share=0.5)
    assert found.widths.tolist() == [2, 7, 0]


def test_intervals_are_moved_and_never_turned_inside_out():
    calibration = Calibration(torch.tensor([0.5, -3.0]))
    lower, upper = calibration(torch.tensor([[0.0, 0.0]]), torch.tensor([[1.0, 4.0]]))
    assert lower.tolist() == [[-0.5, 2]]
    assert upper.tolist() == [[1.5, 2]]


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_new_cases_of_the_same_kind_are_held_as_often_as_promised(share):
    """Intervals that are far too narrow, over values of three sizes."""
    generator = torch.Generator().manual_seed(0)
    truth = torch.randn(4000, 3, generator=generator) * torch.tensor([1.0, 2.0, 5.0])
    narrow = torch.full((2000, 3), 0.01)
    calibration = Calibration.fit(-narrow, narrow, truth[:2000], share=share)
    lower, upper = calibration(-narrow, narrow)
    held = ((lower <= truth[2000:]) & (truth[2000:] <= upper)).float().mean(0)
    assert_close(held, torch.full((3,), share), atol=0.03, rtol=0)
