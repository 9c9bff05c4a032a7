"""The folded picture: each block once, its loop, and its weights with their numbers.

        answer
          ▲
      ┌───┴───┐
      │ LSTM  │◄─┐  R  4 × 32 × 32     from the state of the step before
      └───┬───┘──┘
          ▲     W  4 × 32 × 16         from the input
        input

Blocks of a stack stand on each other. One that runs from the end stands beside the one
that runs from the start: both read the same, and what they say is joined.
"""

from collections.abc import Sequence
from typing import NamedTuple

from unrolled.drawing.frame import svg, text
from unrolled.drawing.shapes import Point, box, words

WIDE, LEVEL = 304.0, 112.0
BLOCK = (96.0, 46.0)
MIDDLE = 100.0


class Block(NamedTuple):
    """One layer in one direction."""

    name: str
    cell: str
    inputs: int
    hidden: int
    parts: int
    """Rows of W by the hidden size: 4 for an LSTM."""
    reverse: bool

    @property
    def W(self) -> str:
        """The shape and the count of the weights from the input."""
        return shape(self.parts, self.hidden, self.inputs)

    @property
    def R(self) -> str:
        """The shape of the weights from the state before."""
        return shape(self.parts, self.hidden, self.hidden)


def shape(parts: int, rows: int, columns: int) -> str:
    """The size of a matrix, such as 4 × 32 × 16, or 32 × 16 of one part."""
    numbers = [rows, columns] if parts == 1 else [parts, rows, columns]
    return " × ".join(f"{n:,}" for n in numbers)


def folded(
    levels: Sequence[Sequence[Block]], *, below: str, above: str, label: str
) -> str:
    """A stack, first level lowest, with one block or two (there and back) on each.

    `below` and `above` name what goes in and out.
    """
    height = LEVEL * len(levels) + 74.0
    floor = height - 24
    parts = [words((MIDDLE, height - 8), below, anchor="middle", size=13)]
    for level in levels:
        for place, block in enumerate(level):
            parts.append(_block(block, MIDDLE + WIDE * place, floor))
        floor -= LEVEL
    parts.append(_arrow([(MIDDLE, floor - 4), (MIDDLE, 24)], ""))
    parts.append(words((MIDDLE, 15), above, anchor="middle", size=13, bold=True))
    width = WIDE * max((len(level) for level in levels), default=1)
    return svg("".join(parts), width=width, height=height, label=label)


def _block(block: Block, middle: float, floor: float) -> str:
    """A block whose input arrow starts at `floor`."""
    wide, high = BLOCK
    top = floor - LEVEL + 4
    bottom, center, right = top + high, top + high / 2, middle + wide / 2
    whence = [(middle, floor - 4), (middle, bottom + 3)]
    joined = ""
    if middle != MIDDLE:  # beside the first block: from the same input, to the same end
        whence = [(MIDDLE, floor - 4), *whence]
        joined = _stroke([(middle, top), (middle, top - 8), (MIDDLE, top - 8)])
    else:
        joined = _stroke([(middle, top), (middle, top - 8)])
    loop = [(right, center - 12), (right + 30, center - 12)]
    loop += [(right + 30, center + 12), (right + 3, center + 12)]
    what = "from the end" if block.reverse else f"{block.hidden:,} units"
    return "".join(
        [
            joined,
            _arrow(whence, "W"),
            _arrow(loop, "R"),
            box((middle - wide / 2, top), wide, high, edge="ink"),
            words(
                (middle, center - 1), block.cell, anchor="middle", size=14, bold=True
            ),
            words((middle, center + 15), what, anchor="middle", size=11, color="faint"),
            _weights("R", (right + 40, center - 4), block.R, "from its last state"),
            _weights("W", (middle + 12, bottom + 28), block.W, "from what comes in"),
        ]
    )


def _weights(letter: str, at: Point, size: str, whence: str) -> str:
    x, y = at
    return (
        f'<g class="weight-{letter}"><text x="{x:g}" y="{y:g}" font-size="13">'
        f'<tspan font-weight="700">{letter}</tspan>  {text(size)}</text></g>'
        + words((x, y + 16), whence, size=11, color="faint")
    )


def _arrow(points: Sequence[Point], letter: str) -> str:
    """Straight strokes from point to point with a head at the end."""
    (x0, _), (x1, y1) = points[-2], points[-1]
    head = f"M{x1 - 4:g} {y1 + 6:g}L{x1:g} {y1:g}L{x1 + 4:g} {y1 + 6:g}"
    if x0 != x1:
        back = 6 if x0 > x1 else -6
        head = f"M{x1 + back:g} {y1 - 4:g}L{x1:g} {y1:g}L{x1 + back:g} {y1 + 4:g}"
    return _stroke(points, letter, head)


def _stroke(points: Sequence[Point], letter: str = "", head: str = "") -> str:
    way = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    mark = f' class="weight-{letter}"' if letter else ""
    return (
        f'<path{mark} d="{way}{head}" fill="none" stroke="currentColor" '
        'stroke-width="1.5"/>'
    )
