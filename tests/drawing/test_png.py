"""Pictures in the text of a page, read back by others."""

import io
from base64 import b64decode

import numpy as np
import pytest
import torch

from unrolled.drawing.png import palette_png_uri, png_uri

image = pytest.importorskip("PIL.Image", reason="pillow is not installed")


@pytest.mark.parametrize(
    ("channels", "mode"), [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")]
)
def test_a_picture_is_written_as_png_and_read_back_by_others(channels, mode):
    pixels = torch.randint(0, 256, (channels, 5, 7)).byte()
    head, _, data = png_uri(pixels).partition(",")
    with image.open(io.BytesIO(b64decode(data))) as found:
        assert found.mode == mode
        back = torch.from_numpy(np.array(found)).view(5, 7, channels)
    assert head == "data:image/png;base64"
    assert torch.equal(back.permute(2, 0, 1), pixels)


def test_the_smallest_picture_is_one_pixel():
    _, _, data = png_uri(torch.tensor([[[200]]]).byte()).partition(",")
    with image.open(io.BytesIO(b64decode(data))) as found:
        assert found.size == (1, 1)
        assert found.getpixel((0, 0)) == 200


def test_pixels_of_a_palette_are_read_back_by_others():
    colors = torch.randint(0, 256, (200, 4)).byte()
    indices = torch.randint(0, 200, (5, 7)).byte()
    _, _, data = palette_png_uri(indices, colors).partition(",")
    with image.open(io.BytesIO(b64decode(data))) as found:
        back = torch.from_numpy(np.array(found.convert("RGBA")))
    assert torch.equal(back, colors[indices.long()])
