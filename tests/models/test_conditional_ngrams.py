"""N-grams that know a condition: what they gain by it, and what they lean on."""

import pytest
import torch
from torch import Tensor

from tests.models.test_ngrams import random_texts, texts
from unrolled.errors import BrokenModelError
from unrolled.models.conditional_ngrams import ConditionalNGrams
from unrolled.models.ngrams import NGrams
from unrolled.ragged import Ragged


def two_ways(rows: int, seed: int) -> tuple[Ragged, Tensor]:
    """Tokens 0 to 5 that mostly count up in group 0, and mostly down in group 1."""
    torch.manual_seed(seed)
    groups = torch.randint(0, 2, (rows,))
    shape = (rows, 15)
    steps = torch.where(torch.rand(shape) < 0.8, 1, torch.randint(0, 6, shape))
    values = (steps * (1 - 2 * groups)[:, None]).cumsum(1) % 6
    return Ragged(values.flatten(), torch.full((rows,), 15)), groups


def mean(model: NGrams, rows: Ragged) -> float:
    return float(model.log_probabilities(rows).mean())


def test_a_condition_that_says_much_is_listened_to():
    train, given = two_ways(400, seed=0)
    model = ConditionalNGrams.fit(train, given, groups=2, order=4, tokens=6)
    assert model.weights.tolist() == pytest.approx([1, 1], abs=0.1)
    assert (model.order, model.tokens) == (2, 6)
    new, groups = two_ways(200, seed=1)
    plain = NGrams.fit(train, order=2, tokens=6)
    told = float(model.log_probabilities(new, groups).mean())
    assert told > mean(plain, new) + 0.3
    wrong = float(model.log_probabilities(new, 1 - groups).mean())
    assert wrong < mean(plain, new)


def test_it_mixes_the_group_with_all_rows():
    train, given = two_ways(100, seed=2)
    model = ConditionalNGrams.fit(train, given, groups=2, order=3, tokens=6)
    every = NGrams.fit(train, order=model.order, tokens=6)
    new, _ = two_ways(5, seed=3)
    for group in (0, 1):
        own = NGrams.fit(train.gather(given == group), order=model.order, tokens=6)
        weight = float(model.weights[group])
        assert 0 < weight < 1
        asked = torch.full((5,), group)
        p = weight * own.log_probabilities(new).exp()
        p += (1 - weight) * every.log_probabilities(new).exp()
        torch.testing.assert_close(model.log_probabilities(new, asked), p.log())
        p = weight * own.next(new) + (1 - weight) * every.next(new)
        torch.testing.assert_close(model.next(new, asked), p)


def test_the_weight_is_the_best_one_for_the_rows_held_out():
    """A group of few rows, against every weight in steps of a hundredth."""
    train, given = two_ways(60, seed=15)
    model = ConditionalNGrams.fit(train, given, groups=2, order=2, tokens=6)
    assert len({tuple(row.tolist()) for row in train.to_list()}) == 60
    lot = torch.randperm(60, generator=torch.Generator().manual_seed(0))
    held = lot < 6
    every = NGrams.fit(train.gather(~held), order=2, tokens=6)
    for group in (0, 1):
        mine, others = held & (given == group), ~held & (given == group)
        own = NGrams.fit(train.gather(others), order=2, tokens=6)
        asked = train.gather(mine)
        p, q = (m.log_probabilities(asked).exp() for m in (own, every))
        grid = torch.linspace(0, 1, 101)[:, None].double()
        # The token that speaks for all rows is as if it were seen by them alone.
        scores = (grid * p + (1 - grid) * q).log().sum(1) + (1 - grid[:, 0]).log()
        best = float(grid[scores.argmax()])
        assert float(model.weights[group]) == pytest.approx(best, abs=0.011)


