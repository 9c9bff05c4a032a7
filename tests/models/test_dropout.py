"""Dropout: how much of it, how it is scaled, and that places are independent."""

import pytest
import torch

from tests.harness import normal
from unrolled.models.dropout import dropout, kept
from unrolled.randomness import drawing_from

CPU = torch.device("cpu")


@pytest.mark.parametrize("share", [0.0001, 0.1, 0.25, 0.5, 0.95])
def test_a_share_is_zero_and_the_others_are_scaled_up_exactly(share):
    torch.manual_seed(0)
    x = normal(1000, 401, seed=0)
    found = dropout(x, share, training=True)
    zero = found == 0
    deviation = (share * (1 - share) / x.numel()) ** 0.5
    assert float(zero.double().mean()) == pytest.approx(share, abs=4 * deviation + 1e-5)
    torch.testing.assert_close(
        found[~zero], (x / (1 - share))[~zero], rtol=1e-6, atol=0
    )


def test_places_know_nothing_of_each_other():
    """Four numbers share a draw of 64 bits; neighbors must not be alike for that."""
    torch.manual_seed(1)
    mask = kept((200_000,), 0.3, CPU) - 0.7
    for distance in (1, 2, 3, 4, 8):
        product = mask[:-distance] * mask[distance:]
        # Its mean is 0, and its deviation is that of a place's own square, 0.21.
        assert abs(float(product.mean())) < 4 * 0.21 / 200_000**0.5, distance


def test_the_gradient_is_dropped_and_scaled_like_the_value():
    torch.manual_seed(0)
    x = normal(50, 7, seed=0).float().requires_grad_()
    found = dropout(x, 0.4, training=True)
    found.sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, (found / x).detach())


def test_without_a_share_or_at_rest_x_is_handed_on_and_nothing_is_drawn():
    x = normal(3, 2, seed=0)
    before = torch.get_rng_state()
    assert dropout(x, 0.0, training=True) is x
    assert dropout(x, 0.5, training=False) is x
    assert torch.equal(torch.get_rng_state(), before)


def test_the_seed_decides_what_is_dropped():
    x, found = torch.ones(300), []
    for seed in (0, 0, 1):
        with drawing_from(seed, "step"):
            found.append(dropout(x, 0.5, training=True))
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3,), (0, 4), (2, 3, 5)])
def test_any_shape_can_be_dropped(shape):
    assert dropout(torch.ones(shape), 0.5, training=True).shape == shape


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_the_dtype_is_kept(dtype):
    found = dropout(torch.ones(64, dtype=dtype), 0.5, training=True)
    assert found.dtype == dtype
    assert set(found.tolist()) == {0.0, 2.0}
