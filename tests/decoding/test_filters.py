"""Filters by hand, on four tokens with probabilities 0.05, 0.5, 0.15 and 0.3."""

import pytest
import torch
from torch import Tensor

from unrolled.decoding.filters import filtered, min_p, tempered, top_k, top_p
from unrolled.decoding.settings import Chances

FOUND = torch.tensor([[0.05, 0.5, 0.15, 0.3]]).log()
NEVER = -torch.inf


def shares(found: Tensor) -> list[float]:
    return found.exp()[0].tolist()


def near(*expected: float):
    return pytest.approx(list(expected), abs=1e-6)


def test_top_k_keeps_the_likeliest_and_shares_the_rest_among_them():
    assert shares(top_k(FOUND, 1)) == near(0, 1, 0, 0)
    assert shares(top_k(FOUND, 2)) == near(0, 0.625, 0, 0.375)
    assert shares(top_k(FOUND, 3)) == near(0, 0.5 / 0.95, 0.15 / 0.95, 0.3 / 0.95)
    assert shares(top_k(FOUND, 4)) == near(0.05, 0.5, 0.15, 0.3)
    assert shares(top_k(FOUND, 99)) == near(0.05, 0.5, 0.15, 0.3)


def test_of_equals_top_k_keeps_those_that_come_first():
    equal = torch.full((1, 40), 1 / 40).log()
    for k in (1, 2, 7, 39):
        kept = top_k(equal, k)[0] > NEVER
        assert kept.nonzero().flatten().tolist() == list(range(k))


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (0.0, (0, 1, 0, 0)),  # the likeliest always stays
        (0.49, (0, 1, 0, 0)),
        (0.5, (0, 1, 0, 0)),  # 0.5 is reached
        (0.51, (0, 0.625, 0, 0.375)),
        (0.8, (0, 0.625, 0, 0.375)),  # 0.5 + 0.3, whatever float32 makes of it
        (0.81, (0, 0.5 / 0.95, 0.15 / 0.95, 0.3 / 0.95)),
        (0.95, (0, 0.5 / 0.95, 0.15 / 0.95, 0.3 / 0.95)),
        (0.96, (0.05, 0.5, 0.15, 0.3)),
        (1.0, (0.05, 0.5, 0.15, 0.3)),
    ],
)
def test_top_p_keeps_the_fewest_tokens_that_reach_p(
    p: float, expected: tuple[float, ...]
):
    assert shares(top_p(FOUND, p)) == near(*expected)


def test_the_nucleus_is_as_small_as_can_be():
    """On random rows: what is kept reaches p, and would not without its least token."""
    own = torch.Generator().manual_seed(0)
    found = torch.randn(200, 30, generator=own).mul(2).log_softmax(1)
    for p in (0.1, 0.5, 0.9, 0.99):
        kept = top_p(found, p) > NEVER
        before = found.exp()
        least = before.masked_fill(~kept, 2.0).amin(1)
        mass = (before * kept).sum(1)
        assert (mass >= p - 2e-6).all()
        assert ((mass - least < p) | (kept.sum(1) == 1)).all()
        others = before.masked_fill(kept, -1.0).amax(1)
        assert (others <= least).all()


def test_min_p_keeps_what_is_likely_enough_beside_the_likeliest():
    assert shares(min_p(FOUND, 0.3)) == near(0, 0.5 / 0.95, 0.15 / 0.95, 0.3 / 0.95)
    assert shares(min_p(FOUND, 0.31)) == near(0, 0.625, 0, 0.375)
    assert shares(min_p(FOUND, 0.6)) == near(0, 0.625, 0, 0.375)
    assert shares(min_p(FOUND, 1.0)) == near(0, 1, 0, 0)
    assert shares(min_p(FOUND, 0.1)) == near(0.05, 0.5, 0.15, 0.3)


def test_a_temperature_is_a_power():
    """At 1/2 the squares 0.0025, 0.25, 0.0225, 0.09, which add up to 0.365."""
    expected = near(0.0025 / 0.365, 0.25 / 0.365, 0.0225 / 0.365, 0.09 / 0.365)
    assert shares(tempered(FOUND, 0.5)) == expected
    roots = [value**0.5 for value in (0.05, 0.5, 0.15, 0.3)]
    assert shares(tempered(FOUND, 2)) == near(*(r / sum(roots) for r in roots))
    assert shares(tempered(FOUND, 1)) == near(0.05, 0.5, 0.15, 0.3)


@pytest.mark.parametrize("temperature", [0, 1e-3, 1e-30])
def test_no_temperature_at_all_takes_the_likeliest(temperature: float):
    assert shares(tempered(FOUND, temperature)) == near(0, 1, 0, 0)
    assert shares(tempered(FOUND - 1e4, temperature)) == near(0, 1, 0, 0)


def test_a_great_temperature_makes_all_equal_but_what_is_forbidden():
    found = FOUND.clone()
    found[0, 2] = NEVER
    assert shares(tempered(found, 1e9)) == near(1 / 3, 1 / 3, 0, 1 / 3)


def test_temperature_comes_first_then_k_then_p_then_min():
    """At 1/2 the two likeliest have 0.25 and 0.09 of 0.34: 0.735 and 0.265.

    So p = 0.7 leaves one; without the temperature it would leave two (0.625, 0.375),
    and without top_k too (0.25 / 0.365 = 0.685).
    """
    chances = Chances(temperature=0.5, top_k=2, top_p=0.7)
    assert shares(filtered(FOUND, chances)) == near(0, 1, 0, 0)
    assert shares(filtered(FOUND, Chances(top_k=2, top_p=0.7))) == near(
        0, 0.625, 0, 0.375
    )
    assert shares(filtered(FOUND, Chances(temperature=0.5, top_p=0.7))) == near(
        0, 0.25 / 0.34, 0, 0.09 / 0.34
    )
    assert shares(filtered(FOUND, Chances(temperature=0.5, min_p=0.3))) == near(
        0, 0.25 / 0.34, 0, 0.09 / 0.34
    )


def test_nothing_to_filter_leaves_the_numbers_as_they_are():
    assert filtered(FOUND, Chances()) is FOUND


def test_every_filter_makes_probabilities_of_what_a_rule_has_left():
    """Here 0.05, 0.15 and 0.3: a tenth, three tenths and six tenths."""
    found = FOUND.clone()
    found[0, 1] = NEVER
    assert shares(top_p(found, 0.6)) == near(0, 0, 0, 1)
    assert shares(top_p(found, 0.61)) == near(0, 0, 1 / 3, 2 / 3)
    assert shares(top_k(found, 2)) == near(0, 0, 1 / 3, 2 / 3)
    assert shares(min_p(found, 0.5)) == near(0, 0, 1 / 3, 2 / 3)
    assert shares(top_k(found, 4)) == near(0.1, 0, 0.3, 0.6)


@pytest.mark.parametrize("chances", [
    Chances(temperature=0),
    Chances(temperature=0.5),
    Chances(top_k=2),
    Chances(top_p=0.5),
    Chances(min_p=0.5),
])  # fmt: skip
def test_a_row_in_which_nothing_is_allowed_stays_so_and_others_do_not_notice(
    chances: Chances,
):
    both = torch.cat([torch.full_like(FOUND, NEVER), FOUND])
    found = filtered(both, chances)
    assert (found[0] == NEVER).all()
    assert torch.equal(found[1:], filtered(FOUND, chances))