def test_equal_rows_are_held_out_together():
    """Each text in both groups: the rows of the other one must not be what chooses.

    Texts are drawn at random: knowing them by heart, at order 6, helps for no new one.
    """
    torch.manual_seed(12)
    one = torch.randint(0, 4, (400, 12))
    twice = Ragged(one.repeat(2, 1).flatten(), torch.full((800,), 12))
    given = torch.arange(800) // 400
    model = ConditionalNGrams.fit(twice, given, groups=2, order=6, tokens=4)
    assert model.order == 2


def test_a_group_that_says_nothing_new_leans_on_all_rows():
    rows = random_texts(300, tokens=30, seed=5)
    given = torch.arange(300) % 30
    model = ConditionalNGrams.fit(rows, given, groups=31, order=3, tokens=30)
    assert model.weights[:30].mean() < 0.4
    assert model.weights[30] == 0  # it has no rows
    new, every = random_texts(20, tokens=30, seed=6), NGrams.fit
    plain = every(rows, order=model.order, tokens=30)
    last = torch.full((20,), 30)
    torch.testing.assert_close(
        model.log_probabilities(new, last), plain.log_probabilities(new)
    )


@pytest.mark.parametrize("rows", [0, 1, 5, 100])
@pytest.mark.parametrize("order", [1, 3])
def test_every_context_has_a_distribution_without_zeros(rows, order):
    train, given = random_texts(rows, tokens=5, seed=7), torch.arange(rows) % 3
    model = ConditionalNGrams.fit(train, given, groups=3, order=order, tokens=5)
    found = model.next(random_texts(60, tokens=5, seed=8), torch.arange(60) % 3)
    torch.testing.assert_close(found.sum(1), torch.ones(60).double())
    assert bool((found > 0).all())


def test_conditions_that_do_not_fit_are_refused():
    rows = texts([0], [1])
    with pytest.raises(IndexError, match="2 conditions from 0 to 2 for 2 rows of 2"):
        ConditionalNGrams.fit(rows, torch.tensor([0, 2]), groups=2, order=2, tokens=2)
    model = ConditionalNGrams.fit(
        rows, torch.tensor([0, 1]), groups=2, order=2, tokens=2
    )
    with pytest.raises(IndexError, match="1 conditions from 0 to 0 for 2 rows"):
        model.log_probabilities(rows, torch.tensor([0]))


def test_what_is_kept_gives_the_same_numbers():
    train, given = two_ways(80, seed=9)
    model = ConditionalNGrams.fit(train, given, groups=2, order=3, tokens=6)
    again = ConditionalNGrams.restore(model.state())
    new, groups = two_ways(20, seed=10)
    found, expected = (m.log_probabilities(new, groups) for m in (again, model))
    assert torch.equal(found, expected)


BROKEN = {
    "nothing": (lambda s: s.clear(), "their weights are no list"),
    "kind": (lambda s: s.update(weights=s["weights"].float()), "their weights are no"),
    "NaN": (lambda s: s["weights"].fill_(torch.nan), "a weight is not from 0 to 1"),
    "weight": (lambda s: s["weights"].fill_(-0.1), "a weight is not from 0 to 1"),
    "group": (lambda s: s.pop("1.ngrams"), '"ngrams" is no list of whole numbers'),
    "more": (lambda s: s.update(weights=torch.zeros(3).double()), '"ngrams" is no'),
    "order": (lambda s: s["0.ngrams"].copy_(torch.tensor([1, 6])), "another order"),
}


@pytest.mark.parametrize(("damage", "said"), BROKEN.values(), ids=BROKEN)
def test_damaged_tensors_are_refused(damage, said):
    train, given = two_ways(80, seed=11)
    state = ConditionalNGrams.fit(train, given, groups=2, order=3, tokens=6).state()
    damage(state)
    with pytest.raises(BrokenModelError) as caught:
        ConditionalNGrams.restore(state)
    assert said in caught.value.found
    assert caught.value.found.startswith("the n-grams of the model are damaged: ")
