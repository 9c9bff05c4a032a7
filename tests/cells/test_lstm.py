"""LSTM: one step by hand, torch.nn.LSTM, and peepholes against a formula."""

import math

import pytest
import torch
from torch import Tensor

from tests.harness import Example, assert_same, by_torch, example, measured, named
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, run
from unrolled.ragged import Ragged

LN3 = math.log(3)  # σ(ln 3) = 3/4, σ(−ln 3) = 1/4


def one_step(cell: LSTM, v: Tensor | None = None) -> tuple[float, float]:
    """One unit at c = 2 with a + u = (0, ln 3, 1, −ln 3): half from x, half from h."""
    sums = torch.tensor([[0.0], [LN3], [1.0], [-LN3]], dtype=torch.float64)
    x = Ragged(torch.tensor([[0.5]], dtype=torch.float64), torch.tensor([1]))
    state = torch.tensor([[0.25]], dtype=torch.float64), torch.tensor([[2.0]]).double()
    h, c = run(cell, Weights(sums, 2 * sums, v=v), x, state).state
    return h.item(), c.item()


def test_one_step_worked_out_by_hand():
    c = 0.75 * 2.0 + 0.5 * math.tanh(1.0)
    expected = 0.25 * math.tanh(c), c
    assert one_step(LSTM()) == pytest.approx(expected, abs=1e-15)


def test_one_step_with_peepholes_worked_out_by_hand():
    v = torch.tensor([[LN3 / 2], [-LN3], [0.5]], dtype=torch.float64)
    i, f = 3 / 4, 1 / 4  # σ(0 + ln 3), σ(ln 3 − 2 ln 3)
    c = f * 2.0 + i * math.tanh(1.0)
    o = 1 / (1 + math.exp(LN3 - 0.5 * c))  # o sees the new c
    expected = o * math.tanh(c), c
    assert one_step(LSTM(peepholes=True), v) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("lengths", [[1], [4], [4, 1, 6]], ids=str)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("projected", [False, True], ids=["full", "projected"])
def test_agrees_with_torch_nn_lstm_in_value_and_gradient(lengths, bias, projected):
    made = example(LSTM(), lengths, bias=bias, projected=projected)
    size = 2 if projected else 0
    layer = torch.nn.LSTM(3, 4, bias=bias, proj_size=size, dtype=torch.float64)
    assert_same(
        measured(made.on(), made.leaves), measured(by_torch(made, layer), made.leaves)
    )


@pytest.mark.parametrize("lengths", [[1], [4], [4, 1, 6]], ids=str)
def test_peepholes_agree_with_a_formula_of_their_own(lengths):
    made = example(LSTM(peepholes=True), lengths)
    assert_same(
        measured(made.on(), made.leaves), measured(_gers_2002(made), made.leaves)
    )


def _gers_2002(made: Example) -> dict[str, Tensor]:
    """Peepholes as whole diagonal matrices, and every row walked by itself."""
    W_i, W_f, W_g, W_o = made.weights.W.split(4)
    R_i, R_f, R_g, R_o = made.weights.R.split(4)
    b_i, b_f, b_g, b_o = (made.weights.b + made.weights.c).split(4)
    V_i, V_f, V_o = (torch.diag(v) for v in made.weights.v)
    outputs, last = [], []
    for row, h, c in zip(made.x.to_list(), *made.state, strict=True):
        for x in row:
            i = 1 / (1 + torch.exp(-(W_i @ x + R_i @ h + V_i @ c + b_i)))
            f = 1 / (1 + torch.exp(-(W_f @ x + R_f @ h + V_f @ c + b_f)))
            c = f * c + i * torch.tanh(W_g @ x + R_g @ h + b_g)
            o = 1 / (1 + torch.exp(-(W_o @ x + R_o @ h + V_o @ c + b_o)))
            h = o * torch.tanh(c)
            outputs.append(h)
        last.append((h, c))
    states = [torch.stack(each) for each in zip(*last, strict=True)]
    return named(made.cell, torch.stack(outputs), states)


def test_without_peepholes_a_long_memory_keeps_its_gradient():
    """The point of the cell: with f near 1, ∂c_T/∂c_0 is near 1 over 100 moments."""
    bias = torch.tensor([-9.0, 9.0, 0.0, 0.0])
    weights = Weights(torch.zeros(4, 1), torch.zeros(4, 1), bias)
    c = torch.ones(1, 1, requires_grad=True)
    x = Ragged(torch.zeros(100, 1), torch.tensor([100]))
    _, last = run(LSTM(), weights, x, (torch.zeros(1, 1), c)).state
    last.backward()
    assert c.grad.item() == pytest.approx((1 / (1 + math.exp(-9))) ** 100, rel=1e-4)
