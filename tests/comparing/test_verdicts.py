"""Intervals and tests: worked by hand, and how often they cry wolf."""

import pytest
import torch

from unrolled.comparing.resampling import Fractions, of_fractions
from unrolled.comparing.verdicts import Measured, differences, estimate, holm, p_value


def test_holm_by_hand():
    # 0.01 × 3; 0.02 × 2; 0.04 × 1, and none smaller than the one before
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    assert holm([0.03]) == [0.03]
    assert holm([]) == []


def test_a_p_value_counts_rounds_as_far_from_what_was_found_as_that_is_from_zero():
    rounds = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0])
    # around 3 the distances are 2 1 0 1 2: none reaches 3
    assert p_value(rounds, 3.0) == pytest.approx(1 / 6)
    # around 1 they are 0 1 2 3 4: all but the first reach 1
    assert p_value(rounds, 1.0) == pytest.approx(5 / 6)
    assert p_value(torch.tensor([0.0, float("nan")]), 0.0) == 1.0


def test_one_seed_has_the_rounds_of_its_rows():
    rounds = torch.arange(1001, dtype=torch.float64)[:, None]
    found = estimate(Measured(torch.tensor([500.0]), rounds))
    assert found == pytest.approx((500.0, 25.0, 975.0))


def test_rounds_over_seeds_vary_as_the_mean_of_seeds_does():
    values = torch.tensor([0.0, 1.0, 2.0], dtype=torch.float64)
    rounds = values.expand(100_000, 3)  # rows vary nothing
    first = Measured(torch.zeros(3), torch.zeros(100_000, 3))
    [found] = differences(first, [Measured(values, rounds)])
    assert found.value == 1.0
    # Two of three are drawn: their mean has the variance s²/3 = 1/3 of three seeds'.
    chance = torch.Generator().manual_seed(0)
    drawn = values[torch.randint(3, (100_000, 2), generator=chance)].mean(1)
    assert float(drawn.var()) == pytest.approx(1 / 3, rel=0.02)
    assert (found.low, found.high) == (0.0, 2.0)


def test_the_same_thing_twice_is_no_difference():
    one = Measured(torch.tensor([0.5]), torch.rand(500, 1).double())
    [found] = differences(one, [one])
    assert (found.value, found.p, found.is_shown) == (0.0, 1.0, False)


def _right(share: float, rows: int, seeds: int, chance) -> Measured:
    right = torch.rand(seeds, rows, generator=chance, dtype=torch.float64) < share
    ones = torch.ones(rows, dtype=torch.float64)
    each = [Fractions(one.double(), ones) for one in right]
    rounds = torch.stack([of_fractions(one, seed=0) for one in each], dim=1)
    return Measured(torch.tensor([one.value for one in each]).double(), rounds)


def test_equals_are_seldom_told_apart_and_unequals_are():
    chance = torch.Generator().manual_seed(1)
    wolves = [
        differences(_right(0.8, 300, 3, chance), [_right(0.8, 300, 3, chance)])[
            0
        ].is_shown
        for _ in range(25)
    ]
    assert sum(wolves) <= 5  # one of twenty is promised; see decision 0023
    [found] = differences(_right(0.9, 300, 3, chance), [_right(0.8, 300, 3, chance)])
    assert found.is_shown and found.high < 0
