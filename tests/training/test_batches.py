"""Batches of like length: every row once, within the limits, the same from one seed."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled.training.batches import WINDOW, plan

LENGTHS = st.lists(st.integers(0, 40), max_size=300)


def batches(lengths, *, rows=4, tokens=60, seed=0, epoch=0):
    lengths = torch.tensor(lengths, dtype=torch.int64)
    return plan(lengths, rows=rows, tokens=tokens, seed=seed, epoch=epoch)


@settings(deadline=None)
@given(LENGTHS, st.integers(1, 9), st.integers(1, 100), st.integers(0, 99))
def test_every_row_once_and_limits_kept(lengths, rows, tokens, epoch):
    found = batches(lengths, rows=rows, tokens=tokens, epoch=epoch)
    assert sorted(row for batch in found for row in batch) == list(range(len(lengths)))
    for batch in found:
        assert 1 <= len(batch) <= rows
        assert len(batch) == 1 or sum(lengths[row] for row in batch) <= tokens


def test_a_row_longer_than_the_budget_is_a_batch_of_its_own():
    found = batches([5, 100, 5, 5, 200, 5], rows=4, tokens=20)
    assert sorted(sorted(batch) for batch in found) == [[0, 2, 3, 5], [1], [4]]


def test_empty_rows_cost_no_tokens_but_are_rows():
    found = batches([0] * 10, rows=4, tokens=1)
    assert sorted(len(batch) for batch in found) == [2, 4, 4]


def test_without_rows_there_is_no_batch():
    assert batches([]) == []


def test_a_batch_holds_like_lengths():
    """Within a window sorted by length; here one window holds all rows."""
    lengths = torch.randint(1, 100, (4 * WINDOW,)).tolist()
    spans = [
        max(lengths[row] for row in batch) - min(lengths[row] for row in batch)
        for batch in batches(lengths, tokens=10**6)
    ]
    assert sum(spans) <= max(lengths) - min(lengths)
    assert len(spans) == WINDOW


def test_rows_of_far_windows_do_not_meet_by_length_alone():
    """With more rows than a window holds, sorting is by window, not over all."""
    lengths = list(range(3 * WINDOW * 2))
    found = batches(lengths, rows=2, tokens=10**6)
    assert any(abs(batch[0] - batch[-1]) > 1 for batch in found)


@pytest.mark.parametrize("changed", [{"seed": 1}, {"epoch": 1}], ids=str)
def test_another_seed_or_epoch_has_other_batches_in_another_order(changed):
    lengths = torch.randint(1, 30, (300,), generator=torch.Generator().manual_seed(0))
    first, second = batches(lengths.tolist()), batches(lengths.tolist(), **changed)
    assert first != second
    together = {frozenset(batch) for batch in first}
    again = {frozenset(batch) for batch in second}
    assert len(together & again) < len(together) / 2
    sizes = [sum(lengths[batch].tolist()) for batch in first]
    assert sizes != sorted(sizes)  # the short ones do not all come first


def test_is_a_function_of_its_arguments_alone():
    lengths = [7, 3, 9, 1, 4, 4, 8, 2] * 9
    torch.manual_seed(1)
    first = batches(lengths, epoch=3)
    torch.manual_seed(2)
    state = torch.get_rng_state()
    assert batches(lengths, epoch=3) == first
    assert torch.equal(torch.get_rng_state(), state)


def test_the_order_is_the_same_on_every_machine():
    """Written down once: a change here changes every run ever made."""
    found = batches([3, 1, 2, 5, 4, 0, 2], rows=2, tokens=8)
    assert found == [[3], [0, 4], [6, 2], [5, 1]]
