"""Functions number by number: the same bits wherever a number stands."""

import pytest
import torch
from torch.nn.functional import softplus
from torch.testing import assert_close

from unrolled.models.elementwise import by_number


@pytest.mark.parametrize("function", [torch.exp, torch.tanh, softplus])
@pytest.mark.parametrize("size", [1, 2, 15, 16, 17, 33, 100])
def test_a_number_has_the_same_bits_wherever_it_stands(function, size):
    numbers = torch.randn(size, generator=torch.Generator().manual_seed(size))
    together = by_number(function, numbers)
    for place in range(size):
        assert torch.equal(by_number(function, numbers[place]), together[place])
    assert_close(together, function(numbers))


def test_shapes_stay_and_gradients_flow():
    x = torch.randn(2, 3, requires_grad=True)
    found = by_number(torch.exp, x)
    assert found.shape == (2, 3)
    found.sum().backward()
    assert_close(x.grad, x.detach().exp())
    assert by_number(torch.exp, torch.zeros(0, 3)).shape == (0, 3)
