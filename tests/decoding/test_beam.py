"""Beam search against brute force, a naive beam and greedy search."""

import random

import pytest
import torch
from torch import Tensor

from tests.decoding.markov import Markov, all_allowed, chain, obeys, sharp, starting
from tests.decoding.test_rules import random_rules
from unrolled.decoding.beam import Penalties, beam
from unrolled.decoding.rules import Rules
from unrolled.decoding.sampling import sample
from unrolled.decoding.settings import Chances
from unrolled.decoding.steps import Drawn, Start
from unrolled.errors import DivergedError, SettingError


def score(one: Drawn, length_penalty: float) -> float:
    """Wu et al. 2016, equation 14."""
    steps = len(one.ids) + one.ended
    return one.log_probability / ((5 + steps) ** length_penalty / 6**length_penalty)


def close(found: list[Drawn], expected: list[Drawn]) -> bool:
    same = [(one.ids, one.ended) for one in found]
    return same == [(one.ids, one.ended) for one in expected] and all(
        a.log_probability == pytest.approx(b.log_probability, abs=1e-5)
        for a, b in zip(found, expected, strict=True)
    )


@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 2.0])
def test_a_beam_as_wide_as_all_sequences_finds_the_best(length_penalty: float):
    """Under rules of every kind, for three inputs at once, the five best of each."""
    chance = random.Random(int(length_penalty * 10))
    for seed in range(12):
        rules = random_rules(chance, no_repeat=True)
        start = sharp(4, seed)
        found = beam(
            start,
            rules,
            inputs=3,
            width=400,
            count=5,
            penalties=Penalties(length=length_penalty),
        )
        for row in range(3):
            ranked = sorted(
                all_allowed(start, row, rules),
                key=lambda one: -score(one, length_penalty),
            )
            assert close(found[row], ranked[:5])


def naive(
    start: Start, row: int, rules: Rules, width: int, length_penalty: float
) -> list[Drawn]:
    """The same search for one input, with lists and without ever stopping early."""
    running, finished = [(0.0, ())], []
    for _ in range(rules.longest + 1):
        continued = []
        for total, ids in running:
            steps = start(torch.tensor([row]))
            found = steps.begin()
            for token in ids:
                found = steps.step(torch.tensor([token]))
            written = torch.tensor([ids], dtype=torch.int64)
            for token, value in enumerate(rules.mask(found, written)[0].tolist()):
                if token == rules.end or len(ids) < rules.longest:
                    continued += [(total + value, (*ids, token))]
        continued.sort(key=lambda one: -one[0])
        finished += [
            Drawn(ids[:-1], total, True)
            for total, ids in continued[:width]
            if ids[-1] == rules.end
        ]
        running = [one for one in continued if one[1][-1] != rules.end][:width]
    return sorted(finished, key=lambda one: -score(one, length_penalty))


@pytest.mark.parametrize("width", [1, 2, 3, 7])
@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
def test_a_narrow_beam_keeps_the_best_of_each_place(width: int, length_penalty: float):
    rules = Rules(end=0, longest=6, no_repeat=3)
    for seed in range(4):
        start = sharp(6, seed, sharpness=1.5)
        found = beam(
            start,
            rules,
            inputs=4,
            width=width,
            count=width,
            penalties=Penalties(length=length_penalty),
        )
        for row in range(4):
            expected = naive(start, row, rules, width, length_penalty)[:width]
            assert close(found[row], expected)


def test_a_beam_of_one_is_greedy():
    rules = Rules(end=0, longest=7, prefix=(2,), no_repeat=2, shortest=2)
    for seed in range(5):
        start = sharp(6, seed)
        greedy = sample(
            start,
            rules,
            count=20,
            generator=torch.Generator(),
            chances=Chances(temperature=0),
        )
        found = beam(start, rules, inputs=20, width=1)
        assert any(one and one.ended for one in greedy)
        for (best,), one in zip(found, greedy, strict=True):
            assert one and best.ids == one.ids and best.ended
            assert best.log_probability == one.log_probability or not one.ended


def test_inputs_beside_it_change_nothing():
    """Though some are done early and others are not, and some have no answer."""
    rules = Rules(end=0, longest=8)
    start = sharp(8, 0, sharpness=3.0)
    together = beam(
        start, rules, inputs=6, width=3, count=2, penalties=Penalties(length=0.5)
    )
    for row in range(6):
        alone = beam(
            lambda rows, row=row: start(rows + row),
            rules,
            width=3,
            count=2,
            penalties=Penalties(length=0.5),
        )
        assert alone == [together[row]]


def test_rules_are_never_broken_by_a_narrow_beam():
    chance = random.Random(2)
    given = 0
    for seed in range(40):
        rules = random_rules(chance, no_repeat=True)
        for found in beam(sharp(4, seed), rules, inputs=3, width=2, count=2):
            given += len(found)
            assert all(obeys(one.ids, rules) for one in found)
            assert all(one.ended == (rules.end is not None) for one in found)
    assert given > 100


