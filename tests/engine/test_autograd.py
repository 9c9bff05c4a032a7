"""The gated path as a function of autograd: what it keeps, refuses and survives."""

import pytest
import torch

from tests.harness import assert_same, example, measured
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import run


def test_only_what_needs_a_gradient_gets_one():
    made = example(LSTM(), [4, 1, 6])
    full = measured(made.on(), made.leaves)
    for name, leaf in made.leaves.items():
        leaf.requires_grad_(name == "R")
    output = made.on()
    alone = measured(output, {"R": made.weights.R})
    torch.testing.assert_close(alone["d R"], full["d R"])
    assert made.x.values.grad is made.weights.W.grad is None


def test_without_gradients_nothing_is_kept_for_a_way_back():
    made = example(GRU(), [4, 1, 6])
    with torch.no_grad():
        output = made.on()["output"]
    assert not output.requires_grad
    assert torch.equal(output, made.on()["output"])


def test_a_weight_changed_between_run_and_way_back_is_noticed():
    made = example(GRU(), [4, 1, 6])
    output = made.on()["output"]
    with torch.no_grad():
        made.weights.R.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()


def test_the_way_back_can_be_taken_twice_only_if_asked_for():
    made = example(GRU(), [4, 1, 6])
    output = made.on()["output"]
    (once,) = torch.autograd.grad(output.sum(), [made.weights.R], retain_graph=True)
    (twice,) = torch.autograd.grad(output.sum(), [made.weights.R])
    assert torch.equal(once, twice)
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        output.sum().backward()


def test_an_output_may_be_edited_in_place():
    made = example(GRU(), [4, 1, 6])
    expected = measured({"output": made.on()["output"].relu()}, made.leaves)
    output = made.on()["output"]
    assert_same(measured({"output": output.relu_()}, made.leaves), expected)


def test_gradients_of_batches_add_up():
    made = example(LSTM(), [4, 1, 6])
    for _ in range(2):
        made.on()["output"].sum().backward()
    (once,) = torch.autograd.grad(made.on()["output"].sum(), [made.weights.W])
    torch.testing.assert_close(made.weights.W.grad, 2 * once)


@pytest.mark.parametrize("cell", [GRU(), LSTM()], ids=str)
def test_under_autocast_a_sweep_keeps_the_precision_of_its_weights(cell):
    made = example(cell, [4, 1, 6])
    expected = measured(made.on(), made.leaves)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = made.on()
        found = measured(inside, made.leaves)  # the way back under autocast, too
    assert_same(found, expected)
    assert inside["output"].dtype == torch.float64


def test_under_autocast_an_input_of_half_precision_is_welcome():
    made = example(GRU(), [4, 1, 6])
    half = made.x.map(torch.Tensor.bfloat16)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = run(GRU(), made.weights, half, made.state)
    exact = run(GRU(), made.weights, half.map(torch.Tensor.double), made.state)
    assert torch.equal(found.output.values, exact.output.values)


def test_a_third_derivative_exists_too():
    made = example(GRU(), [2, 1], inputs=2, hidden=2)

    def third(path: str) -> torch.Tensor:
        (d1,) = torch.autograd.grad(
            made.on(path=path)["output"].sum(), [made.weights.R], create_graph=True
        )
        (d2,) = torch.autograd.grad((d1**2).sum(), [made.weights.R], create_graph=True)
        (d3,) = torch.autograd.grad((d2**2).sum(), [made.weights.R])
        return d3

    torch.testing.assert_close(third("gated"), third("reference"))


def test_a_graph_without_tokens_has_second_derivatives_of_zero():
    made = example(GRU(), [])
    output = made.on()["output"]
    (d_W,) = torch.autograd.grad(output.sum(), [made.weights.W], create_graph=True)
    assert torch.equal(d_W, torch.zeros_like(d_W))
