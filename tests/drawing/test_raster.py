"""SVG files as pixels: words appear, and what is missing is said."""

import builtins
import io

import numpy as np
import pytest

from unrolled.drawing import raster
from unrolled.errors import MissingExtraError, OutputError

SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20">'
    '<rect x="10" width="10" height="10" fill="#ff0000"/></svg>'
)


def pixels(png: bytes) -> np.ndarray:
    image = pytest.importorskip("PIL.Image", reason="pillow is not installed")
    with image.open(io.BytesIO(png)) as found:
        return np.array(found.convert("RGBA"))


def test_each_pixel_of_the_drawing_becomes_two_by_two():
    pytest.importorskip("resvg_py", reason="resvg-py is not installed")
    found = pixels(raster.rasterized(SQUARE))
    assert found.shape == (40, 60, 4)
    assert found[5, 25].tolist() == [255, 0, 0, 255]
    assert found[30, 30].tolist() == [255, 255, 255, 255]  # the paper is white
    assert pixels(raster.rasterized(SQUARE, zoom=1)).shape == (20, 30, 4)


def test_words_appear():
    pytest.importorskip("resvg_py", reason="resvg-py is not installed")
    word = raster._WORD.replace("word", "")
    assert (pixels(raster.rasterized(word)) == 255).all()
    assert (pixels(raster.rasterized(raster._WORD)) < 128).any()


class Fonts:
    """Stands in for the package, on a machine with these fonts."""

    def __init__(self, *families: str, other: bool = True) -> None:
        self.families, self.other = families, other

    def svg_to_bytes(self, *, svg_string: str, sans_serif_family: str) -> bytes:
        if "word" not in svg_string:
            return b""
        if sans_serif_family in self.families:
            return sans_serif_family.encode()
        return b"another font" if self.other else b""


def test_the_first_family_that_is_there_is_taken():
    assert raster._family(Fonts("Arial", "DejaVu Sans")) == "DejaVu Sans"
    assert raster._family(Fonts("Arial", other=False)) == "Arial"


def test_without_these_families_any_other_font_does():
    assert raster._family(Fonts()) not in raster.FAMILIES


def test_without_any_font_there_is_no_picture_without_words():
    with pytest.raises(OutputError) as refused:
        raster._family(Fonts(other=False))
    assert str(refused.value) == (
        "this machine has no font, so a PNG would have no words.\n"
        "  expected: one of the fonts Noto Sans, DejaVu Sans, Segoe UI, Helvetica Neue,"
        " Arial, Liberation Sans, Roboto, Ubuntu, Cantarell, FreeSans\n"
        "  to fix:   install one of them, such as DejaVu Sans, or write an SVG file\n"
        "  code:     output"
    )


def test_without_the_package_the_extra_is_named(monkeypatch):
    load = builtins.__import__

    def refusing(name, *rest, **more):
        if name == "resvg_py":
            raise ImportError(name)
        return load(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(MissingExtraError) as refused:
        raster.rasterized(SQUARE)
    assert str(refused.value) == (
        'drawing a PNG needs the package "resvg-py", which is not installed.\n'
        '  expected: the extra "pictures" of unrolled\n'
        '  to fix:   pip install "unrolled[pictures]"\n'
        "  code:     missing-extra"
    )
