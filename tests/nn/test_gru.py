"""nn.GRU: the option of its own, where the reset gate acts."""

import pytest
import torch

from tests.harness import normal
from unrolled import nn
from unrolled.cells import gru
from unrolled.engine import run
from unrolled.errors import SettingError
from unrolled.nn.drop_in import weights_of
from unrolled.ragged import Ragged


def test_the_layer_resets_after_the_product_like_torch_unless_told_otherwise():
    assert nn.GRU(3, 4).cell == gru.GRU(reset="after")
    assert nn.GRU(3, 4, reset="before").cell == gru.GRU(reset="before")


def test_resetting_before_has_the_same_weights_and_other_answers():
    made = []
    for reset in ("after", "before"):
        torch.manual_seed(0)
        made.append(nn.GRU(3, 4, num_layers=2, bidirectional=True, reset=reset))
    after, before = made
    assert after.state_dict().keys() == before.state_dict().keys()
    assert torch.equal(after.weight_hh_l1_reverse, before.weight_hh_l1_reverse)
    x = torch.randn(5, 2, 3)
    assert not torch.allclose(after(x)[0], before(x)[0])
    assert repr(after) == "GRU(3, 4, num_layers=2, bidirectional=True)"
    assert repr(before) == "GRU(3, 4, num_layers=2, bidirectional=True, reset=before)"


def test_resetting_before_is_the_engines_cell_with_the_layers_weights():
    layer = nn.GRU(3, 4, dtype=torch.float64, reset="before")
    x = Ragged(normal(11, 3, seed=1), torch.tensor([4, 1, 6]))
    output, h = layer(x)
    ((weights,),) = weights_of(layer)
    expected = run(gru.GRU(reset="before"), weights, x)
    assert torch.equal(output.values, expected.output.values)
    assert torch.equal(h[0], expected.state[0])


def test_an_unknown_reset_is_refused():
    with pytest.raises(SettingError, match='a gru cell with reset "never"'):
        nn.GRU(3, 4, reset="never")


def test_a_projection_meets_torchs_error():
    with pytest.raises(ValueError, match="proj_size argument is only supported"):
        nn.GRU(3, 4, proj_size=2)
    with pytest.raises(TypeError, match="unexpected keyword argument 'resett'"):
        nn.GRU(3, 4, resett="before")
