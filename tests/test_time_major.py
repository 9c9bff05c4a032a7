"""The order along time: what stands where, and the way there and back."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.autograd import gradcheck, gradgradcheck

from tests.harness import normal
from unrolled.ragged import Ragged
from unrolled.time_major import TimeMajor, spans

LENGTHS = st.lists(st.integers(0, 6), max_size=7)


def plan(lengths: list[int], *, backwards: bool = False) -> TimeMajor:
    return TimeMajor.of(torch.tensor(lengths, dtype=torch.int64), backwards=backwards)


def test_the_example_of_the_page():
    """Of rows "he is great", "fine", and one of no words."""
    tokens = torch.tensor([0, 1, 2, 3])  # he is great fine
    there, back = plan([3, 1, 0]), plan([3, 1, 0], backwards=True)
    assert there.order.tolist() == [0, 1, 2]
    assert there.counts == back.counts == [2, 1, 1]
    assert there.starts == [0, 2, 3, 4]
    assert there.to_time(tokens).tolist() == [0, 3, 1, 2]  # he fine is great
    assert back.to_time(tokens).tolist() == [2, 3, 1, 0]  # great fine is he


def test_rows_are_sorted_from_long_to_short_and_equal_ones_as_they_came():
    made = plan([2, 0, 5, 2, 5, 1])
    assert made.order.tolist() == [2, 4, 0, 3, 5, 1]
    assert made.unsort.tolist() == [2, 5, 0, 3, 1, 4]
    assert made.counts == [5, 4, 2, 2, 2]
    many = plan([3, 1] * 500).order  # a sort of few rows would keep their order anyway
    assert many.tolist() == [*range(0, 1000, 2), *range(1, 1000, 2)]


@given(lengths=LENGTHS, backwards=st.booleans())
def test_at_each_moment_the_running_rows_stand_first(lengths, backwards):
    rows = Ragged(torch.arange(sum(lengths)), torch.tensor(lengths, dtype=torch.int64))
    made = plan(lengths, backwards=backwards)
    seen = made.to_time(rows.values)
    for t, (start, count) in enumerate(zip(made.starts, made.counts, strict=False)):
        expected = [
            int(rows[row][-1 - t] if backwards else rows[row][t])
            for row in made.order.tolist()[:count]
        ]
        assert seen[start : start + count].tolist() == expected
        assert count == sum(length > t for length in lengths)
    assert len(made.counts) == max(lengths, default=0)


@given(lengths=LENGTHS, backwards=st.booleans())
def test_there_and_back_is_nothing(lengths, backwards):
    made = plan(lengths, backwards=backwards)
    tokens, rows = normal(sum(lengths), 2, seed=0), normal(len(lengths), 3, seed=1)
    assert torch.equal(made.from_time(made.to_time(tokens)), tokens)
    assert torch.equal(made.to_time(made.from_time(tokens)), tokens)
    assert torch.equal(made.unsort_rows(made.sort_rows(rows)), rows)
    assert torch.equal(made.sort_rows(rows), rows[made.order])


@pytest.mark.parametrize("backwards", [False, True])
def test_the_gradient_of_a_move_is_the_move_back(backwards):
    made = plan([2, 0, 3], backwards=backwards)
    tokens = normal(5, 2, seed=0).requires_grad_()
    rows = normal(3, 2, seed=1).requires_grad_()
    for move, values in (
        (made.to_time, tokens),
        (made.from_time, tokens),
        (made.sort_rows, rows),
        (made.unsort_rows, rows),
    ):
        assert gradcheck(move, values)
        assert gradgradcheck(move, values)


def test_spans_lie_end_to_end():
    starts, lengths = torch.tensor([7, 0, 3]), torch.tensor([2, 0, 3])
    assert spans(starts, lengths).tolist() == [7, 8, 3, 4, 5]
    nothing = torch.tensor([], dtype=torch.int64)
    assert spans(nothing, nothing).tolist() == []
