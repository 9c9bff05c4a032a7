"""The linear layer against torch's own, and its gradients of both orders."""

import pytest
import torch
from torch import nn
from torch.autograd import gradcheck, gradgradcheck
from torch.testing import assert_close

from tests.harness import normal
from unrolled.models.linear_layer import Linear

# That its bits do not depend on the threads: tests/training/test_threads.py.


@pytest.mark.parametrize("bias", [True, False])
def test_it_begins_and_computes_as_torchs_own_and_has_its_names(bias):
    torch.manual_seed(0)
    theirs = nn.Linear(5, 3, bias=bias)
    torch.manual_seed(0)
    ours = Linear(5, 3, bias=bias)
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    for name, weight in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[name], weight)
    for rows in (0, 1, 7):
        x = normal(rows, 5, seed=rows).float()
        assert_close(ours(x), theirs(x))


@pytest.mark.parametrize("bias", [True, False])
def test_it_passes_torchs_own_check_of_gradients_and_of_their_gradients(bias):
    layer = Linear(4, 3, bias=bias).double()
    x = normal(6, 4, seed=0).requires_grad_()
    leaves = (x, *layer.parameters())

    def call(x, *weights):
        return torch.func.functional_call(
            layer, dict(zip(["weight", "bias"], weights, strict=False)), (x,)
        )

    assert gradcheck(call, leaves)
    assert gradgradcheck(call, leaves)


def test_half_precision_around_it_does_not_reach_it():
    layer = Linear(4, 3)
    x = normal(6, 4, seed=0).bfloat16().requires_grad_()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = layer(x)
    assert found.dtype == torch.float32
    assert torch.equal(found, layer(x.detach().float()))
    found.sum().backward()
    assert x.grad is not None
    assert x.grad.dtype == torch.bfloat16


def test_it_leaves_the_threads_as_they_were():
    before = torch.get_num_threads()
    layer = Linear(4, 3)
    layer(torch.ones(2, 4)).sum().backward()
    assert torch.get_num_threads() == before
