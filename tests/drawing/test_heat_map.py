"""Heat-maps: the right color at the right place, and alike units together."""

import io
import re
from base64 import b64decode
from itertools import pairwise

import numpy as np
import pytest
import torch

from unrolled.drawing.heat_map import alike_together, heat_map, pixels
from unrolled.drawing.style import GATE, MINUS, PLUS

image = pytest.importorskip("PIL.Image", reason="pillow is not installed")


def _colors(drawn: str) -> np.ndarray:
    """(rows, columns, 4) of the picture inside."""
    [data] = re.findall(r'href="data:image/png;base64,([^"]*)"', drawn)
    with image.open(io.BytesIO(b64decode(data))) as found:
        return np.array(found.convert("RGBA"))


def test_sign_is_the_hue_and_magnitude_the_opacity():
    values = torch.tensor([[1.0, 0.0, -1.0], [0.5, -0.5, 7.0]])
    found = _colors(heat_map(values, size=(30, 20), label="h"))
    assert found.shape == (2, 3, 4)
    assert tuple(found[0, 0]) == (*PLUS, 255)
    assert found[0, 1, 3] == 0
    assert tuple(found[0, 2]) == (*MINUS, 255)
    assert tuple(found[1, 2]) == (*PLUS, 255)  # beyond the largest: as strong as it
    assert found[1, 0, 3] == found[1, 1, 3] == pytest.approx(255 / 2, abs=2)
    assert tuple(found[1, 1, :3]) == MINUS


def test_numbers_can_be_read_back_from_the_pixels():
    values = torch.linspace(-3, 3, 61)[None]
    found = _colors(heat_map(values, size=(61, 9), label="c", largest=3.0))[0]
    sign = np.where(found[:, 2] > found[:, 0], -1, 1)
    back = sign * np.round(found[:, 3] / 255 * 127) / 127 * 3.0
    assert np.abs(back - values[0].numpy()).max() <= 3 / 254 + 1e-6


def test_shares_go_from_clear_to_full():
    values = torch.tensor([[0.0, 0.25, 1.0]])
    found = _colors(heat_map(values, size=(3, 1), label="f", ramp="share"))[0]
    assert found[:, 3].tolist() == [0, 64, 255]
    assert tuple(found[2, :3]) == GATE


def test_what_is_no_number_is_drawn_as_nothing():
    odd = torch.tensor([[float("nan"), float("inf"), -float("inf")]])
    assert pixels(odd, ramp="signed", largest=1.0).tolist() == [[127, 254, 0]]


def test_the_sentence_is_escaped_and_the_bound_told():
    drawn = heat_map(torch.zeros(1, 1), size=(1, 1), label='"<b>', largest=2.5)
    assert 'aria-label="&quot;&lt;b&gt;"' in drawn
    assert 'data-largest="2.5"' in drawn


def test_units_that_move_alike_stand_together():
    time = torch.linspace(0, 6, 40)
    kinds = [time.sin(), (time + 2).sin(), -time.sin()]
    scales = torch.linspace(0.2, 1, 12)
    values = torch.stack([kinds[n % 3] * scales[n] for n in range(12)], dim=1)
    order = alike_together(values)
    assert sorted(order) == list(range(12))
    seen = [unit % 3 for unit in order]
    changes = sum(a != b for a, b in pairwise(seen))
    assert changes == 2  # three kinds, each in one piece


@pytest.mark.parametrize("shape", [(0, 4), (1, 4), (5, 1), (5, 2)])
def test_few_numbers_keep_their_order(shape):
    assert alike_together(torch.zeros(shape)) == list(range(shape[1]))


def test_an_order_is_found_where_all_is_zero_or_no_number():
    assert sorted(alike_together(torch.zeros(6, 5))) == list(range(5))
    assert sorted(alike_together(torch.full((6, 5), torch.nan))) == list(range(5))
