"""A network larger than allowed is refused before its memory is taken."""

import pytest
import torch
from torch import nn

from unrolled.errors import BrokenModelError
from unrolled.models.allowance import Allowance


def test_what_fits_is_built_as_without_an_allowance():
    torch.manual_seed(0)
    wanted = nn.Linear(3, 2)
    torch.manual_seed(0)
    with Allowance(numbers=8):
        built = nn.Linear(3, 2)  # six weights and two biases
    assert torch.equal(built.weight, wanted.weight)
    assert torch.equal(built.bias, wanted.bias)


def test_one_number_more_is_refused():
    with pytest.raises(BrokenModelError) as raised, Allowance(numbers=7):
        nn.Linear(3, 2)
    assert str(raised.value) == (
        "its settings describe a larger network than its weights are.\n"
        "  expected: the settings that it was trained with\n"
        "  to fix:   copy the folder again from where it was made, or train again\n"
        "  code:     broken-model"
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda n: torch.empty(n, n),
        lambda n: torch.zeros((n, n)),
        lambda n: torch.ones(size=(n, n)),
        lambda n: torch.rand([n, n]),
        lambda n: torch.randn(torch.Size([n, n])),
        lambda n: torch.full((n, n), 1.0),
    ],
    ids=["empty", "zeros", "ones", "rand", "randn", "full"],
)
def test_numbers_are_counted_however_the_size_is_said(make):
    with Allowance(numbers=9):
        make(3)
    with pytest.raises(BrokenModelError), Allowance(numbers=8):
        make(3)


def test_a_size_beyond_every_memory_is_never_asked_for():
    with pytest.raises(BrokenModelError), Allowance(numbers=1000):
        torch.empty(10**9, 10**9)


def test_numbers_of_all_tensors_count_together():
    with Allowance(numbers=10):
        torch.zeros(6)
        with pytest.raises(BrokenModelError):
            torch.zeros(5)


def test_outside_the_block_nothing_is_counted():
    with Allowance(numbers=0):
        pass
    assert torch.zeros(5).sum() == 0
