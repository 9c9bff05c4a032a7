"""nn.LSTM: the option of its own, peepholes, and what projection does to the states."""

from copy import deepcopy

import pytest
import torch

from tests.harness import normal
from unrolled import nn
from unrolled.cells import lstm
from unrolled.engine import run
from unrolled.nn.drop_in import weights_of
from unrolled.ragged import Ragged

PLACES = ("_l0", "_l0_reverse", "_l1", "_l1_reverse")


def peeping() -> nn.LSTM:
    torch.manual_seed(0)
    options = {"num_layers": 2, "bidirectional": True, "dtype": torch.float64}
    return nn.LSTM(3, 4, **options, peepholes=True)


def test_peepholes_add_weights_of_their_own_and_change_none_of_torchs():
    torch.manual_seed(0)
    options = {"num_layers": 2, "bidirectional": True, "dtype": torch.float64}
    theirs, ours = torch.nn.LSTM(3, 4, **options).state_dict(), peeping().state_dict()
    added = [name for name in ours if name not in theirs]
    assert added == [f"weight_cell{place}" for place in PLACES]
    for name in theirs:
        assert torch.equal(ours[name], theirs[name])
    for name in added:
        assert ours[name].shape == (3, 4)
        assert ours[name].abs().max() <= 0.5  # 1 / √hidden
        assert len(ours[name].unique()) == 12


def test_peepholes_are_the_engines_cell_with_the_layers_weights():
    torch.manual_seed(0)
    layer = nn.LSTM(3, 4, dtype=torch.float64, peepholes=True)
    x = Ragged(normal(11, 3, seed=1), torch.tensor([4, 1, 6]))
    output, (h, c) = layer(x)
    ((weights,),) = weights_of(layer)
    expected = run(lstm.LSTM(peepholes=True), weights, x)
    assert torch.equal(output.values, expected.output.values)
    assert torch.equal(h[0], expected.state[0])
    assert torch.equal(c[0], expected.state[1])


def test_every_peephole_learns():
    layer = peeping()
    output, _ = layer(normal(5, 2, 3, seed=1))
    output.square().sum().backward()
    for place in PLACES:
        gradient = layer.get_parameter(f"weight_cell{place}").grad
        assert gradient.abs().min() > 0, place


def test_peepholes_of_zero_are_none():
    layer, torchs = peeping(), torch.nn.LSTM(3, 4, 2, bidirectional=True).double()
    for place in PLACES:
        torch.nn.init.zeros_(layer.get_parameter(f"weight_cell{place}"))
    layer.load_state_dict(torchs.state_dict(), strict=False)
    x = normal(5, 2, 3, seed=1)
    torch.testing.assert_close(layer(x)[0], torchs(x)[0])


def test_peepholes_follow_the_module_and_show_in_its_text():
    layer = peeping()
    assert repr(layer) == "LSTM(3, 4, num_layers=2, bidirectional=True, peepholes=True)"
    assert repr(nn.LSTM(3, 4)) == "LSTM(3, 4)"
    twin = deepcopy(layer).float()
    assert twin.weight_cell_l1.dtype == torch.float32
    layer.reset_parameters()
    assert not torch.equal(twin.weight_cell_l1, layer.weight_cell_l1.float())


def test_a_state_dict_without_peepholes_is_refused_by_a_layer_with_them():
    torchs = torch.nn.LSTM(3, 4, 2, bidirectional=True).double()
    with pytest.raises(RuntimeError, match="weight_cell_l0_reverse"):
        peeping().load_state_dict(torchs.state_dict())


def test_peepholes_and_a_projection_go_together():
    layer = nn.LSTM(3, 4, proj_size=2, peepholes=True)
    output, (h, c) = layer(torch.randn(5, 7, 3))
    assert (output.shape, h.shape, c.shape) == ((5, 7, 2), (1, 7, 2), (1, 7, 4))
