"""One row of the unrolled picture, with columns as wide as those of the lanes below.

            ŷ₁     ŷ₂     ŷ₃
            ▲      ▲      ▲
    0 ──►[lstm]─►[lstm]─►[lstm]─► ...      a row that goes on has an arrow into the next
            ▲W     ▲W     ▲W
            x₁     x₂     x₃

W and R are the same numbers in every copy. A layer that runs from the end has its zero
state at the end of the last row, and stands to the right below the one that runs from
the start: both read the same.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from unrolled.drawing.axis import Axis
from unrolled.drawing.shapes import Point, box, line, words

TALL, AGAIN, GAP, ASIDE = 26.0, 36.0, 26.0, 21.0
"""Of a block; down to one beside it; between levels; from the middle of a column."""
OUT, IN = 44.0, 42.0
"""Heights for what comes out and for what goes in."""
NARROWEST, NARROWEST_OF_TWO = 46.0, 94.0


class Block(NamedTuple):
    """A layer in one direction."""

    cell: str
    reverse: bool


class _Place(NamedTuple):
    """A block in a column."""

    block: Block
    aside: float
    """Of its middle from that of the column."""
    y: float
    reads: float
    """The height of the line from which it reads."""
    gives: float


def narrowest(levels: Sequence[Sequence[Block]]) -> float:
    """Pixels that a column needs."""
    two = any(len(level) > 1 for level in levels)
    return NARROWEST_OF_TWO if two else NARROWEST


def net_row(
    axis: Axis,
    levels: Sequence[Sequence[Block]],
    *,
    above: Sequence[str],
    left: float,
    begins: bool,
    ends: bool,
) -> tuple[str, float]:
    """The shapes, and how high they are; the first column begins at `left`.

    `begins` and `ends` say whether these are the first and the last steps.
    """
    top = OUT if any(above) else 8.0
    places, floor = _places(levels, top)
    half = 17.0 if narrowest(levels) > NARROWEST else min(axis.column - 20, 60) / 2
    middles = [left + (at + 0.5) * axis.column for at in range(len(axis.steps))]
    made = [_along(one, middles, half, (begins, ends)) for one in places]
    for x, step, out in zip(middles, axis.steps, above, strict=True):
        made += [_block(one, x, half) for one in places]
        made.append(line((x, floor + 22), (x, floor), color="faint", width=1.2))
        made.append(words((x, floor + 36), step, size=13, anchor="middle"))
        if out:
            made.append(_arrow((x, top), (x, 22)))
            made.append(words((x, 15), out, size=13, anchor="middle", bold=True))
    return "".join(made), floor + IN


def _places(
    levels: Sequence[Sequence[Block]], top: float
) -> tuple[list[_Place], float]:
    """From the highest block down, and the height of the line that the lowest reads."""
    found = []
    for level in reversed(levels):
        floor = top + GAP + TALL + AGAIN * (len(level) - 1)
        for at, block in enumerate(level):
            aside = 0.0 if len(level) == 1 else ASIDE if at else -ASIDE
            y = top + 4 + TALL / 2 + AGAIN * at
            found.append(_Place(block, aside, y, floor, top))
        top = floor
    return found, top


def _block(place: _Place, middle: float, half: float) -> str:
    """A block in one column, what it reads and what it gives."""
    x, edge = middle + place.aside, place.y + TALL / 2
    made = _arrow((x, place.reads), (x, edge + 2))
    made += line((x, place.y - TALL / 2), (x, place.gives), color="faint", width=1.2)
    if place.aside:  # both of a level join above and below, in the middle
        for y in (place.reads, place.gives):
            made += line((x, y), (middle, y), color="faint", width=1.2)
    made += words((x + 4, edge + 14), "W", size=9, color="faint")
    made += box(
        (x - half, place.y - TALL / 2), 2 * half, TALL, fill="page", edge="faint"
    )
    return made + words((x, place.y + 4), place.block.cell, size=11, anchor="middle")


def _along(
    place: _Place, middles: Sequence[float], half: float, edges: tuple[bool, bool]
) -> str:
    """The arrows of the state from copy to copy, from zero or from the row before."""
    order = [x + place.aside for x in middles]
    y, way, (begins, ends) = place.y, 1, edges
    if place.block.reverse:
        order, way, (ends, begins) = order[::-1], -1, edges
    made = ""
    for a, b in pairwise(order):
        made += _arrow((a + way * half, y), (b - way * (half + 2), y))
        at = (a + b) / 2 - place.aside  # between the columns, where nothing crosses
        made += words((at, y - 4), "R", size=9, anchor="middle", color="faint")
    start = order[0] - way * (half + 18)
    made += _arrow((start, y), (order[0] - way * (half + 2), y))
    sides = ("start", "end") if place.block.reverse else ("end", "start")
    said = "0" if begins else "…"
    made += words((start - way * 4, y + 4), said, anchor=sides[0], color="faint")
    if not ends:
        stop = order[-1] + way * (half + 18)
        made += _arrow((order[-1] + way * half, y), (stop, y))
        made += words((stop + way * 3, y + 4), "…", anchor=sides[1], color="faint")
    return made


def _arrow(a: Point, b: Point) -> str:
    """A line with a head at its end, level or upright."""
    (x, y), head = b, 4.0
    if a[1] == b[1]:
        back = -head if b[0] > a[0] else head
        wings = [(x + back, y - 3), (x + back, y + 3)]
    else:
        back = head if b[1] < a[1] else -head
        wings = [(x - 3, y + back), (x + 3, y + back)]
    strokes = [(a, b), *((wing, b) for wing in wings)]
    return "".join(line(*one, color="faint", width=1.2) for one in strokes)
