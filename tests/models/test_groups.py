"""Group vectors: added up, and the mean for what is unknown."""

import torch
from torch.testing import assert_close

from unrolled.models.groups import GroupVectors


def test_the_vectors_of_all_groups_are_added_up():
    made = GroupVectors((3, 4), width=2)
    channel, series = made.vectors
    found = made(torch.tensor([[1, 3], [2, 1]]))
    assert_close(found, torch.stack([channel[0] + series[2], channel[1] + series[0]]))


def test_what_is_unknown_is_the_mean_of_all_that_is_known():
    made = GroupVectors((3, 4), width=2)
    channel, series = made.vectors
    found = made(torch.tensor([[0, 0]]))
    assert_close(found[0], channel.mean(0) + series.mean(0))


def test_no_groups_are_no_numbers():
    made = GroupVectors((), width=8)
    assert made.width == 0
    assert made(torch.zeros(3, 0, dtype=torch.int64)).shape == (3, 0)
