"""Words can be read in both schemes: WCAG 2.2, success criterion 1.4.3."""

import pytest

from unrolled.drawing.style import COLORS, DARK, LIGHT, Scheme


def _luminance(color: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1():
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    "name", ["ink", "faint", "accent", "plus", "minus", "gate", "warn"]
)
def test_words_stand_out_from_what_is_behind_them(scheme: Scheme, name: str):
    color = getattr(scheme, name)
    assert _contrast(color, scheme.page) >= 4.5
    assert _contrast(color, scheme.panel) >= 4.5


def test_both_schemes_give_every_color():
    for name, value in [*LIGHT._asdict().items(), *DARK._asdict().items()]:
        assert f"--{name}: {value};" in COLORS