def test_the_search_ends_when_nothing_better_can_come():
    """The end has 0.6 everywhere: after it no other beginning can win."""
    scores = torch.tensor([0.6, 0.3, 0.1]).log()
    made: list[Markov] = []

    def start(rows: Tensor) -> Markov:
        made.append(Markov(scores.expand(len(rows), -1), scores.expand(3, -1)))
        return made[-1]

    (found,) = beam(start, Rules(end=0, longest=50), width=2)
    assert [one.ids for one in found] == [()]
    assert made[0].work == 1
    # The second best is (1,): 0.3 · 0.6. Then 0.3 · 0.3 runs, and cannot reach it.
    (found,) = beam(start, Rules(end=0, longest=50), width=2, count=2)
    assert [one.ids for one in found] == [(), (1,)]
    assert made[1].work == 3


def test_a_penalty_prefers_the_longer_sequence():
    """Log-probabilities by hand: () has log 0.3; (1,) has log 0.7 + log 0.4.

    0.28 is less than 0.3. At a penalty of 1 they are divided by 1 and by 7/6: -1.204
    and -1.091.
    """
    first = torch.tensor([0.3, 0.7]).log()
    then = torch.tensor([[0.5, 0.5], [0.4, 0.6]]).log()
    rules = Rules(end=0, longest=1)
    (plain,) = beam(starting(first, then), rules, width=2)
    (longer,) = beam(
        starting(first, then), rules, width=2, penalties=Penalties(length=1.0)
    )
    assert [one.ids for one in plain] == [()]
    assert [one.ids for one in longer] == [(1,)]
    assert plain[0].log_probability == pytest.approx(-1.203973, abs=1e-6)
    assert longer[0].log_probability == pytest.approx(-1.272966, abs=1e-6)


def test_what_is_refused_makes_room_for_the_next_best():
    start, rules = sharp(4, 0), Rules(end=0, longest=3)
    ranked = sorted(all_allowed(start, 0, rules), key=lambda one: -one.log_probability)
    refused = {ranked[0].ids, ranked[2].ids}
    (found,) = beam(start, rules, width=100, count=3, refuse=refused.__contains__)
    assert close(found, [ranked[1], ranked[3], ranked[4]])
    assert beam(start, rules, width=100, refuse=lambda _: True) == [[]]


def test_without_an_end_all_are_cut_at_the_longest_length():
    start, rules = sharp(4, 0), Rules(end=None, longest=3)
    ranked = sorted(all_allowed(start, 0, rules), key=lambda one: -one.log_probability)
    (found,) = beam(start, rules, width=64, count=3)
    assert close(found, ranked[:3])
    assert not any(one.ended for one in found)


def test_where_nothing_is_allowed_there_is_no_answer():
    start = starting(*chain(3, 0))
    assert beam(start, Rules(end=None, longest=4, no_repeat=1), width=5) == [[]]
    assert beam(start, Rules(end=None, longest=4), inputs=0, width=5) == []


def test_fewer_sequences_than_were_asked_for_are_all_there_are():
    rules = Rules(end=0, longest=1, banned=(1,))
    (found,) = beam(starting(*chain(3, 0)), rules, width=9, count=9)
    assert sorted(one.ids for one in found) == [(), (2,)]


def test_a_width_that_makes_no_sense_is_refused():
    with pytest.raises(SettingError) as raised:
        beam(sharp(4, 0), Rules(end=0), width=2, count=3)
    assert (
        str(raised.value)
        == """\
a beam of width 2 was asked for 3 sequences.
  expected: a width of at least 1, and from 1 to as many sequences
  to fix:   make the width larger, or ask for fewer sequences
  code:     setting"""
    )
    for width, count in ((0, 0), (1, 0), (0, 1)):
        with pytest.raises(SettingError):
            beam(sharp(4, 0), Rules(end=0), width=width, count=count)


@pytest.mark.parametrize("length_penalty", [-0.1, float("nan")])
def test_a_penalty_below_nothing_is_refused(length_penalty: float):
    with pytest.raises(SettingError) as raised:
        beam(
            sharp(4, 0),
            Rules(end=0),
            width=1,
            penalties=Penalties(length=length_penalty),
        )
    assert (
        str(raised.value)
        == f"""\
the length penalty is {length_penalty}.
  expected: a number at least 0
  to fix:   choose another number
  code:     setting"""
    )


def test_a_network_that_gives_no_numbers_is_told_apart():
    broken = torch.tensor([0.0, torch.nan])
    with pytest.raises(DivergedError):
        beam(starting(broken, broken.expand(2, -1)), Rules(end=0), width=1)


def test_a_token_beyond_the_vocabulary_is_told():
    with pytest.raises(SettingError, match="the rules name token 9, unknown"):
        beam(starting(*chain(4, 0)), Rules(end=3, prefix=(9,)), width=1)
