"""An SVG file as pixels: a PNG for documents that take no SVG.

Words are drawn with a font of this machine: the first of FAMILIES that is there, and
letters that it lacks with any other font. Where none is there, words would be missing
from the picture, so there is an error in place of it.

It is drawn by resvg, through the package resvg-py of the extra `pictures`.
"""

from typing import Any

from unrolled.errors import MissingExtraError, OutputError

FAMILIES = (
    "Noto Sans",
    "DejaVu Sans",
    "Segoe UI",
    "Helvetica Neue",
    "Arial",
    "Liberation Sans",
    "Roboto",
    "Ubuntu",
    "Cantarell",
    "FreeSans",
)
_WORD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    '<text y="15" font-size="14" font-family="sans-serif">word</text></svg>'
)
_NO_FAMILY = "a family that no machine has"
_NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"></svg>'


def rasterized(svg: str, *, zoom: float = 2.0) -> bytes:
    """A PNG file of an SVG file, with `zoom` pixels for each of its pixels.

    Raises MissingExtraError, and OutputError where there is no font for its words.
    """
    package = _resvg()
    family = _family(package)
    return package.svg_to_bytes(
        svg_string=svg, zoom=zoom, background="white", sans_serif_family=family
    )


def _resvg() -> Any:
    try:
        import resvg_py
    except ImportError:
        raise MissingExtraError(
            package="resvg-py", extra="pictures", purpose="drawing a PNG"
        ) from None
    return resvg_py


def _family(package: Any) -> str:
    """The first family that is there; where none is, what words appear in anyway."""

    def drawn(svg: str, family: str) -> bytes:
        return package.svg_to_bytes(svg_string=svg, sans_serif_family=family)

    # A family that is not there is drawn in another font, or not at all.
    missing = drawn(_WORD, _NO_FAMILY)
    for family in FAMILIES:
        if drawn(_WORD, family) != missing:
            return family
    if missing != drawn(_NOTHING, _NO_FAMILY):
        return _NO_FAMILY
    raise OutputError(
        found="this machine has no font, so a PNG would have no words.",
        expected=f"one of the fonts {', '.join(FAMILIES)}",
        fix="install one of them, such as DejaVu Sans, or write an SVG file",
    )
