"""Intervals and tests: worked by hand, and how often they cry wolf."""

import pytest
import torch

from unrolled.comparing.resampling import Fractions, of_fractions
from unrolled.comparing.verdicts import (
    Measured,
    differences,
    estimate,
    holm,
    p_value,
    unseen,
)


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
    assert found.value == 500.0
    assert found.interval == pytest.approx((25.0, 975.0))


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
    assert found.interval == (0.0, 2.0)


def test_the_same_thing_twice_is_no_difference():
    one = Measured(torch.tensor([0.5]), torch.rand(500, 1).double())
    [found] = differences(one, [one])
    assert (found.value, found.p, found.is_shown) == (0.0, 1.0, False)
    assert found.interval is None


def always(value: float, rows: int, rounds: int = 100) -> Measured:
    """What has this value in every round."""
    drawn = torch.full((rounds, 1), value, dtype=torch.float64)
    return Measured(torch.tensor([value], dtype=torch.float64), drawn, rows)


def test_what_rows_do_not_show_by_the_rule_of_three():
    # (1 - share)^rows = 0.05
    assert unseen(1) == pytest.approx(0.95)
    assert unseen(8) == pytest.approx(0.31234, abs=1e-5)
    assert unseen(299) == pytest.approx(3 / 299, rel=0.01)


def test_all_right_or_all_wrong_has_an_interval():
    beyond = 1 - 0.05 ** (1 / 8)
    assert estimate(always(1.0, 8)).interval == pytest.approx((1 - beyond, 1))
    assert estimate(always(0.0, 8)).interval == pytest.approx((0, beyond))
    assert estimate(always(0.75, 0)).interval is None


def test_two_that_never_disagree_may_on_other_rows():
    [found] = differences(always(1.0, 8), [always(1.0, 8)])
    beyond = 1 - 0.05 ** (1 / 8)
    assert found.interval == pytest.approx((-beyond, beyond))
    assert (found.value, found.p) == (0.0, 1.0)
    [apart] = differences(always(0.0, 8), [always(1.0, 8)])
    assert apart.interval == pytest.approx((1 - 2 * beyond, 1))
    assert apart.p == pytest.approx(1 / 101)  # 2^-7 is less


def test_without_drawn_rows_and_with_one_seed_nothing_is_tested():
    [found] = differences(always(0.75, 0), [always(1.0, 0)])
    assert (found.value, found.interval, found.p) == (0.25, None, 1.0)


def test_p_is_no_less_than_that_of_a_sign_test_over_few_rows():
    ones = torch.ones(8, dtype=torch.float64)
    half = Fractions(torch.tensor([0.0] * 4 + [1.0] * 4).double(), ones)
    rounds = of_fractions(half, seed=0)[:, None]
    first = Measured(torch.tensor([0.5]).double(), rounds, rows=8)
    [found] = differences(first, [always(1.0, 8, rounds=len(rounds))])
    assert p_value(1 - rounds[:, 0], 0.5) < 0.05  # of the rounds alone
    assert found.p == pytest.approx(2 * 0.5**4)  # four rows, all for one side
    assert not found.is_shown


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
    assert found.is_shown and found.interval and found.interval[1] < 0
