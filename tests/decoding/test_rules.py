"""What the rules forbid, place by place, against brute force; and what they refuse."""

import random
from itertools import product

import pytest
import torch

from tests.decoding.markov import obeys
from unrolled.decoding.rules import Rules
from unrolled.errors import SettingError

TOKENS = 4
END = 3


def allowed(rules: Rules, *written: int) -> set[int]:
    found = torch.zeros(1, TOKENS)
    mask = rules.mask(found, torch.tensor([written], dtype=torch.int64))
    return set((mask[0] > -torch.inf).nonzero().flatten().tolist())


def test_without_rules_everything_is_allowed():
    assert allowed(Rules(end=END)) == {0, 1, 2, END}
    assert allowed(Rules(end=None)) == {0, 1, 2, 3}


def test_the_end_has_to_wait_for_the_shortest_length():
    rules = Rules(end=END, shortest=2)
    assert allowed(rules) == {0, 1, 2}
    assert allowed(rules, 0) == {0, 1, 2}
    assert allowed(rules, 0, 0) == {0, 1, 2, END}


def test_what_is_banned_never_comes():
    assert allowed(Rules(end=END, banned=(0, 2))) == {1, END}


def test_the_end_has_to_wait_for_what_is_required():
    rules = Rules(end=END, required=(1, 1, 0), longest=10)
    assert allowed(rules, 1, 2) == {0, 1, 2}
    assert allowed(rules, 1, 0) == {0, 1, 2}
    assert allowed(rules, 1, 0, 1) == {0, 1, 2, END}


def test_the_last_places_are_for_what_is_required():
    rules = Rules(end=END, required=(1, 1, 0), longest=4)
    assert allowed(rules) == {0, 1, 2}
    assert allowed(rules, 2) == {0, 1}  # three places for three tokens
    assert allowed(rules, 2, 0) == {1}
    assert allowed(rules, 0, 0) == {1}
    assert allowed(rules, 1, 1) == {0, 1, 2}  # two places for one
    assert allowed(rules, 1, 1, 2) == {0}


def test_runs_that_occurred_do_not_occur_again():
    assert allowed(Rules(end=END, no_repeat=1), 0, 2) == {1, END}
    assert allowed(Rules(end=END, no_repeat=2), 0, 2, 1, 0) == {0, 1, END}
    assert allowed(Rules(end=END, no_repeat=2), 0, 0) == {1, 2, END}
    assert allowed(Rules(end=END, no_repeat=3), 0, 1, 2, 1, 0, 1) == {0, 1, END}
    assert allowed(Rules(end=END, no_repeat=3), 0, 1) == {0, 1, 2, END}
    assert allowed(Rules(end=END, no_repeat=3)) == {0, 1, 2, END}


def test_each_row_has_its_own_past():
    rules = Rules(end=END, no_repeat=1, required=(1,), longest=3)
    written = torch.tensor([[0, 2], [0, 1], [1, 2]])
    mask = rules.mask(torch.zeros(3, TOKENS), written) > -torch.inf
    assert mask.tolist() == [
        [False, True, False, False],
        [False, False, True, True],
        [True, False, False, True],
    ]


def test_what_is_allowed_keeps_its_number_and_nothing_is_overwritten():
    found = torch.tensor([[-1.0, -2.0, -3.0, -4.0]])
    masked = Rules(end=END, banned=(1,)).mask(found, torch.zeros(1, 0).long())
    assert masked.tolist() == [[-1.0, -torch.inf, -3.0, -4.0]]
    assert found.tolist() == [[-1.0, -2.0, -3.0, -4.0]]


def random_rules(chance: random.Random, *, no_repeat: bool) -> Rules:
    """Rules of all kinds at once that do not contradict each other."""
    while True:
        try:
            return Rules(
                end=chance.choice([END, END, None]),
                shortest=chance.randrange(4),
                longest=chance.randrange(1, 5),
                banned=tuple(chance.sample(range(3), chance.choice([0, 0, 1]))),
                required=tuple(chance.choices(range(3), k=chance.randrange(4))),
                prefix=tuple(chance.choices(range(3), k=chance.randrange(3))),
                no_repeat=chance.randrange(3) if no_repeat else 0,
            )
        except SettingError:
            continue


def test_exactly_that_is_allowed_from_which_an_obedient_sequence_can_be_reached():
    """Against all sequences of up to four tokens; where no run is forbidden."""
    chance = random.Random(0)
    for _ in range(60):
        rules = random_rules(chance, no_repeat=False)
        others = [token for token in range(TOKENS) if token != rules.end]
        lengths = range(rules.longest + 1) if rules.end is not None else [rules.longest]
        obedient = {
            ids
            for length in lengths
            for ids in product(others, repeat=length)
            if obeys(ids, rules)
        }
        beginnings = {ids[:n] for ids in obedient for n in range(len(ids) + 1)}
        assert obedient
        for ids in beginnings:
            if len(rules.prefix) <= len(ids) < rules.longest:
                expected = {t for t in others if (*ids, t) in beginnings}
                expected |= {END} if rules.end and ids in obedient else set()
                assert allowed(rules, *ids) == expected


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (
            {"shortest": 5, "longest": 4},
            """\
a sequence shall have at least 5 tokens and at most 4.
  expected: a shortest length that is not above the longest
  to fix:   make shortest smaller or longest larger
  code:     setting""",
        ),
        (
            {"longest": -1},
            """\
the rule longest is -1.
  expected: a whole number at least 0
  to fix:   choose another number
  code:     setting""",
        ),
        (
            {"required": (0, 1, 1), "prefix": (2, 1), "longest": 3},
            """\
the first 2 tokens are given and 2 further ones are required, but at most 3 are allowed.
  expected: a longest length of at least 4
  to fix:   make longest larger, or give and require less
  code:     setting""",
        ),
        (
            {"required": (0, 1), "banned": (1, 0, 2)},
            """\
tokens 0, 1: both required and banned.
  expected: required tokens that are allowed
  to fix:   take tokens 0, 1 out of one of the two
  code:     setting""",
        ),
        (
            {"prefix": (0, 1), "banned": (1,)},
            """\
token 1: both first and banned.
  expected: first tokens that are allowed
  to fix:   take token 1 out of one of the two
  code:     setting""",
        ),
        (
            {"prefix": (0, END)},
            """\
the end, token 3, is banned, required or among the first tokens.
  expected: an end that only ends sequences
  to fix:   take it out; end=None writes sequences that never end
  code:     setting""",
        ),
        (
            {"required": (0, 0, 1), "no_repeat": 1},
            """\
token 0: required more than once where no token may occur twice.
  expected: no_repeat of 0 or of at least 2
  to fix:   change no_repeat, or require each token once
  code:     setting""",
        ),
    ],
)
def test_rules_that_contradict_each_other_are_refused(
    rules: dict[str, object], words: str
):
    with pytest.raises(SettingError) as raised:
        Rules(end=END, **rules)  # pyright: ignore[reportArgumentType]
    assert str(raised.value) == words


def test_what_the_prefix_holds_is_not_missing():
    Rules(end=END, required=(0, 1), prefix=(1, 0), longest=2)


def test_a_token_that_the_network_does_not_know_is_refused():
    with pytest.raises(SettingError) as raised:
        Rules(end=END, banned=(-1,), required=(4,)).check_vocabulary(4)
    assert (
        str(raised.value)
        == """\
the rules name tokens -1, 4, unknown to the network.
  expected: tokens from 0 to 3
  to fix:   give ids of the network's own vocabulary
  code:     setting"""
    )
    Rules(end=END, banned=(0,), prefix=(2,)).check_vocabulary(4)
