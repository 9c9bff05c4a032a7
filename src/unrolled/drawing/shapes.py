"""Words, lines and boxes of a picture, in the colors of drawing/style.py by name.

    words((40, 20), "Il est", color="faint")      text, escaped
    line((0, 0), (10, 0))   curve(points)         strokes
    box((0, 0), 30, 12, fill="plus")   dot(...)   shapes
    width_of("Il est", 12)                        how wide it will be, nearly

Places are (x, y) in pixels, y downward. A color is the name of a property of the style,
so that light and dark need one picture.
"""

from collections.abc import Iterable, Sequence
from unicodedata import combining, east_asian_width

from unrolled.drawing.frame import text

Point = tuple[float, float]

_NARROW = frozenset("iljtfrI.,:;!|'()[]/ ")
_WIDE = frozenset("mwMW@%…—")


def words(
    at: Point,
    said: str,
    *,
    size: float = 12,
    anchor: str = "start",
    color: str = "ink",
    bold: bool = False,
) -> str:
    """One line of text; `anchor` is start, middle or end."""
    place = f'x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:g}"'
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    heavy = ' font-weight="600"' if bold else ""
    return f'<text {place}{side}{heavy} style="fill:var(--{color})">{text(said)}</text>'


def line(
    a: Point, b: Point, *, color: str = "rule", width: float = 1, dashes: str = ""
) -> str:
    """From `a` to `b`; `dashes` as SVG writes them: "3 4"."""
    ends = f'x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}"'
    return f"<line {ends} {_stroke(color, width, dashes)}/>"


def curve(
    points: Iterable[Point], *, color: str = "ink", width: float = 1.5, dashes: str = ""
) -> str:
    """Straight from point to point."""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    stroke = _stroke(color, width, dashes)
    return f'<polyline points="{places}" fill="none" {stroke}/>'


def bow(
    a: Point, b: Point, *, color: str = "rule", width: float = 1, dashes: str = ""
) -> str:
    """From `a` to `b`, leaving and arriving level."""
    middle = (a[0] + b[0]) / 2
    way = f"M{a[0]:.1f} {a[1]:.1f}C{middle:.1f} {a[1]:.1f} {middle:.1f} {b[1]:.1f}"
    stroke = _stroke(color, width, dashes)
    return f'<path d="{way} {b[0]:.1f} {b[1]:.1f}" fill="none" {stroke}/>'


def box(
    at: Point,
    wide: float,
    high: float,
    *,
    fill: str = "panel",
    opacity: float = 1,
    edge: str = "",
    dashes: str = "",
) -> str:
    """With its upper left corner at `at`, a little rounded; `edge` is a color too."""
    size = f'x="{at[0]:.1f}" y="{at[1]:.1f}" width="{wide:.1f}" height="{high:.1f}"'
    thin = "" if opacity == 1 else f' fill-opacity="{opacity:.2f}"'
    around = f" {_stroke(edge, 1, dashes)}" if edge else ""
    return (
        f'<rect {size} rx="{min(4, high / 3):.1f}" fill="var(--{fill})"{thin}{around}/>'
    )


def dot(at: Point, radius: float, *, color: str = "ink", edge: str = "") -> str:
    """A filled circle."""
    around = f" {_stroke(edge, 1.5, '')}" if edge else ""
    place = f'cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}"'
    return f'<circle {place} fill="var(--{color})"{around}/>'


def width_of(said: str, size: float = 12) -> float:
    """Pixels that a line of text takes in a common font, within about a tenth."""
    return size * sum(map(_share, said))


def shortened(said: str, most: int) -> str:
    """At most so many letters, cut letters told by an ellipsis."""
    return said if len(said) <= most else f"{said[: most - 1]}…"


def listed(said: Sequence[str], *, most: int = 4) -> str:
    """Such as "a", "a and b", "a, b and c"; beyond `most` the rest as a number."""
    shown = list(said[:most])
    if len(said) > most:
        shown.append(f"{len(said) - most:,} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)


def _stroke(color: str, width: float, dashes: str) -> str:
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'stroke="var(--{color})" stroke-width="{width:g}"{broken}'


def _share(letter: str) -> float:
    """Of the font size."""
    if combining(letter):
        return 0.0
    if east_asian_width(letter) in "WF":
        return 1.05
    if letter in _NARROW:
        return 0.34
    if letter in _WIDE:
        return 0.9
    return 0.68 if letter.isupper() else 0.57
