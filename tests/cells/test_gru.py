"""GRU: one step by hand, torch.nn.GRU, and the first paper's form against a formula."""

import math

import pytest
import torch
from torch import Tensor

from tests.harness import Example, assert_same, by_torch, example, measured, named
from unrolled.cells.gru import GRU
from unrolled.engine import Weights, run
from unrolled.errors import SettingError
from unrolled.ragged import Ragged

LN3 = math.log(3)  # σ(ln 3) = 3/4


def one_step(reset: str) -> float:
    """One unit at h = 2: r = σ(0) = 1/2, z = σ(ln 3) = 3/4, a_n = 0.5."""
    W = torch.tensor([[-1.0], [0.0], [0.25]], dtype=torch.float64)
    R = torch.tensor([[0.5], [LN3], [0.4]], dtype=torch.float64)
    b = torch.tensor([1.0, -LN3, 0.0], dtype=torch.float64)
    c = torch.tensor([0.0, 0.0, 0.2], dtype=torch.float64)
    x = Ragged(torch.tensor([[2.0]], dtype=torch.float64), torch.tensor([1]))
    h = torch.tensor([[2.0]], dtype=torch.float64)
    return run(GRU(reset), Weights(W, R, b, c), x, (h,)).output.values.item()


def test_one_step_worked_out_by_hand():
    n = math.tanh(0.5 + 0.5 * (0.4 * 2.0 + 0.2))  # u_n = 1, halved by r
    assert one_step("after") == pytest.approx(0.75 * 2.0 + 0.25 * n, abs=1e-15)


def test_one_step_that_resets_before_the_product_worked_out_by_hand():
    n = math.tanh(0.5 + (0.4 * (0.5 * 2.0) + 0.2))  # R_n takes r ⊙ h = 1
    assert one_step("before") == pytest.approx(0.75 * 2.0 + 0.25 * n, abs=1e-15)


@pytest.mark.parametrize("lengths", [[1], [4], [4, 1, 6]], ids=str)
@pytest.mark.parametrize("bias", [True, False])
def test_agrees_with_torch_nn_gru_in_value_and_gradient(lengths, bias):
    made = example(GRU(), lengths, bias=bias)
    layer = torch.nn.GRU(3, 4, bias=bias, dtype=torch.float64)
    assert_same(
        measured(made.on(), made.leaves), measured(by_torch(made, layer), made.leaves)
    )


@pytest.mark.parametrize("lengths", [[1], [4], [4, 1, 6]], ids=str)
def test_resetting_before_agrees_with_a_formula_of_its_own(lengths):
    made = example(GRU(reset="before"), lengths)
    expected = measured(_cho_2014(made), made.leaves)
    assert_same(measured(made.on(), made.leaves), expected)
    other_form = Example(GRU(), made.weights, made.x, made.state)
    assert not torch.allclose(other_form.on()["output"], expected["output"])


def _cho_2014(made: Example) -> dict[str, Tensor]:
    """Equations 5 to 8 of arXiv:1406.1078 with biases, in the paper's own letters.

    W and U are cut into their three matrices and every row is walked by itself.
    """
    W_r, W_z, W_n = made.weights.W.split(4)
    U_r, U_z, U_n = made.weights.R.split(4)
    b_r, b_z, b_n = (made.weights.b + made.weights.c).split(4)
    outputs, last = [], []
    for row, h in zip(made.x.to_list(), made.state[0], strict=True):
        for x in row:
            r = 1 / (1 + torch.exp(-(W_r @ x + U_r @ h + b_r)))
            z = 1 / (1 + torch.exp(-(W_z @ x + U_z @ h + b_z)))
            candidate = torch.tanh(W_n @ x + U_n @ (r * h) + b_n)
            h = z * h + (1 - z) * candidate
            outputs.append(h)
        last.append(h)
    return named(made.cell, torch.stack(outputs), [torch.stack(last)])


def test_an_unknown_reset_is_refused():
    with pytest.raises(SettingError) as refusal:
        GRU(reset="never")
    assert str(refusal.value) == (
        'a gru cell with reset "never".\n'
        "  expected: one of after, before\n"
        "  to fix:   choose one of them\n"
        "  code:     setting"
    )
