"""Convolutions along time: what they see, their gradients, and streams in chunks."""

import pytest
import torch
from torch import Tensor

from tests.harness import needs_native
from unrolled.models.subsampling import Convolution, Subsampling
from unrolled.ragged import Ragged

LENGTHS = (17, 0, 1, 4)


def frames(width: int, dtype: torch.dtype = torch.float64) -> Ragged:
    generator = torch.Generator().manual_seed(0)
    values = torch.randn(sum(LENGTHS), width, generator=generator, dtype=dtype)
    return Ragged(values, torch.tensor(LENGTHS))


def by_hand(step: Convolution, row: Tensor) -> Tensor:
    """Each output from its frames, one after the other."""
    zeros = row.new_zeros(step.kernel - step.stride, row.shape[1])
    padded = torch.cat([zeros, row])
    found = [
        torch.relu(step.linear(padded[at : at + step.kernel].reshape(1, -1)))[0]
        for at in range(0, len(padded) - step.kernel + 1, step.stride)
    ]
    return (
        torch.stack(found) if found else row.new_zeros(0, step.linear.weight.shape[0])
    )


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (2, 2), (4, 2), (5, 2)])
def test_an_output_sees_its_frames_and_zeros_before_the_first(kernel, stride):
    torch.manual_seed(0)
    step = Convolution(2, 3, kernel=kernel, stride=stride).double()
    x = frames(2)
    found = step(x)
    assert found.lengths.tolist() == [n // stride for n in LENGTHS]
    for row, wanted in zip(found.to_list(), x.to_list(), strict=True):
        assert torch.allclose(row, by_hand(step, wanted), atol=1e-12)


@pytest.mark.parametrize(("factor", "steps"), [(1, 1), (2, 1), (4, 2), (8, 3)])
def test_every_weight_has_the_gradient_of_the_sum_by_hand(factor, steps):
    torch.manual_seed(0)
    layer = Subsampling(2, factor=factor, channels=3, kernel=4).double()
    assert len(layer.convolutions()) == steps
    x = frames(2)
    x.values.requires_grad_()
    layer(x).values.square().sum().backward()
    mine = {n: w.grad for n, w in layer.named_parameters()} | {"x": x.values.grad}
    layer.zero_grad()
    again = frames(2)
    again.values.requires_grad_()
    total = again.values.new_zeros(())
    for row in again.to_list():
        for step in layer.convolutions():
            row = by_hand(step, row)
        total = total + row.square().sum()
    total.backward()
    theirs = {n: w.grad for n, w in layer.named_parameters()} | {"x": again.values.grad}
    for name, gradient in mine.items():
        assert gradient is not None
        other = theirs[name]
        assert other is not None
        assert torch.allclose(gradient, other, atol=1e-12), name
        assert gradient.any(), name


@needs_native
@pytest.mark.parametrize("factor", [1, 2, 4])
@pytest.mark.parametrize("chunks", [[1] * 30, [30], [3, 0, 11, 1, 15]])
def test_a_stream_in_chunks_gives_the_bits_of_the_whole(factor, chunks):
    torch.manual_seed(0)
    layer = Subsampling(5, factor=factor, channels=6, kernel=4)
    whole = torch.randn(30, 5)
    with torch.no_grad():
        wanted = layer(Ragged(whole, torch.tensor([30]))).values
    waiting, found = layer.begin(), []
    for chunk in whole.split(chunks):
        made, waiting = layer.go_on(waiting, chunk)
        found.append(made)
    assert torch.equal(torch.cat(found), wanted)
