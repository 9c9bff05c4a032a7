"""One product, packed once: torch's own numbers, and bits that know no company."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from torch.testing import assert_close

from tests.harness import instruction_sets, needs_native, normal
from unrolled.engine import Product, forced, kernels
from unrolled.errors import SettingError, ShapeError

OUTPUTS, INPUTS = (1, 7, 65, 10_000), (1, 3, 64, 129)
BY_SET = pytest.mark.parametrize("instructions", instruction_sets())
BY_DTYPE = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


def layer(
    outputs: int, inputs: int, dtype: torch.dtype = torch.float64
) -> tuple[Tensor, Tensor]:
    weight, bias = normal(outputs, inputs, seed=1), normal(outputs, seed=2)
    return weight.to(dtype), bias.to(dtype)


def rows(count: int, inputs: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return normal(count, inputs, seed=3).to(dtype)


def bits(one: Tensor) -> bytes:
    return one.numpy().tobytes()


# -- the numbers ---------------------------------------------------------------------


@BY_SET
@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("inputs", INPUTS)
@needs_native
def test_it_is_torchs_own_product(instructions, outputs, inputs):
    with forced(instructions=instructions):
        for count in (0, 1, 2, 7):
            weight, bias = layer(outputs, inputs)
            x = rows(count, inputs)
            expected = linear(x, weight, bias)
            assert_close(Product(weight, bias)(x), expected, rtol=1e-12, atol=1e-12)
            near = Product(weight.float(), bias.float())(x.float())
            assert near.dtype == torch.float32
            assert_close(near.double(), expected, rtol=1e-4, atol=1e-4)


@BY_SET
@BY_DTYPE
@pytest.mark.parametrize("outputs", OUTPUTS)
@needs_native
def test_a_row_has_the_same_bits_alone_in_any_batch_and_in_any_order(
    instructions, dtype, outputs
):
    """200 rows: more than the 96 that the kernel takes together."""
    product = Product(*layer(outputs, 37, dtype))
    x = rows(200 if outputs < 10_000 else 99, 37, dtype)
    with forced(instructions=instructions):
        together = product(x)
        assert bits(product(x.flip(0)).flip(0)) == bits(together)
        for some in (slice(1, 2), slice(90, 99), slice(3, 98)):
            assert bits(product(x[some])) == bits(together[some])
        alone = torch.cat([product(one[None]) for one in x[:20]])
        assert bits(alone) == bits(together[:20])


@BY_SET
@needs_native
def test_rows_have_the_same_bits_on_any_number_of_threads(instructions):
    product = Product(*layer(2050, 130, torch.float32))
    x = rows(40, 130, torch.float32)

    def compute(some: Tensor) -> Tensor:
        with forced(instructions=instructions):
            return product(some)

    expected = bits(compute(x))
    for threads in (1, 2, 3):
        with ThreadPoolExecutor(threads) as pool:
            found = torch.cat(list(pool.map(compute, x.split(7))))
        assert bits(found) == expected
    before = torch.get_num_threads()
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            assert bits(compute(x)) == expected
    finally:
        torch.set_num_threads(before)


@BY_DTYPE
def test_what_is_not_finite_stays_in_its_row(dtype):
    product = Product(*layer(9, 5, dtype))
    x = rows(4, 5, dtype)
    expected = product(x)
    spoiled = x.clone()
    spoiled[1, 2], spoiled[2, 0] = torch.nan, torch.inf
    found = product(spoiled)
    assert torch.equal(found[[0, 3]], expected[[0, 3]])
    assert found[1].isnan().all()
    assert not found[2].isfinite().any()


# -- what it is given ----------------------------------------------------------------


@pytest.mark.parametrize("path", [None, "gated"])
@pytest.mark.parametrize("x", [rows(3, 4), rows(3, 6), rows(3, 5)[0], rows(6, 5)[None]])
def test_rows_of_another_shape_are_refused(x, path):
    with forced(path=path), pytest.raises(ShapeError) as told:
        Product(*layer(7, 5))(x)
    assert str(told.value) == (
        f"rows of shape {tuple(x.shape)}.\n"
        "  expected: (rows, 5)\n"
        "  to fix:   give one vector a row, of the width that the weight has\n"
        "  code:     shape"
    )


def views(tensor: Tensor) -> dict[str, Tensor]:
    """The same numbers in other clothes."""
    wide = torch.zeros(*tensor.shape, 2, dtype=tensor.dtype)
    wide[..., 0] = tensor
    turned = torch.complex(torch.zeros_like(tensor), -tensor).conj().imag
    assert turned.is_neg()
    with torch.inference_mode():
        inference = tensor.clone()
    reversed_ = tensor.mT.contiguous().mT if tensor.dim() > 1 else tensor
    return {
        "every second": wide[..., 0],
        "by columns": reversed_,
        "sign to be turned": turned,
        "inference": inference,
        "with a gradient": tensor.clone().requires_grad_(),
    }


@pytest.mark.parametrize("place", ["x", "weight", "bias"])
def test_a_sign_that_is_still_to_be_turned_is_turned(place):
    """A view of one number counts as contiguous, sign or no sign."""
    given = {"x": normal(1, 1, seed=0), "weight": normal(1, 1, seed=1)}
    given["bias"] = normal(1, seed=2)
    expected = linear(given["x"], given["weight"], given["bias"])
    given[place] = views(given[place])["sign to be turned"]
    assert_close(Product(given["weight"], given["bias"])(given["x"]), expected)


@BY_DTYPE
@pytest.mark.parametrize("place", ["x", "weight", "bias"])
@pytest.mark.parametrize("kind", list(views(torch.ones(1))))
def test_a_view_of_the_numbers_is_as_good_as_the_numbers(dtype, place, kind):
    given = dict(zip(("weight", "bias"), layer(7, 5, dtype), strict=True))
    given["x"] = rows(3, 5, dtype)
    expected = linear(given["x"], given["weight"], given["bias"])
    given[place] = views(given[place])[kind]
    product = Product(given["weight"], given["bias"])
    for _ in range(2):
        found = product(given["x"])
        assert_close(found, expected)
        assert not found.requires_grad


def test_it_serves_inside_inference_mode_and_around_it():
    weight, bias = layer(7, 5)
    product, x = Product(weight, bias), rows(3, 5)
    with torch.inference_mode():
        inside = product(x.clone())
    assert torch.equal(inside, product(x))


def test_an_inference_weight_that_is_edited_is_seen():
    """Edits of such a tensor are counted by nobody."""
    with torch.inference_mode():
        weight, bias = (one.clone() for one in layer(7, 5))
        product, x = Product(weight, bias), rows(3, 5)
        product(x)
        weight.mul_(3)
        assert_close(product(x), linear(x, weight, bias))


@BY_DTYPE
@pytest.mark.parametrize(
    "other", [torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int64]
)
def test_rows_of_another_precision_are_read_in_that_of_the_weight(dtype, other):
    weight, bias = layer(7, 5, dtype)
    x = rows(3, 5).mul(4).round().to(other)
    found = Product(weight, bias)(x)
    assert found.dtype == dtype
    assert_close(found, linear(x.to(dtype), weight, bias))


def test_a_weight_without_a_kernel_is_multiplied_by_torch():
    weight, bias = layer(7, 5, torch.bfloat16)
    found = Product(weight, bias)(rows(3, 5))
    assert torch.equal(found, linear(rows(3, 5).bfloat16(), weight, bias))


@pytest.mark.parametrize("shape", [(0, 5), (7, 0), (0, 0)])
def test_a_layer_without_inputs_or_outputs_is_no_trouble(shape):
    weight, bias = layer(*shape)
    found = Product(weight, bias)(rows(3, shape[1]))
    assert torch.equal(found, bias.expand(3, -1))


@pytest.mark.parametrize(
    "bias", [normal(6, seed=0), normal(8, seed=0), normal(7, 2, seed=0)]
)
def test_a_bias_that_is_not_one_number_for_each_output_is_refused(bias):
    """The kernel would read beyond its end."""
    with pytest.raises((ShapeError, RuntimeError)):
        Product(layer(7, 5)[0], bias)(rows(3, 5))


def test_a_bias_of_another_precision_is_not_read_as_if_it_were_of_this():
    weight, bias = layer(7, 5, torch.float32)
    with pytest.raises((ShapeError, RuntimeError)):
        Product(weight, bias.double())(rows(3, 5, torch.float32))


def test_told_to_leave_the_kernels_alone_it_asks_torch(monkeypatch):
    weight, bias = layer(7, 5)
    x = rows(3, 5)
    product = Product(weight, bias)

    def refuse(_: Tensor) -> Any:
        raise AssertionError("the kernel was asked")

    monkeypatch.setattr(product, "_matrix", refuse)
    for path in ("gated", "reference"):
        with forced(path=path):
            assert torch.equal(product(x), linear(x, weight, bias))
    if kernels.is_built():
        for path in ("native", None):
            with forced(path=path), pytest.raises(AssertionError, match="was asked"):
                product(x)


def test_where_nothing_was_built_it_asks_torch(monkeypatch):
    monkeypatch.setattr(kernels, "is_built", lambda: False)
    weight, bias = layer(7, 5)
    assert torch.equal(
        Product(weight, bias)(rows(3, 5)), linear(rows(3, 5), weight, bias)
    )


@needs_native
def test_an_unknown_instruction_set_is_refused():
    with forced(instructions="abacus"), pytest.raises(SettingError, match="abacus"):
        Product(*layer(7, 5))(rows(3, 5))


@needs_native
@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (-1, 5), (5, -1)])
def test_the_kernel_itself_refuses_a_matrix_without_numbers(shape):
    place = normal(5, 5, seed=0)
    with pytest.raises(ValueError, match="widths below 1"):
        kernels._native.Matrix(kernels.chosen_set(), True, place.data_ptr(), *shape)
    with pytest.raises(ValueError, match="abacus"):
        kernels._native.Matrix("abacus", True, place.data_ptr(), 5, 5)


# -- edits ---------------------------------------------------------------------------


def by_optimizer(module: nn.Linear) -> None:
    optimizer = torch.optim.AdamW(module.parameters(), lr=0.5)
    module(torch.ones(1, 5)).square().sum().backward()
    optimizer.step()


def by_name(module: nn.Linear) -> None:
    module.load_state_dict({k: v * 3 for k, v in module.state_dict().items()})


def bias_alone(module: nn.Linear) -> None:
    module.bias.data.add_(1)


def data_replaced(module: nn.Linear) -> None:
    module.weight.data = module.weight.data * 3


def under_no_grad(module: nn.Linear) -> None:
    with torch.no_grad():
        module.weight.view(-1)[-1:].add_(2)


def precision(module: nn.Linear) -> None:
    module.double()
    under_no_grad(module)


@pytest.mark.parametrize(
    "edit",
    [by_optimizer, by_name, bias_alone, data_replaced, under_no_grad, precision],
)
def test_an_edit_is_seen(edit):
    torch.manual_seed(0)
    module = nn.Linear(5, 7)
    product, x = Product(module.weight, module.bias), rows(3, 5, torch.float32)
    before = product(x)
    assert_close(before, module(x).detach())
    edit(module)
    after = product(x.to(module.weight.dtype))
    assert_close(after, module(x.to(module.weight.dtype)).detach())
    assert not torch.equal(after, before)


def test_other_memory_at_an_address_that_was_used_before_is_seen():
    """Other precisions and back: torch counts no edit, and often reuses the place."""
    module = nn.Linear(50, 70)
    product, x = Product(module.weight, module.bias), rows(3, 50, torch.float32)
    for _ in range(5):
        product(x)
        module.bfloat16()
        module.float()
        assert_close(product(x), module(x).detach(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_weight_that_is_no_plain_memory_is_packed_anew_when_it_is_replaced(times):
    weight, bias = layer(70, 50)
    product, x = Product(weight.T.contiguous().T, bias), rows(3, 50)
    for number in range(5):
        for _ in range(times):
            product.weight.data = product.weight.data + 1
        found = product(x)
        assert_close(found, linear(x, weight + times * (number + 1), bias))


def test_a_weight_is_packed_once_for_many_products(monkeypatch):
    if not kernels.is_built():
        pytest.skip("the native engine is not built")
    made = []

    class Counted:
        @staticmethod
        def Matrix(*given: Any) -> Any:
            made.append(given)
            return kernels_matrix(*given)

    kernels_matrix = kernels._native.Matrix
    product, x = Product(*layer(7, 5)), rows(3, 5)
    monkeypatch.setattr(kernels, "_native", Counted)
    monkeypatch.setattr(kernels, "chosen_set", lambda: instruction_sets()[0])
    for _ in range(3):
        product(x)
    assert len(made) == 1
    product.weight.add_(1)
    product(x)
    assert len(made) == 2


@needs_native
def test_another_instruction_set_packs_anew():
    product, x = Product(*layer(70, 50)), rows(3, 50)
    expected = linear(x, product.weight, product.bias)
    for _ in range(2):
        for instructions in instruction_sets():
            with forced(instructions=instructions):
                assert_close(product(x), expected, rtol=1e-12, atol=1e-12)


def test_a_copy_has_weights_of_its_own():
    module = nn.Linear(5, 7)
    module.product = Product(module.weight, module.bias)
    x = rows(3, 5, torch.float32)
    before = module.product(x)
    twin = deepcopy(module)
    assert twin.product.weight is twin.weight
    assert twin.product.bias is twin.bias
    under_no_grad(twin)
    assert torch.equal(module.product(x), before)
    assert not torch.equal(twin.product(x), before)
