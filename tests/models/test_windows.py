"""Windows: rows are gathered with all that belongs to them; misfits are refused."""

from dataclasses import replace

import pytest
import torch

from tests.models.forecasts import LENGTHS, windows
from unrolled.errors import ShapeError


def test_a_row_keeps_all_that_belongs_to_it():
    given = windows(gaps=0.3)
    chosen = given.gather([3, 0, 2, 3])
    assert len(chosen) == 4
    assert chosen.horizon == given.horizon == 5
    assert chosen.values.lengths.tolist() == [12, 7, 0, 12]
    assert torch.equal(chosen.values[0], given.values[3])
    assert torch.equal(chosen.values[1], given.values[0])
    start = sum(LENGTHS[:3])
    assert torch.equal(chosen.seen[:12], given.seen[start : start + 12])
    assert torch.equal(chosen.covariates[12:19], given.covariates[:7])
    assert torch.equal(chosen.ahead, given.ahead[[3, 0, 2, 3]])
    assert torch.equal(chosen.groups, given.groups[[3, 0, 2, 3]])


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("seen", torch.ones(22)),
        ("covariates", torch.ones(22, 3)),
        ("ahead", torch.ones(4, 5, 2)),
        ("ahead", torch.ones(5, 10)),
        ("groups", torch.ones(4, 2)),
        ("groups", torch.ones(5)),
    ],
)
def test_parts_that_do_not_fit_are_refused(part, wrong):
    with pytest.raises(ShapeError, match="windows with"):
        replace(windows(), **{part: wrong})


def test_the_words_of_the_refusal():
    with pytest.raises(ShapeError) as caught:
        replace(windows((2, 1)), seen=torch.ones(2))
    assert str(caught.value) == (
        "windows with {'values': (3,), 'seen': (2,), 'covariates': (3,), 'ahead': (2,),"
        " 'groups': (2,)}, ahead (2, 5, 2) and groups (2, 2).\n"
        "  expected: values (tokens,), seen (tokens,), covariates (tokens, ·), ahead"
        " (rows, horizon, ·) and groups (rows, ·)\n"
        "  to fix:   give each token and each row its numbers, none of them if need"
        " be\n"
        "  code:     shape"
    )
