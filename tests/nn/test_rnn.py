"""nn.RNN: the option of its own, the nonlinearity."""

import pytest
import torch

from unrolled import nn
from unrolled.cells.elman import Elman


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_the_layer_carries_the_cell_of_its_nonlinearity(nonlinearity):
    layer = nn.RNN(3, 4, nonlinearity=nonlinearity)
    assert layer.cell == Elman(nonlinearity=nonlinearity)
    output, h = layer(torch.randn(50, 2, 3))
    assert (output.min() >= 0) == (nonlinearity == "relu")
    assert torch.equal(h[0], output[-1])


def test_the_nonlinearity_is_the_fourth_argument_as_in_torch():
    assert nn.RNN(3, 4, 1, "relu").cell == Elman(nonlinearity="relu")


def test_an_unknown_nonlinearity_meets_torchs_error():
    with pytest.raises(ValueError, match="Unknown nonlinearity 'sin'"):
        nn.RNN(3, 4, nonlinearity="sin")
