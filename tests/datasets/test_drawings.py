"""Drawings of a font: on white, of the size that was asked for."""

import io
import sys

import pytest
from PIL import Image, ImageFont, features

from unrolled.datasets._drawings import Drawings
from unrolled.errors import DatasetError, MissingExtraError


@pytest.fixture
def font() -> bytes:
    """The font that pillow brings along, which has letters and no emoji."""
    return ImageFont.load_default(10).font_bytes


@pytest.fixture(autouse=True)
def joins(monkeypatch: pytest.MonkeyPatch) -> None:
    """FriBidi is a library of the system, and not asked for here."""
    monkeypatch.setattr(features, "check", lambda _: True)


def test_a_drawing_is_dark_on_white(font: bytes):
    made = Image.open(io.BytesIO(Drawings(font).png("M", 32)))
    assert (made.format, made.mode, made.size) == ("PNG", "RGB", (32, 32))
    darkest, lightest = made.convert("L").getextrema()
    assert darkest < 100
    assert lightest == 255


def test_a_drawing_is_the_same_again(font: bytes):
    assert Drawings(font).png("g", 16) == Drawings(font).png("g", 16)
    assert Drawings(font).png("g", 16) != Drawings(font).png("h", 16)


def test_what_is_drawn_as_several_is_not_in_the_font(font: bytes):
    drawings = Drawings(font)
    assert "\N{GRINNING FACE}" in drawings
    assert "\N{GRINNING FACE}" * 2 not in drawings


def test_without_the_library_that_joins_emoji_nothing_is_drawn(font, monkeypatch):
    monkeypatch.setattr(features, "check", lambda name: name != "raqm")
    with pytest.raises(DatasetError) as refused:
        Drawings(font)
    assert str(refused.value) == (
        "pillow cannot join emoji here: it does not find FriBidi.\n"
        "  expected: the library FriBidi, to draw a farmer and not a person and a sheaf"
        " of rice\n"
        "  to fix:   install it: apt-get install libfribidi0, or brew install fribidi\n"
        "  code:     dataset"
    )


def test_without_pillow_the_extra_is_named(font, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtraError) as refused:
        Drawings(font)
    assert str(refused.value) == (
        'drawing pictures needs the package "pillow", which is not installed.\n'
        '  expected: the extra "image" of unrolled\n'
        '  to fix:   pip install "unrolled[image]"\n'
        "  code:     missing-extra"
    )
