"""Sums and largest values over rows: the native way gives torch's bits, there and back.

What they mean is tested in test_pooling.py, for whichever way is built.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from tests.harness import needs_native, normal
from unrolled.engine import forced, kernels
from unrolled.models import over_rows
from unrolled.models.over_rows import largest, largest_and_mean, mean, total
from unrolled.ragged import Ragged

WAYS: dict[str, Callable[[Ragged], tuple[Tensor, ...]]] = {
    "total": lambda x: (total(x),),
    "mean": lambda x: (mean(x),),
    "largest": lambda x: (largest(x),),
    "both": largest_and_mean,
    "one of both": lambda x: largest_and_mean(x)[:1],
    "the other": lambda x: largest_and_mean(x)[1:],
}
LENGTHS = {
    "some": [3, 0, 1, 5, 0],
    "none": [],
    "empty": [0, 0],
    "enough for three threads": [0, 150, 1, 0, 310, 40, 700, 0],
    "one long": [1200],
}


@contextmanager
def by_torch() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(over_rows, "_is_for_native", lambda _: False)
        yield


def batch(lengths: list[int], width: int, dtype: torch.dtype) -> Ragged:
    """Numbers of which many are equal, so that tokens share what is largest."""
    values = (normal(sum(lengths), width, seed=0) * 4).round() / 4
    return Ragged(values.to(dtype).requires_grad_(), torch.tensor(lengths).long())


def there_and_back(way: str, x: Ragged) -> list[Tensor]:
    """What comes out, and the gradient of the values."""
    found = WAYS[way](x)
    weighing = [normal(*part.shape, seed=k).to(part) for k, part in enumerate(found)]
    return [*found, *torch.autograd.grad(found, x.values, weighing)]


@needs_native
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("width", [1, 37, 64])
@pytest.mark.parametrize("lengths", list(LENGTHS))
@pytest.mark.parametrize("way", list(WAYS))
def test_the_bits_are_those_of_torch_on_any_number_of_threads(
    way: str, lengths: str, width: int, dtype: torch.dtype
):
    x = batch(LENGTHS[lengths], width, dtype)
    with by_torch():
        expected = there_and_back(way, x)
    for threads in (1, 2, 3):
        with forced(threads=threads):
            found = there_and_back(way, x)
        for ours, theirs in zip(found, expected, strict=True):
            assert ours.dtype == theirs.dtype
            assert torch.equal(ours, theirs)


@needs_native
def test_values_that_are_no_numbers_or_infinite_come_out_as_from_torch():
    odd = torch.tensor([[1.0, -torch.inf], [torch.nan, 2.0], [torch.nan, torch.inf]])
    values = torch.cat([odd, odd.flip(0), odd[:1], odd[1:2]]).requires_grad_()
    x = Ragged(values, torch.tensor([3, 3, 1, 1]))
    for way in WAYS:
        with by_torch():
            expected = there_and_back(way, x)
        for ours, theirs in zip(there_and_back(way, x), expected, strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("way", list(WAYS))
def test_gradients_and_their_gradients_pass_torchs_check(way: str):
    lengths = torch.tensor(LENGTHS["some"])
    values = normal(9, 3, seed=1).requires_grad_()

    def call(values: Tensor) -> tuple[Tensor, ...]:
        return WAYS[way](Ragged(values, lengths))

    assert gradcheck(call, [values])
    assert gradgradcheck(call, [values])


def test_a_gradient_that_is_to_have_one_is_the_same():
    x = batch(LENGTHS["some"], 4, torch.float64)
    for way in WAYS:
        found = WAYS[way](x)
        back = [torch.ones_like(part) for part in found]
        (plain,) = torch.autograd.grad(found, x.values, back, retain_graph=True)
        (deep,) = torch.autograd.grad(found, x.values, back, create_graph=True)
        assert torch.equal(plain, deep)


def test_a_part_that_nobody_uses_asks_for_no_gradient():
    x = batch(LENGTHS["some"], 4, torch.float64)
    top, average = largest_and_mean(x)
    (of_top,) = torch.autograd.grad(top.sum(), x.values, retain_graph=True)
    (of_mean,) = torch.autograd.grad(average.sum(), x.values)
    assert torch.equal(of_top, torch.autograd.grad(largest(x).sum(), x.values)[0])
    assert torch.equal(of_mean, torch.autograd.grad(mean(x).sum(), x.values)[0])


@pytest.mark.parametrize(
    "odd",
    [
        lambda v: v.half(),
        lambda v: v.to(torch.bfloat16),
        lambda v: v.T.contiguous().T,
        lambda v: torch.complex(v, -v).conj().imag,  # a sign that is not yet turned
        lambda v: torch.complex(v, -v)[..., :1].conj().imag,
    ],
    ids=["half", "bfloat16", "transposed", "conjugate", "contiguous conjugate"],
)
def test_what_the_kernels_cannot_read_goes_another_way(odd: Callable[..., Tensor]):
    values, lengths = (normal(9, 4, seed=2) * 2).round(), torch.tensor([4, 0, 5])
    given = odd(values)
    for way in WAYS:
        found = WAYS[way](Ragged(given, lengths))
        plain = WAYS[way](Ragged(values[:, : given.shape[1]], lengths))
        for ours, theirs in zip(found, plain, strict=True):
            assert ours.dtype == given.dtype
            torch.testing.assert_close(ours.double(), theirs, rtol=5e-3, atol=0)


def test_a_gradient_whose_sign_is_not_yet_turned_is_read_as_it_is_meant():
    x = batch(LENGTHS["some"], 1, torch.float64)
    grad = torch.complex(*normal(2, 5, 1, seed=4)).conj().imag
    for way in (total, largest):
        (found,) = torch.autograd.grad(way(x), x.values, grad)
        (plain,) = torch.autograd.grad(way(x), x.values, grad.clone().resolve_neg())
        assert torch.equal(found, plain)


def test_a_traced_module_computes_on_what_it_is_given():
    lengths = torch.tensor([4, 0, 5])
    for way in WAYS.values():

        def call(values: Tensor, way: Callable[..., Any] = way) -> tuple[Tensor, ...]:
            return way(Ragged(values, lengths))

        one, other = normal(2, 9, 4, seed=5)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of lengths that become constants
            traced: Any = torch.jit.trace(call, one, check_trace=False)
        for ours, theirs in zip(traced(other), call(other), strict=True):
            torch.testing.assert_close(ours, theirs)


def test_without_the_native_engine_torch_does_it(monkeypatch):
    x = batch(LENGTHS["some"], 4, torch.float64)
    expected = [there_and_back(way, x) for way in WAYS]
    monkeypatch.setattr(kernels, "_native", None)
    for way, wanted in zip(WAYS, expected, strict=True):
        for ours, theirs in zip(there_and_back(way, x), wanted, strict=True):
            assert torch.equal(ours, theirs)


# -- before native code sees them ----------------------------------------------------


@needs_native
@pytest.mark.parametrize("edited", [[5, 5], [-1, 10], [10, -1], [9, 1], [2**62, 2**62]])
def test_lengths_that_were_edited_are_refused(edited: list[int]):
    x = Ragged(torch.zeros(9, 2, requires_grad=True), torch.tensor([4, 5]))
    found = total(x)
    x.lengths.copy_(torch.tensor(edited))
    for way in WAYS:
        with pytest.raises(ValueError, match="lengths were edited"):
            WAYS[way](x)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        found.sum().backward()


@needs_native
def test_lengths_that_were_edited_past_torch_are_refused_on_the_way_back():
    x = Ragged(torch.zeros(9, 2, requires_grad=True), torch.tensor([4, 5]))
    found = total(x)
    x.lengths.numpy()[0] = 6
    with pytest.raises(ValueError, match="lengths were edited"):
        found.sum().backward()
