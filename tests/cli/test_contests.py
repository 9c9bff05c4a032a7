"""The contests: the same work for all, and no time for a wrong answer."""

import pytest
import torch

from unrolled.cli.contests import (
    Contest,
    inference,
    learner,
    lengths_of,
    peers_of,
    training,
)
from unrolled.cli.timing import UnequalError

RAGGED = torch.tensor([3, 5, 1])
EVEN = torch.tensor([4, 4])
CELLS = ("rnn", "lstm", "gru")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("lengths", [RAGGED, EVEN], ids=["ragged", "even"])
@pytest.mark.parametrize("both", [False, True], ids=["forwards", "both directions"])
def test_all_give_the_same_in_the_same_layout(cell, lengths, both):
    contest = Contest(cell, 3, 4, lengths, layers=2, bidirectional=both)
    first, *others = training(contest)
    answer = first.read(first.run())
    assert answer["output"].shape == (int(lengths.sum()), 8 if both else 4)
    assert answer["x"].shape == (int(lengths.sum()), 3)
    assert "weight_hh_l1" in answer
    for one in others:
        for name, tensor in one.read(one.run()).items():
            torch.testing.assert_close(tensor, answer[name], rtol=1e-4, atol=1e-5)
    assert [one.name for one in others] == peers_of(contest)
    assert [one.name for one in inference(contest)] == ["ours", *peers_of(contest)]


def test_padding_read_from_behind_is_no_peer():
    assert peers_of(Contest("gru", 2, 2, RAGGED, bidirectional=True)) == ["packed"]
    assert peers_of(Contest("gru", 2, 2, RAGGED)) == ["padded", "packed"]
    even = Contest("gru", 2, 2, EVEN, bidirectional=True)
    assert peers_of(even) == ["padded", "packed"]


@pytest.mark.parametrize("make", [training, inference])
def test_a_wrong_weight_is_found_before_any_time_is_taken(make):
    contest = Contest("lstm", 3, 4, RAGGED)
    with torch.no_grad():
        contest.ours.weight_hh_l0[5, 2] += 0.01
    with pytest.raises(UnequalError, match="ours: output is off by"):
        make(contest)


def test_ours_knows_nothing_about_its_batch_before_a_turn():
    contest = Contest("gru", 3, 4, RAGGED)
    one = learner("ours", contest, contest.ours)
    given = []

    def look(_layer, arguments):
        [batch] = arguments
        given.append(batch)
        known = set(vars(batch)) - {"values", "lengths"}
        assert not known, f"{known} was made before the time was taken"

    contest.ours.register_forward_pre_hook(look)
    for _ in range(3):
        one.prepare()
        one.run()
    assert len({id(batch) for batch in given}) == 3


def test_every_turn_finds_changed_weights():
    contest = Contest("gru", 3, 4, RAGGED)
    for name, layer in (("ours", contest.ours), ("packed", contest.theirs)):
        one = learner(name, contest, layer)
        before = layer.weight_hh_l0._version
        one.prepare()
        assert layer.weight_hh_l0._version > before


def test_operations_are_those_of_the_products():
    contest = Contest("lstm", 3, 4, torch.tensor([2, 1]))
    assert contest.operations == 2 * 3 * (16 * 3 + 16 * 4)
    stack = Contest("gru", 3, 4, torch.tensor([1]), layers=2, bidirectional=True)
    first, second = 12 * 3 + 12 * 4, 12 * 8 + 12 * 4
    assert stack.operations == 2 * 2 * (first + second)


@pytest.mark.parametrize("rows", [8, 32, 64])
@pytest.mark.parametrize(("longest", "filled"), [(50, 0.45), (100, 0.2)])
def test_lengths_have_the_longest_and_the_mean_that_were_asked(rows, longest, filled):
    lengths = lengths_of(rows, longest=longest, filled=filled)
    assert len(lengths) == rows
    assert int(lengths.max()) == longest
    assert int(lengths.min()) >= 1
    contest = Contest("rnn", 1, 1, lengths)
    assert contest.filled == pytest.approx(filled, abs=0.01)
    assert not contest.is_even
    assert torch.equal(lengths, lengths_of(rows, longest=longest, filled=filled))
