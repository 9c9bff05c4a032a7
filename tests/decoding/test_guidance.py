"""Guidance against its formula, place by place, with every probability known."""

import pytest
import torch
from torch import Tensor

from tests.decoding.markov import Markov
from unrolled.decoding.guidance import Guided
from unrolled.decoding.rules import Rules
from unrolled.decoding.sampling import sample

# Three tokens, the last one is the end, under three conditions.
FIRST = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]).double()
THEN = torch.tensor([[0.5, 0.2, 0.3], [0.1, 0.6, 0.3], [0.4, 0.3, 0.3]]).double()
SHARES = torch.tensor([0.5, 0.3, 0.2])


class Told:
    """Steps whose chances depend on the condition of each row, at every place."""

    def __init__(self, conditions: Tensor) -> None:
        self.conditions, self.tokens, self.places = conditions, 3, 0

    def begin(self) -> Tensor:
        return FIRST[self.conditions].log().float()

    def step(self, ids: Tensor) -> Tensor:
        assert len(ids) == len(self.conditions)
        self.places += 1
        return THEN[(self.conditions + ids + self.places) % 3].log().float()

    def keep(self, rows: Tensor) -> None:
        self.conditions = self.conditions[rows]


def guided(conditions: list[int], strength: float) -> Guided:
    rows = torch.tensor(conditions)
    others = torch.arange(3).repeat(len(rows))
    return Guided(Told(rows), Told(others), SHARES, strength)


def by_hand(condition: int, written: list[int], strength: float) -> Tensor:
    """Probabilities of the next token by the formula, from p(k, written)."""

    def chances(k: int) -> tuple[float, Tensor]:
        joint, p = float(SHARES[k]), FIRST[k]
        for place, token in enumerate(written, 1):
            joint *= float(p[token])
            p = THEN[(k + token + place) % 3]
        return joint, p

    found = [chances(k) for k in range(3)]
    whole = sum(joint for joint, _ in found)
    without = sum((joint / whole * p for joint, p in found), torch.zeros(3).double())
    own = found[condition][1]
    q = own * (own / without) ** strength
    return q / q.sum()


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0, 3.0])
def test_every_place_follows_the_formula_while_rows_come_and_go(strength):
    steps = guided([0, 1, 2, 0], strength)
    found = steps.begin()
    written: list[list[int]] = [[], [], [], []]
    conditions = [0, 1, 2, 0]
    for ids, kept in (([0, 1, 1, 1], [0, 1, 2, 3]), ([0, 0, 1, 1], [3, 1, 1])):
        rows = zip(conditions, written, strict=True)
        wanted = torch.stack([by_hand(k, row, strength) for k, row in rows])
        torch.testing.assert_close(found.exp(), wanted.float())
        found = steps.step(torch.tensor(ids))
        steps.keep(torch.tensor(kept))
        found = found[kept]
        written = [[*written[row], ids[row]] for row in kept]
        conditions = [conditions[row] for row in kept]
    rows = zip(conditions, written, strict=True)
    wanted = torch.stack([by_hand(k, row, strength) for k, row in rows])
    torch.testing.assert_close(found.exp(), wanted.float())


def test_what_the_own_condition_excludes_stays_excluded():
    never = torch.tensor([[0.0, 1.0, 0.0]]).log()
    other = torch.tensor([[1.0, 0.0, 0.0]]).log()
    shares = torch.tensor([0.5, 0.5])
    both = torch.cat([never, other])
    steps = Guided(Markov(never, both), Markov(both, both), shares, 1.0)
    assert steps.begin().exp().tolist() == [[0.0, 1.0, 0.0]]


def test_texts_of_a_condition_grow_more_like_it():
    def share(strength: float) -> float:
        drawn = sample(
            lambda rows: guided([1] * len(rows), strength),
            Rules(end=2, longest=1),
            count=400,
            generator=torch.Generator().manual_seed(0),
        )
        return sum(one is not None and one.ids == (1,) for one in drawn) / 400

    assert share(0.0) == pytest.approx(0.8, abs=0.05)
    assert share(0.0) < share(1.0) < share(4.0)
