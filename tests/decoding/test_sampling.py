"""Samples against the exact distribution, and what must never change a draw."""

import math
import random
from collections import Counter

import pytest
import torch
from torch import Tensor

from tests.decoding.markov import (
    Markov,
    all_allowed,
    chain,
    log_probability,
    obeys,
    sharp,
    starting,
)
from tests.decoding.test_rules import random_rules
from unrolled.decoding.rules import Rules
from unrolled.decoding.sampling import Refusal, sample
from unrolled.decoding.settings import Chances
from unrolled.decoding.steps import Drawn, Start
from unrolled.errors import DivergedError, SettingError

END = 3
RULES = Rules(end=END, longest=3)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def drawn(
    start: Start,
    rules: Rules,
    count: int,
    seed: int = 0,
    chances: Chances | None = None,
    refusal: Refusal | None = None,
) -> list[Drawn | None]:
    return sample(
        start,
        rules,
        count=count,
        generator=seeded(seed),
        chances=chances,
        refusal=refusal,
    )


def exact(first: Tensor, then: Tensor) -> dict[tuple[tuple[int, ...], bool], float]:
    """The chance of every sequence of up to three tokens, ended or cut."""
    start = starting(first, then)
    ended = all_allowed(start, 0, RULES)
    chances = {(one.ids, True): math.exp(one.log_probability) for one in ended}
    for ids, _ in [key for key in chances if len(key[0]) == 3]:
        beginning = math.exp(log_probability(start, 0, ids))
        chances[ids, False] = beginning - chances[ids, True]
    return chances


def squared_distance(
    found: list[Drawn | None], chances: dict[tuple[tuple[int, ...], bool], float]
) -> float:
    """Pearson's statistic in standard deviations from what chance alone would give."""
    counts = Counter((one.ids, one.ended) for one in found if one)
    assert set(counts) <= set(chances)
    bins = {key: p * len(found) for key, p in chances.items()}
    rare = [key for key, expected in bins.items() if expected < 5]
    pairs = [(counts[key], e) for key, e in bins.items() if e >= 5]
    pairs += [(sum(counts[key] for key in rare), sum(bins[key] for key in rare))]
    statistic = sum((seen - e) ** 2 / e for seen, e in pairs if e)
    freedom = len(pairs) - 1
    return (statistic - freedom) / math.sqrt(2 * freedom)


def test_samples_follow_the_distribution_of_the_network():
    first, then = chain(4, 0)
    expected = exact(first, then)
    assert sum(expected.values()) == pytest.approx(1, abs=1e-6)
    found = drawn(starting(first, then), RULES, 20_000)
    assert abs(squared_distance(found, expected)) < 3.5
    wrong = exact(*chain(4, 1))
    assert squared_distance(found, wrong) > 100


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_a_temperature_draws_from_powers_of_the_probabilities(temperature: float):
    first, then = chain(4, 0)
    expected = exact(
        (first / temperature).log_softmax(0), (then / temperature).log_softmax(1)
    )
    chances = Chances(temperature=temperature)
    found = drawn(starting(first, then), RULES, 20_000, chances=chances)
    assert abs(squared_distance(found, expected)) < 3.5


def test_the_log_probability_is_the_networks_own_whatever_was_filtered():
    start = sharp(5, 1)
    rules = Rules(end=4, longest=4, shortest=1, banned=(0,), prefix=(1,), no_repeat=2)
    chances = Chances(temperature=0.6, top_k=3, top_p=0.9, min_p=0.1)
    found = drawn(start, rules, 50, chances=chances)
    for row, one in enumerate(found):
        assert one
        end = (4,) if one.ended else ()
        expected = log_probability(start, row, one.ids + end)
        assert one.log_probability == pytest.approx(expected, abs=1e-5)
    assert len({one.ended for one in found if one}) == 2


def test_rules_are_never_broken():
    chance = random.Random(1)
    given = 0
    for seed in range(40):
        rules = random_rules(chance, no_repeat=True)
        chances = Chances(
            temperature=chance.choice([0.5, 1.0, 2.0]),
            top_k=chance.randrange(3),
            top_p=chance.choice([0.6, 1.0]),
        )
        for one in drawn(sharp(4, seed), rules, 20, seed, chances):
            if one:
                given += 1
                assert obeys(one.ids, rules)
                assert one.ended or len(one.ids) == rules.longest
    assert given > 600


