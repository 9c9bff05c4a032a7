"""The large softmax against torch's cross-entropy: values, gradients, bits."""

from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.testing import assert_close

from tests.harness import instruction_sets, needs_native, normal
from unrolled.engine import forced, half
from unrolled.models import softmax
from unrolled.models.softmax import BLOCK, AdaptiveSoftmax, Softmax
from unrolled.randomness import computing_on

WIDTH = 12
TOKENS = (1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 5000)
BY_TOKENS = pytest.mark.parametrize("tokens", TOKENS)


def made(
    tokens: int, dtype: torch.dtype = torch.float64, *, tied: bool = False
) -> Softmax:
    table = nn.Parameter(normal(tokens, WIDTH, seed=1).to(dtype)) if tied else None
    layer = Softmax(tokens, WIDTH, table).to(dtype)
    with torch.no_grad():
        layer.weight.copy_(normal(tokens, WIDTH, seed=1))
        layer.bias.copy_(normal(tokens, seed=2))
    return layer


def asked(rows: int, tokens: int) -> tuple[Tensor, Tensor]:
    """Rows, some of them far out, and targets: the first, the last and others."""
    x = normal(rows, WIDTH, seed=3) * torch.linspace(0, 4, rows)[:, None]
    targets = (torch.arange(rows) * 7919) % tokens
    if rows > 1:
        targets[0], targets[1] = tokens - 1, 0
    return x, targets


def gradients(
    layer: nn.Module, x: Tensor, targets: Tensor, upstream: Tensor
) -> dict[str, Tensor]:
    """The nats and the gradient of each tensor by name."""
    x = x.detach().clone().requires_grad_()
    nats = layer(x, targets)
    leaves = {"x": x, **dict(layer.named_parameters())}
    found = torch.autograd.grad(nats, list(leaves.values()), upstream)
    return {"nats": nats.detach(), **dict(zip(leaves, found, strict=True))}


def by_torch(
    layer: Softmax, x: Tensor, targets: Tensor, upstream: Tensor
) -> dict[str, Tensor]:
    leaves = [t.detach().double().requires_grad_() for t in (x, *layer.parameters())]
    scores = nn.functional.linear(*leaves)
    nats = cross_entropy(scores, targets, reduction="none")
    found = torch.autograd.grad(nats, leaves, upstream.double())
    names = ("x", *dict(layer.named_parameters()))
    return {"nats": nats.detach(), **dict(zip(names, found, strict=True))}


# -- values and gradients ------------------------------------------------------------


@BY_TOKENS
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("rows", [1, 5])
def test_it_is_torchs_cross_entropy_in_value_and_in_every_gradient(tokens, dtype, rows):
    layer = made(tokens, dtype)
    x, targets = asked(rows, tokens)
    upstream = normal(rows, seed=4)
    found = gradients(layer, x.to(dtype), targets, upstream.to(dtype))
    expected = by_torch(layer, x.to(dtype), targets, upstream)
    assert list(found) == ["nats", "x", "weight", "bias"]
    near = 1e-11 if dtype is torch.float64 else 2e-4
    for name, tensor in expected.items():
        assert found[name].dtype == dtype
        largest = max(1.0, float(tensor.abs().max()))
        assert_close(found[name].double(), tensor, rtol=0, atol=near * largest)


def test_rows_are_taken_some_thousand_at_a_time(monkeypatch):
    layer = made(9)
    x, targets = asked(11, 9)
    upstream = normal(11, seed=4)
    expected = gradients(layer, x, targets, upstream)
    monkeypatch.setattr(softmax, "ROWS", 4)
    found = gradients(layer, x, targets, upstream)
    for name, tensor in expected.items():
        assert_close(found[name], tensor, rtol=1e-12, atol=1e-12)


@BY_TOKENS
def test_without_rows_there_are_no_nats(tokens):
    layer = made(tokens)
    none = torch.zeros(0, dtype=torch.int64)
    x = torch.zeros(0, WIDTH, dtype=torch.float64, requires_grad=True)
    assert layer(x, none).shape == (0,)
    assert layer.log_probabilities(x).shape == (0, tokens)


