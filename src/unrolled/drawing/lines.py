"""Numbers along the steps of an axis: lines, bars, and the ribbon of a gradient.

    lines     several shares or values over time, such as how a verdict forms
    ribbon    norms on a log axis, with the floor under which a gradient counts as gone
    bars      signed numbers around a zero line

Each is the inside of a lane (drawing/axis.py), whose columns are the axis' steps.
"""

from collections.abc import Sequence
from math import log10
from typing import NamedTuple

from unrolled.drawing.axis import Axis
from unrolled.drawing.frame import svg, text

STROKES = [
    ("plus", ""),
    ("minus", "6 3"),
    ("gate", "2 3"),
    ("ink", "8 3 2 3"),
    ("faint", "1 3"),
]
"""Color and dashes of the first, second, ... line: none is told by color alone."""
DOTTED = 10
"""Pixels of a column from which on a line has a dot at every step."""


class Line(NamedTuple):
    """One name and its numbers, one for each step."""

    name: str
    values: Sequence[float]


def lines(
    axis: Axis,
    drawn: Sequence[Line],
    *,
    label: str,
    low: float = 0.0,
    high: float = 1.0,
    height: float = 120,
) -> str:
    """At most five lines between `low` and `high`; where there is room, with dots."""
    span = (high - low) or 1.0
    rules = "".join(
        f'<path d="M0 {y:g}H{axis.width:g}" style="stroke:var(--rule)"/>'
        for y in (4, height / 2, height - 4)
    )
    content = ""
    for line, (color, dashes) in reversed(list(zip(drawn, STROKES, strict=False))):
        points = [
            (
                (at + 0.5) * axis.column,
                4 + (height - 8) * (1 - min(max((value - low) / span, 0), 1)),
            )
            for at, value in enumerate(line.values)
        ]
        content += _stroke(points, color, dashes, dots=axis.column >= DOTTED)
    return svg(rules + content, width=axis.width, height=height, label=label)


def _stroke(
    points: Sequence[tuple[float, float]], color: str, dashes: str, *, dots: bool
) -> str:
    way = " ".join(f"{x:g},{y:.1f}" for x, y in points)
    each = "".join(f"M{x:g} {y:.1f}h0" for x, y in points) if dots else ""
    return (
        f'<g fill="none" style="stroke:var(--{color})" stroke-linecap="round">'
        f'<polyline points="{way}" stroke-width="2" stroke-dasharray="{dashes}"/>'
        f'<path d="{each}" stroke-width="5"/></g>'
    )


def keys(names: Sequence[str]) -> str:
    """The names of the lines with their strokes, for beside them; HTML."""
    rows = [
        f'<span class="key"><svg aria-hidden="true" width="22" height="8">'
        f'<path d="M1 4H21" stroke-width="2" stroke-dasharray="{dashes}" '
        f'style="stroke:var(--{color})"/></svg>{text(name)}</span>'
        for name, (color, dashes) in zip(names, STROKES, strict=False)
    ]
    return "".join(rows)


def ribbon(
    axis: Axis,
    norms: Sequence[float],
    *,
    floor: float,
    label: str,
    height: float = 84,
    handed: Sequence[float] = (),
) -> str:
    """Norms as a ribbon on a log axis that ends three powers of ten under the floor.

    `handed` is a second, dashed line over the same steps; zeros are left out.
    """
    low, high = bounds([*norms, *handed], floor)
    span = log10(high) - log10(low)

    def y(value: float) -> float:
        share = (log10(max(value, low)) - log10(low)) / span if span else 1.0
        return 2 + (height - 4) * (1 - share)

    there = [at for at, value in enumerate(norms) if value > 0] or [0]
    first, last = there[0], there[-1] + 1  # behind the score there is no gradient
    points = [((at + 0.5) * axis.column, y(norms[at])) for at in range(first, last)]
    left, right = first * axis.column, last * axis.column
    points = [(left, points[0][1]), *points, (right, points[-1][1])]
    way = " ".join(f"{x:g},{place:.1f}" for x, place in points)
    gone = y(floor)
    back = [((at + 0.5) * axis.column, y(n)) for at, n in enumerate(handed) if n]
    content = (
        f'<rect y="{gone:.1f}" width="{axis.width:g}" height="{height - gone:.1f}" '
        'style="fill:var(--rule)" opacity=".55"/>'
        f'<polygon points="{left:g},{height:g} {way} {right:g},{height:g}" '
        'style="fill:var(--accent)" opacity=".22"/>'
        f'<polyline points="{way}" fill="none" stroke-width="2" '
        'style="stroke:var(--accent)"/>'
        f"{_dashed(back)}"
        f'<path d="M0 {gone:.1f}H{axis.width:g}" stroke-dasharray="4 3" '
        'style="stroke:var(--warn)"/>'
    )
    return svg(content, width=axis.width, height=height, label=label)


def _dashed(points: Sequence[tuple[float, float]]) -> str:
    if not points:
        return ""
    way = "L".join(f"{x:g} {place:.1f}" for x, place in points)
    return (
        f'<path d="M{way}" fill="none" stroke-width="2" stroke-dasharray="6 3" '
        'style="stroke:var(--plus)"/>'
    )


def bounds(norms: Sequence[float], floor: float) -> tuple[float, float]:
    """The lowest and the highest of the log axis: whole powers of ten."""
    high = max([*norms, floor * 10, 1e-30])
    low = min([one for one in norms if one > 0] + [floor])
    lowest = max(low, floor / 1000)
    return 10.0 ** _down(log10(lowest)), 10.0 ** -_down(-log10(high))


def _down(value: float) -> int:
    return int(value // 1)


def bars(axis: Axis, values: Sequence[float], *, label: str, height: float = 72) -> str:
    """Signed numbers: warm above the middle, cool below it."""
    largest = max((abs(value) for value in values), default=0) or 1.0
    middle, gap = height / 2, min(axis.column * 0.15, 6)
    ways = {"plus": "", "minus": ""}
    for at, value in enumerate(values):
        tall = abs(value) / largest * (middle - 2)
        top = middle - tall if value > 0 else middle
        way = f"M{at * axis.column + gap:g} {top:.1f}h{axis.column - 2 * gap:g}"
        way += f"v{tall:.1f}h{2 * gap - axis.column:g}z"
        ways["plus" if value > 0 else "minus"] += way
    drawn = "".join(
        f'<path d="{way}" style="fill:var(--{color})"/>' for color, way in ways.items()
    )
    zero = f'<path d="M0 {middle:g}H{axis.width:g}" style="stroke:var(--faint)"/>'
    return svg(drawn + zero, width=axis.width, height=height, label=label)