def test_the_same_seed_draws_the_same_and_another_seed_does_not():
    start = sharp(6, 0)
    rules = Rules(end=0, longest=8)
    assert drawn(start, rules, 20, 5) == drawn(start, rules, 20, 5)
    assert drawn(start, rules, 20, 5) != drawn(start, rules, 20, 6)


def test_a_generator_that_goes_on_draws_something_new():
    own = seeded(5)
    twice = [
        sample(sharp(6, 0), Rules(end=0, longest=8), count=20, generator=own)
        for _ in range(2)
    ]
    assert twice[0] == drawn(sharp(6, 0), Rules(end=0, longest=8), 20, 5)
    assert twice[0] != twice[1]


def test_more_rows_begin_with_the_same_rows():
    start, rules = sharp(6, 0), Rules(end=0, longest=8)
    ten = drawn(start, rules, 10)
    for count in range(10):
        assert drawn(start, rules, count) == ten[:count]


def test_a_row_is_not_changed_by_what_the_others_are_given():
    rules = Rules(end=0, longest=8)
    plain = drawn(sharp(6, 0), rules, 10)
    # Every other row has another condition.
    mixed = drawn(
        lambda rows: sharp(6, 0)(rows.where(rows % 2 == 0, rows + 100)), rules, 10
    )
    assert mixed[::2] == plain[::2]
    assert mixed[1::2] != plain[1::2]


def test_a_larger_limit_leaves_those_that_ended_as_they_are():
    short = drawn(sharp(6, 0), Rules(end=0, longest=4), 50)
    long = drawn(sharp(6, 0), Rules(end=0, longest=40), 50)
    for one, other in zip(short, long, strict=True):
        assert one and other
        assert one == other if one.ended else other.ids[:4] == one.ids
    assert {one.ended for one in short if one} == {True, False}
    assert all(one.ended for one in long if one)


def test_rows_that_have_ended_cost_nothing_any_more():
    """The network is asked once for every token and every end, and for every cut."""
    made: list[Markov] = []
    first, then = chain(4, 0)

    def start(rows: Tensor) -> Markov:
        made.append(Markov(first.expand(len(rows), -1), then))
        return made[-1]

    found = drawn(start, RULES, 100)
    assert len(made) == 1
    assert made[0].work == sum(len(one.ids) + 1 for one in found if one)


def test_without_an_end_every_sequence_is_cut():
    found = drawn(starting(*chain(4, 0)), Rules(end=None, longest=5), 20)
    assert all(one and len(one.ids) == 5 and not one.ended for one in found)
    assert {token for one in found if one for token in one.ids} == {0, 1, 2, 3}
    empty = drawn(starting(*chain(4, 0)), Rules(end=None, longest=0), 2)
    assert empty == [Drawn((), 0.0, False)] * 2


def test_a_row_that_can_only_be_cut_is_cut():
    """At the longest length nothing is allowed, not even the end, which is token 0."""
    first, then = chain(3, 0)
    first, then = first.clone(), then.clone()
    first[0], then[:, 0] = -torch.inf, -torch.inf
    found = drawn(starting(first, then), Rules(end=0, longest=2, no_repeat=1), 20)
    assert {one.ids for one in found if one} == {(1, 2), (2, 1)}
    assert not any(one.ended for one in found if one)


def test_no_temperature_follows_the_likeliest_token():
    start = sharp(5, 3)
    rules = Rules(end=0, longest=12, banned=(2,), prefix=(1, 1))
    found = drawn(start, rules, 30, chances=Chances(temperature=0))
    for row, one in enumerate(found):
        steps = start(torch.tensor([row]))
        steps.begin()
        steps.step(torch.tensor([1]))
        scores, ids = steps.step(torch.tensor([1])), [1, 1]
        while len(ids) <= rules.longest:
            scores[0, 2] = -torch.inf
            best = int(scores.argmax())
            if best == 0 or len(ids) == rules.longest:
                break
            ids += [best]
            scores = steps.step(torch.tensor([best]))
        assert one and one.ids == tuple(ids)