def test_scores_far_apart_neither_overflow_nor_vanish():
    layer = made(BLOCK + 5, torch.float32)
    with torch.no_grad():
        layer.bias[0], layer.bias[-1] = 3e4, -3e4
    x, _ = asked(2, 9)
    targets = torch.tensor([0, BLOCK + 4])
    found = gradients(layer, x.float(), targets, torch.ones(2))
    expected = by_torch(layer, x.float(), targets, torch.ones(2))
    for name, tensor in expected.items():
        assert_close(found[name].double(), tensor, rtol=1e-4, atol=1e-3)


def test_a_tied_table_gets_both_gradients():
    layer = made(30, tied=True)
    table = layer.weight
    ids = torch.tensor([3, 3, 29])
    x = table.index_select(0, ids)
    layer(x, torch.tensor([0, 3, 29])).sum().backward()
    plain = table.detach().clone().requires_grad_()
    scores = plain[ids] @ plain.T + layer.bias.detach()
    cross_entropy(scores, torch.tensor([0, 3, 29]), reduction="sum").backward()
    assert_close(table.grad, plain.grad, rtol=1e-11, atol=1e-11)


def test_a_gradient_of_a_gradient_is_refused():
    x, targets = asked(3, 9)
    x.requires_grad_()
    nats = made(9)(x, targets).square().sum()
    (d,) = torch.autograd.grad(nats, [x], create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        d.sum().backward()


def test_a_target_that_is_no_token_is_refused():
    with pytest.raises((IndexError, RuntimeError)):
        made(9)(asked(1, 9)[0], torch.tensor([9]))


def test_half_precision_around_an_adaptive_one_changes_nothing():
    layer, (x, targets) = adaptive(50), asked(4, 50)
    x, upstream = x.float(), torch.ones(4)
    expected = gradients(layer, x, targets, upstream)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = gradients(layer, x, targets, upstream)
        chances = layer.log_probabilities(x)
    for name, tensor in expected.items():
        assert torch.equal(found[name], tensor), name
    assert torch.equal(chances, layer.log_probabilities(x))


@pytest.mark.parametrize("tokens", [50, 5000])
def test_half_precision_around_it_rounds_its_products_and_not_its_answers(tokens):
    layer, (x, targets) = made(tokens, torch.float32), asked(40, tokens)
    x, upstream = x.float(), torch.ones(40)
    expected = gradients(layer, x, targets, upstream)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = gradients(layer, x, targets, upstream)
        chances = layer.log_probabilities(x)
    for name, tensor in expected.items():
        assert (found[name] - tensor).norm() < 0.02 * tensor.norm(), name
    rounds = not torch.equal(found["weight"], expected["weight"])
    assert rounds == half.is_quick()
    assert torch.equal(chances, layer.log_probabilities(x))


# -- bits ----------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", [2, 5000])
@pytest.mark.parametrize("kind", ["full", "adaptive"])
def test_it_has_the_same_bits_on_any_number_of_threads(tokens, kind):
    torch.manual_seed(0)
    layer = made(tokens, torch.float32) if kind == "full" else adaptive(tokens, 64)
    width = WIDTH if kind == "full" else 64
    rows = 700
    x, upstream = normal(rows, width, seed=3).float(), normal(rows, seed=4).float()
    targets = (torch.arange(rows) * 7919) % tokens
    found = []
    for threads in (1, 2, 3):
        with computing_on(threads):
            here = gradients(layer, x, targets, upstream)
            here["chances"] = layer.log_probabilities(x)
            found.append(here)
            assert torch.get_num_threads() == threads
    for other in found[1:]:
        for name, tensor in found[0].items():
            assert torch.equal(other[name], tensor), name


@needs_native
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("tokens", [1, 65, 5000])
@pytest.mark.parametrize("instructions", instruction_sets())
def test_chances_sum_to_1_and_a_row_has_the_same_bits_alone(
    tokens, dtype, instructions
):
    layer = made(tokens, dtype)
    x = normal(600, WIDTH, seed=5).to(dtype)
    with forced(instructions=instructions), computing_on(2):
        together = layer.log_probabilities(x)
        assert_close(together.exp().sum(1), torch.ones(600, dtype=dtype))
        for row in (0, 255, 256, 599):
            alone = layer.log_probabilities(x[row : row + 1])
            assert torch.equal(alone[0], together[row])
    expected = nn.functional.linear(x, layer.weight, layer.bias).log_softmax(1)
    assert_close(together, expected.detach(), rtol=1e-4, atol=1e-4)
    assert not together.requires_grad


def test_what_is_chosen_for_the_engine_holds_on_every_thread(monkeypatch):
    """300 rows are two blocks, which two threads of a pool take."""
    layer = made(9)

    def refuse(_: Tensor) -> None:
        raise AssertionError("the kernel was asked")

    monkeypatch.setattr(layer._product, "_matrix", refuse)
    for threads in (1, 2):
        with forced(path="gated"), computing_on(threads):
            assert layer.log_probabilities(asked(300, 9)[0]).shape == (300, 9)


def test_the_nats_are_those_of_the_chances():
    layer = made(3000)
    x, targets = asked(20, 3000)
    chances = layer.log_probabilities(x)
    assert_close(layer(x, targets), -chances.gather(1, targets[:, None])[:, 0])


def test_chances_follow_weights_that_were_edited_moved_copied_or_replaced():
    layer = made(9)
    x, _ = asked(3, 9)
    before = layer.log_probabilities(x)
    twin = deepcopy(layer)
    with torch.no_grad():
        twin.bias[0] += 1
        twin.weight.mul_(2)
    assert torch.equal(layer.log_probabilities(x), before)

    def check(of: Softmax) -> None:
        scores = nn.functional.linear(x.to(of.weight.dtype), of.weight, of.bias)
        assert_close(of.log_probabilities(x), scores.log_softmax(1).detach())

    check(twin)
    twin.weight = nn.Parameter(twin.weight.detach() + 1)
    check(twin)
    twin.bias = nn.Parameter(twin.bias.detach() * 2)
    check(twin)
    check(twin.float())
    twin.load_state_dict(layer.state_dict())
    check(twin)


# -- adaptive ------------------------------------------------------------------------


def adaptive(tokens: int, width: int = WIDTH) -> AdaptiveSoftmax:
    torch.manual_seed(0)
    return AdaptiveSoftmax(tokens, width)


@pytest.mark.parametrize("tokens", [2, 3, 4, 5, 29, 30, 31, 1000])
def test_the_adaptive_softmax_is_a_distribution_over_every_token(tokens):
    layer = adaptive(tokens, 16)
    x = normal(6, 16, seed=3).float()
    chances = layer.log_probabilities(x)
    assert chances.shape == (6, tokens)
    assert_close(chances.exp().sum(1), torch.ones(6))
    assert not chances.requires_grad
    targets = torch.arange(6) * 5 % tokens
    assert_close(layer(x, targets), -chances.gather(1, targets[:, None])[:, 0])


@pytest.mark.parametrize("tokens", [5, 100])
def test_every_tensor_of_the_adaptive_softmax_learns(tokens):
    layer = adaptive(tokens, 16)
    x = normal(2 * tokens, 16, seed=3).float().requires_grad_()
    layer(x, torch.arange(2 * tokens) % tokens).sum().backward()
    for name, weight in layer.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.any(), name
    assert x.grad is not None
    assert x.grad.any(1).all()


def test_the_adaptive_softmax_of_no_rows():
    layer, none = adaptive(40), torch.zeros(0, dtype=torch.int64)
    assert layer(torch.zeros(0, WIDTH), none).shape == (0,)
    assert layer.log_probabilities(torch.zeros(0, WIDTH)).shape == (0, 40)


def test_the_adaptive_softmax_may_be_narrow():
    chances = adaptive(1000, 3).log_probabilities(normal(2, 3, seed=0).float())
    assert_close(chances.exp().sum(1), torch.ones(2))
