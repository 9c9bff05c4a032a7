"""Training in bfloat16: other weights than in float32, the same on any threads."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

import unrolled
from tests.harness import needs_native
from tests.training.made_up import texts, write
from unrolled.engine import half
from unrolled.settings import Value

pytestmark = [
    needs_native,
    pytest.mark.skipif(
        not half.is_quick(), reason="this processor has no instructions for bfloat16"
    ),
]


def weights(path: Path, **settings: Value) -> dict[str, Tensor]:
    given = {f"training.{name}": value for name, value in settings.items()}
    small = {"training.epochs": 2, "model.hidden": 32, "text.start": "random"}
    model = unrolled.train("classify", path, settings=small | given)
    return model.network.state_dict()


def test_bfloat16_is_trained_where_it_is_asked_for(tmp_path):
    path = write(tmp_path / "rows.csv", texts(60))
    plain = weights(path)
    halved = weights(path, precision="bfloat16", threads=1)
    again = weights(path, precision="bfloat16", threads=2)
    name = "stack.weight_ih_l0"
    assert halved[name].dtype == torch.float32
    gap = (halved[name] - plain[name]).abs().max()
    assert 0 < float(gap) < 0.1
    assert all(torch.equal(again[key], halved[key]) for key in halved)