def test_a_copy_is_refused_and_drawn_again():
    start = starting(*chain(4, 0))
    usual = drawn(start, RULES, 200)
    known = {one.ids for one in usual[:50] if one}
    found = drawn(start, RULES, 200, refusal=Refusal(refuse=known.__contains__))
    assert not {one.ids for one in found if one} & known
    for one, before in zip(found, usual, strict=True):
        assert before and (one == before or before.ids in known)


def test_a_row_that_is_always_refused_gives_nothing_after_so_many_tries():
    asked: list[tuple[int, ...]] = []
    refusal = Refusal(refuse=lambda ids: not asked.append(ids), tries=7)
    assert drawn(starting(*chain(4, 0)), RULES, 3, refusal=refusal) == [None] * 3
    assert len(asked) == 21
    assert len(set(asked)) > 1


def test_without_chance_there_is_no_second_try():
    asked: list[tuple[int, ...]] = []
    refusal = Refusal(refuse=lambda ids: not asked.append(ids))
    greedy = Chances(temperature=0)
    start = starting(*chain(4, 0))
    assert drawn(start, RULES, 3, chances=greedy, refusal=refusal) == [None] * 3
    assert len(asked) == 3


def test_where_repeats_are_refused_a_sequence_belongs_to_the_first_that_draws_it():
    """30 rows of 40 possible sequences, and they still begin as fewer rows do.

    Rows whose tries run out are among them.
    """
    start = starting(*chain(4, 0, sharpness=2.0))
    refusal = Refusal(repeats=True, tries=300)
    found = drawn(start, RULES, 30, refusal=refusal)
    kept = [one.ids for one in found if one]
    assert len(set(kept)) == len(kept)
    assert 20 < len(kept) < 30
    plain = [one.ids for one in drawn(start, RULES, 30) if one]
    assert len(set(plain)) < 20
    for count in range(30):
        assert drawn(start, RULES, count, refusal=refusal) == found[:count]


def test_where_nothing_is_allowed_any_more_a_row_gives_nothing():
    """Three tokens cannot make four places without a repeat."""
    start = starting(*chain(3, 0))
    stuck = Rules(end=None, longest=4, no_repeat=1)
    assert drawn(start, stuck, 5) == [None] * 5
    assert all(drawn(start, Rules(end=None, longest=3, no_repeat=1), 5))


def test_a_row_that_got_stuck_is_drawn_again():
    """From 0 and 1 each other is reached; 2, once entered, is never left."""
    third = math.log(1 / 3)
    never = -math.inf
    first = torch.tensor([third, third, third])
    then = torch.tensor([[third, third, third], [third, third, third], [never] * 3])
    rules = Rules(end=None, longest=3)
    found = drawn(starting(first, then), rules, 50)
    assert all(one and 2 not in one.ids[:2] for one in found)
    once = drawn(starting(first, then), rules, 50, refusal=Refusal(tries=1))
    assert [one for one in once if one] == [
        one for one, other in zip(found, once, strict=True) if other
    ]
    assert 10 < sum(one is None for one in once) < 40


def test_what_the_network_holds_for_impossible_is_never_drawn():
    first, then = chain(5, 0)
    then = then.clone()
    then[:, 4] = -torch.inf
    first = torch.tensor([-torch.inf, 0.0, -torch.inf, -torch.inf, -torch.inf])
    for one in drawn(starting(first, then), Rules(end=0, longest=9), 500):
        assert one and one.ids[0] == 1 and 4 not in one.ids


def test_a_network_that_gives_no_numbers_is_told_apart():
    broken = torch.tensor([0.0, math.nan])
    with pytest.raises(DivergedError) as raised:
        drawn(starting(broken, broken.expand(2, -1)), Rules(end=0), 1)
    assert (
        str(raised.value)
        == """\
the network gave a log-probability that is not a number.
  expected: numbers of at most 0, or -inf
  to fix:   train again: with weights like these it can write nothing
  code:     diverged"""
    )


def test_a_token_beyond_the_vocabulary_is_told_before_anything_is_drawn():
    with pytest.raises(SettingError, match="the rules name token 9, unknown"):
        drawn(starting(*chain(4, 0)), Rules(end=3, prefix=(9,)), 1)


def test_nothing_is_left_for_autograd():
    first, then = chain(4, 0)
    found = drawn(starting(first.requires_grad_(), then.requires_grad_()), RULES, 2)
    assert all(found)
