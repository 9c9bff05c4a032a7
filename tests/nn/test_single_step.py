"""RNNCell, GRUCell and LSTMCell beside torch.nn's; torch's samples cover the rest."""

from typing import Any

import pytest
import torch
from torch import Tensor

from tests.harness import assert_same, measured, normal
from unrolled import nn

BY_KIND = pytest.mark.parametrize("kind", ["RNNCell", "GRUCell", "LSTMCell"])


def pair(kind: str, **options: Any) -> list[torch.nn.RNNCellBase]:
    """Torch's cell and ours of 3 inputs and 4 units, made from one seed."""
    made = []
    for home in (torch.nn, nn):
        torch.manual_seed(0)
        made.append(getattr(home, kind)(3, 4, **options, dtype=torch.float64))
    return made


def compared(cell: torch.nn.RNNCellBase, x: Tensor, states: Any) -> dict[str, Tensor]:
    after, leaves = cell(x, states), {"x": x, **dict(cell.named_parameters())}
    if isinstance(cell, torch.nn.LSTMCell):
        outputs = dict(zip("hc", after, strict=True))
        leaves |= dict(zip(("h0", "c0"), states or (), strict=False))
    else:
        outputs = {"h": after}
        leaves |= {} if states is None else {"h0": states}
    return measured(outputs, leaves)


@BY_KIND
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("rows", [(2,), (), (0,)], ids=str)
@pytest.mark.parametrize("begun", [True, False])
def test_a_step_agrees_in_value_and_gradient(kind, bias, rows, begun):
    x = normal(*rows, 3, seed=1).requires_grad_()
    h, c = (normal(*rows, 4, seed=seed).requires_grad_() for seed in (2, 3))
    states = (h, c) if kind == "LSTMCell" else h
    theirs, ours = pair(kind, bias=bias)
    given = (x, states if begun else None)
    assert_same(compared(ours, *given), compared(theirs, *given))


@BY_KIND
def test_steps_in_a_row_are_the_layer(kind):
    _, cell = pair(kind)
    torch.manual_seed(0)
    layer = getattr(nn, kind.removesuffix("Cell"))(3, 4, dtype=torch.float64)
    for name, parameter in layer.named_parameters():
        parameter.data = cell.get_parameter(name.removesuffix("_l0")).data
    x, state = normal(5, 2, 3, seed=1), None
    for moment in x:
        state = cell(moment, state)
    _, last = layer(x)
    torch.testing.assert_close(
        torch.stack(state if kind == "LSTMCell" else (state,)),
        torch.cat(last if kind == "LSTMCell" else (last,)),
    )


def test_an_unknown_nonlinearity_meets_torchs_error_at_the_first_step():
    layers = [home.RNNCell(3, 4, nonlinearity="sin") for home in (torch.nn, nn)]
    for layer in layers:
        with pytest.raises(RuntimeError, match="Unknown nonlinearity: sin"):
            layer(torch.zeros(3))


@BY_KIND
@pytest.mark.parametrize("shape", [(), (2, 2, 3), (2, 5)], ids=str)
def test_an_input_that_does_not_fit_meets_torchs_error(kind, shape):
    raised = []
    for layer in pair(kind):
        with pytest.raises(Exception) as refusal:
            layer(torch.zeros(shape).double())
        raised.append((refusal.type, str(refusal.value)))
    assert raised[0] == raised[1]
