"""Elman: one step by hand, agreement with torch.nn.RNN, and words of its error."""

import math

import pytest
import torch

from tests.harness import assert_same, by_torch, example, measured
from unrolled.cells.elman import Elman
from unrolled.engine import Weights, run
from unrolled.errors import SettingError
from unrolled.ragged import Ragged

# One unit, one input: a = 0.5 · 2 + 0.1 = 1.1, u = −1 · 0.3 + 0.2 = −0.1, a + u = 1.
W, b, R, c, X, H = 0.5, 0.1, -1.0, 0.2, 2.0, 0.3


def one_step(nonlinearity: str, x: float = X) -> tuple[torch.Tensor, ...]:
    numbers = ([[W]], [[R]], [b], [c], [[x]], [[H]])
    leaves = [torch.tensor(n, dtype=torch.float64).requires_grad_() for n in numbers]
    batch = Ragged(leaves[4], torch.tensor([1]))
    result = run(Elman(nonlinearity), Weights(*leaves[:4]), batch, (leaves[5],))
    return result.output.values, *leaves


def test_one_step_of_tanh_worked_out_by_hand():
    h, *leaves = one_step("tanh")
    n = math.tanh(1.0)
    assert h.item() == pytest.approx(n, abs=1e-15)
    h.backward()
    d_n = 1 - n * n
    expected = [d_n * X, d_n * H, d_n, d_n, d_n * W, d_n * R]
    assert [leaf.grad.item() for leaf in leaves] == pytest.approx(expected, abs=1e-15)


def test_one_step_of_relu_worked_out_by_hand():
    h, *leaves = one_step("relu")
    assert h.item() == pytest.approx(1.0, abs=1e-15)
    h.backward()
    assert [leaf.grad.item() for leaf in leaves] == [X, H, 1.0, 1.0, W, R]


def test_a_relu_below_zero_gives_nothing_and_lets_nothing_back():
    h, *leaves = one_step("relu", x=-2.0)  # a + u = −1
    assert h.item() == 0
    h.backward()
    assert [leaf.grad.item() for leaf in leaves] == [0.0] * 6


@pytest.mark.parametrize("lengths", [[1], [4], [4, 1, 6]], ids=str)
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_agrees_with_torch_nn_rnn_in_value_and_gradient(lengths, nonlinearity):
    made = example(Elman(nonlinearity), lengths)
    layer = torch.nn.RNN(3, 4, nonlinearity=nonlinearity, dtype=torch.float64)
    assert_same(
        measured(made.on(), made.leaves), measured(by_torch(made, layer), made.leaves)
    )


def test_an_unknown_nonlinearity_is_refused():
    with pytest.raises(SettingError) as refusal:
        Elman(nonlinearity="sin")
    assert str(refusal.value) == (
        'an elman cell with nonlinearity "sin".\n'
        "  expected: one of tanh, relu\n"
        "  to fix:   choose one of them\n"
        "  code:     setting"
    )


def test_a_cell_without_late_blocks_has_no_operand():
    nothing = torch.zeros(1, 1)
    with pytest.raises(NotImplementedError, match="Elman has no late blocks"):
        Elman().operand(a=nothing, u=nothing, state=(nothing,))
    with pytest.raises(NotImplementedError, match="Elman has no late blocks"):
        Elman().operand_back(grad=nothing, kept=())
