"""What each n-gram says by itself: by hand, out of fold, and nothing of the unknown."""

import math

import pytest
import torch

from unrolled.models.evidence import FOLDS, Evidence, Ratios
from unrolled.ragged import Ragged

GOOD, BAD, FILM, ONCE, NEVER = 5, -3, 40, 8, 77


def grams(*rows: list[int]) -> Ragged:
    flat = [gram for row in rows for gram in row]
    lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
    return Ragged(torch.tensor(flat, dtype=torch.int64), lengths)


ROWS = grams([GOOD, FILM, FILM], [GOOD, ONCE], [FILM, BAD], [BAD], [])
MEMBER = torch.tensor([[1.0, 0], [1, 0], [0, 1], [0, 1], [0, 1]])


def test_the_ratios_of_five_rows_by_hand():
    """In the first class: good 2, once 1, film 1; in the second: film 1, bad 2."""
    ratios = Ratios.count(ROWS, MEMBER)
    assert ratios.features.tolist() == [BAD, GOOD, ONCE, FILM]

    def r(inside: int, outside: int) -> float:
        p, q = (inside + 2 * 0.4) / (4 + 1), (outside + 2 * 0.6) / (3 + 1)
        return math.log(p / q)

    first = [r(0, 2), r(2, 0), r(1, 0), r(1, 1), 0.0]
    found = ratios.ratios
    assert found[:, 0].tolist() == pytest.approx(first)
    assert found[:, 1].tolist() == pytest.approx([-one for one in first])


def test_each_token_brings_the_ratios_of_its_ngram_and_an_unknown_one_zeros():
    ratios = Ratios.count(ROWS, MEMBER)
    found = ratios.of(grams([FILM, NEVER], [], [ONCE, BAD]))
    assert found.lengths.tolist() == [2, 0, 2]
    expected = torch.stack([ratios.ratios[k] for k in (3, 4, 2, 0)])
    assert torch.equal(found.values, expected)
    assert not found.values[1].any()


def test_a_row_is_told_what_the_rows_of_other_folds_say():
    """Row by row: the same as counting the other folds' rows alone."""
    ratios = Ratios.count(ROWS, MEMBER)
    folds = torch.tensor([0, 1, 2, 1, 0])
    found = ratios.out_of_fold(ROWS, MEMBER, folds).to_list()
    for row in range(len(ROWS)):
        others = [k for k in range(len(ROWS)) if folds[k] != folds[row]]
        share = MEMBER[others].mean(0)
        rest = [ROWS[k].unique().tolist() for k in others]
        known = ratios.features.tolist()
        inside = torch.zeros(len(known), 2)
        for k, row_grams in zip(others, rest, strict=True):
            for gram in row_grams:
                if gram in known:
                    inside[known.index(gram)] += MEMBER[k]
        outside = inside.flip(1)  # two classes that exclude each other
        p = (inside + 2 * share) / (inside.sum(0) + 1)
        q = (outside + 2 * (1 - share)) / (outside.sum(0) + 1)
        seen = inside.sum(1) > 0
        for gram, told in zip(ROWS[row].tolist(), found[row], strict=True):
            place = known.index(gram) if gram in known else None
            silent = place is None or not seen[place]
            wanted = torch.zeros(2) if silent else (p / q).log()[place]
            torch.testing.assert_close(told, wanted)


def test_the_own_label_of_a_row_does_not_reach_it():
    torch.manual_seed(0)
    rows = grams(*[[GOOD, k + 100, k + 100] for k in range(40)] * 2)
    labels = torch.randint(0, 2, (80,))
    member = torch.nn.functional.one_hot(labels, 2).float()
    ratios, folds = Ratios.count(rows, member), torch.randperm(80) % FOLDS
    before = ratios.out_of_fold(rows, member, folds)
    flipped = member.clone()
    flipped[7] = flipped[7].flip(0)
    after = ratios.out_of_fold(rows, flipped, folds)
    same_fold = [row for row in range(80) if folds[row] == folds[7]]
    for row in same_fold:
        assert torch.equal(before[row], after[row])
    assert not torch.equal(before.values, after.values)


def test_rows_without_a_label_still_say_what_has_none():
    member = torch.tensor([[1.0], [1], [0], [0]])
    found = Ratios.count(grams([GOOD], [GOOD], [BAD], [BAD]), member).ratios
    assert found[1, 0] > 0.5  # good
    assert found[0, 0] < -0.5  # bad: only seen where there is no label


def test_ngrams_of_every_length_stand_side_by_side():
    pairs = grams([0, 1, 2], [0, 3], [0, 1], [0], [])
    both = Evidence.count([ROWS, pairs], MEMBER, fewest=5)
    assert both.channels == 4
    found = both.of([ROWS, pairs])
    assert found is not None
    apart = [Ratios.count(each, MEMBER).of(each).values for each in (ROWS, pairs)]
    assert torch.equal(found.values, torch.cat(apart, dim=1))
    torch.manual_seed(3)
    told = both.out_of_fold([ROWS, pairs], MEMBER)
    torch.manual_seed(3)
    again = both.out_of_fold([ROWS, pairs], MEMBER)
    assert told is not None
    assert again is not None
    assert told.values.shape == (8, 4)
    assert torch.equal(told.values, again.values)


def test_too_few_rows_are_no_evidence():
    many = ROWS.gather([0, 1, 2, 3, 4] * 10)
    assert Evidence.count([many], MEMBER.repeat(10, 1)).channels == 2
    fewer = many.gather(range(49))
    assert Evidence.count([fewer], MEMBER.repeat(10, 1)[:49]) == Evidence()


def test_no_evidence_is_none_and_new_rows_may_be_none():
    assert Evidence().channels == 0
    assert Evidence().of([]) is None
    assert Evidence().out_of_fold([], MEMBER) is None
    one = Evidence.count([ROWS], MEMBER, fewest=5)
    found = one.of([grams()])
    assert found is not None
    assert found.values.shape == (0, 2)


def test_it_comes_back_from_its_tensors():
    made = Evidence.count([ROWS, ROWS], MEMBER, fewest=5)
    back = Evidence.restore(made.tensors() | {"other": torch.zeros(1)})
    assert made.tensors().keys() == back.tensors().keys()
    for name, tensor in made.tensors().items():
        assert torch.equal(tensor, back.tensors()[name])
    assert Evidence.restore({}) == Evidence()


def test_rows_that_are_equal_do_not_tell_each_other():
    """Of a text that comes again and again each copy would betray the others."""
    rows = grams(*[[k + 100, k + 1000, GOOD] for k in range(40)] * 3)
    labels = torch.arange(40).remainder(2).repeat(3)
    member = torch.nn.functional.one_hot(labels, 2).float()
    for seed in range(3):
        torch.manual_seed(seed)
        told = Evidence.count([rows], member).out_of_fold([rows], member)
        assert told is not None
        alone, common = (
            told.values.view(-1, 3, 2)[:, :2],
            told.values.view(-1, 3, 2)[:, 2],
        )
        assert not alone.any()
        assert common.any()
        assert torch.equal(told.values[:120], told.values[120:240])
