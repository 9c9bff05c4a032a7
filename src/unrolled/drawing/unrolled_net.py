"""The unrolled picture: a copy of each block at every step, with the same weights.

           ŷ₁       ŷ₂       ŷ₃
           ▲        ▲        ▲
    0 ─R─►[ ]──R──►[ ]──R──►[ ]──►
           ▲W       ▲W       ▲W
           x₁       x₂       x₃

The state starts at zero, 0; a layer that runs from the end starts there. Every W is the
same matrix, and so is every R: they have the classes weight-W and weight-R, so that a
script can show all of them at once. Where an output is the next input, a dashed arrow
goes from the one to the other. Each step is a group with data-axis and data-step.

Of more than MOST steps the first and the last are drawn, and the gap says how many are
not.
"""

from collections.abc import Sequence
from typing import NamedTuple

from unrolled.drawing.axis import short
from unrolled.drawing.frame import svg, text

COLUMN, LEVEL, BLOCK = 76.0, 66.0, 40.0
HIGH = 26.0
START = 66.0
"""Pixels before the first step, for the zero state."""
MOST = 120


class Chain(NamedTuple):
    """A stack unrolled along one axis."""

    axis: str
    below: Sequence[str]
    """What goes in at each step."""
    above: Sequence[str]
    """What comes out at each step; "" where nothing is read out."""
    notes: Sequence[str]
    """What stands under that, such as a probability."""
    levels: Sequence[Sequence[tuple[str, bool]]]
    """From the lowest: the cell of each block, and whether it runs from the end."""
    feeds_back: bool
    """Whether each output is the next input."""


def unrolled(chain: Chain, *, label: str) -> str:
    """The picture of one chain, as wide as it needs; its figure scrolls."""
    steps = len(chain.below)
    shown = list(range(steps))
    if steps > MOST:
        half = MOST // 2
        shown = [*range(half), *range(steps - half, steps)]
    rows = _rows(chain)
    height = 64 + LEVEL * len(rows) + 40
    pieces = [_block_once()]
    for place, step in enumerate(shown):
        gap = place and step != shown[place - 1] + 1
        note = f"{steps - MOST:,} steps more" if gap else ""
        pieces.append(_copy(chain, rows, step, place, note))
    end = START + COLUMN * len(shown)
    pieces.append(_starts(rows, end))
    if chain.feeds_back:
        pieces += [_fed_back(place, height) for place in range(len(shown) - 1)]
    return svg("".join(pieces), width=end + START, height=height, label=label)


class _Row(NamedTuple):
    """One block's line across the picture."""

    cell: str
    reverse: bool
    y: float
    """Of its middle."""
    first: bool
    """Whether it stands lowest on its level."""
    last: bool
    """Whether it stands highest on its level."""


def _rows(chain: Chain) -> list[_Row]:
    """From the top of the picture downward there are 64 pixels for what comes out."""
    flat = [
        (cell, reverse, place == 0, place == len(level) - 1)
        for level in chain.levels
        for place, (cell, reverse) in enumerate(level)
    ]
    top = 64 + LEVEL * (len(flat) - 0.5)
    return [
        _Row(cell, reverse, top - LEVEL * at, first, last)
        for at, (cell, reverse, first, last) in enumerate(flat)
    ]


def _block_once() -> str:
    """What every copy shows again; arrows around a block that shares its level."""
    half, tall = BLOCK / 2, HIGH / 2
    start, side = 2 * LEVEL - tall - 4, half + 10
    around = (
        f"M0 {start:g}C4 {start - 14:g} {side:g} {start - 4:g} {side:g} {LEVEL:g}"
        f"S4 {tall + 22:g} 0 {tall + 3:g}m-3 5l3-5l3 5"
    )
    past = (
        f"M0 {-tall:g}C-4 {-tall - 14:g} {-side:g} {-tall - 8:g} {-side:g} {-LEVEL:g}"
        f"S-4 {-LEVEL - tall:g} 0 {-LEVEL - tall - 3:g}"
    )
    up = f"M0 {LEVEL - tall - 4:g}V{tall + 3:g}m-3 5l3-5l3 5"
    across = f"M{half:g} 0H{COLUMN - half - 3:g}m-5-3l5 3l-5 3"
    lines = 'fill="none" stroke="currentColor"'
    return (
        "<defs>"
        f'<rect id="block" x="{-half:g}" y="{-tall:g}" width="{BLOCK:g}" '
        f'height="{HIGH:g}" rx="5" fill="var(--panel)" stroke="currentColor"/>'
        f'<path id="arrow-W" d="{up}" {lines}/><path id="arrow-R" d="{across}" {lines}/>'
        f'<path id="around-W" d="{around}" {lines}/>'
        f'<path id="past" d="{past}" {lines}/></defs>'
    )


def _copy(chain: Chain, rows: Sequence[_Row], step: int, place: int, note: str) -> str:
    x = START + COLUMN * (place + 0.5)
    floor = 64 + LEVEL * len(rows) + 16
    cells = "".join(_cell(row) for row in rows)
    above = _above(chain, step)
    gap = ""
    if note:
        gap = f'<text class="gap" x="{-COLUMN / 2:g}" y="{floor + 20:g}">{note}</text>'
    return (
        f'<g class="copy" data-axis="{text(chain.axis)}" data-step="{step}" '
        f'style="--at:{place}" transform="translate({x:g} 0)">'
        f'<rect class="wash" x="{-COLUMN / 2:g}" width="{COLUMN:g}" '
        f'height="{floor + 24:g}"/>{cells}{above}'
        f'<text y="{floor:g}">{text(short(chain.below[step]))}</text>{gap}</g>'
    )


def _cell(row: _Row) -> str:
    """The block of one row with its W from below and its R to the next."""
    turn = f"translate(0 {row.y:g})" + (" scale(-1 1)" if row.reverse else "")
    across = COLUMN / 2 * (-1 if row.reverse else 1)
    whence, at = ("arrow", (6, 34)) if row.first else ("around", (18, 30))
    past = "" if row.last else '<use href="#past"/>'
    return (
        f'<g transform="{turn}"><use href="#arrow-R" class="weight-R"/></g>'
        f'<g transform="translate(0 {row.y:g})">{past}'
        f'<use href="#{whence}-W" class="weight-W"/><use href="#block"/>'
        f'<text y="4">{text(row.cell)}</text>'
        f'<text class="weight-W" x="{at[0]}" y="{at[1]}">W</text>'
        f'<text class="weight-R" x="{across:g}" y="-5">R</text></g>'
    )


def _above(chain: Chain, step: int) -> str:
    if not chain.above[step]:
        return ""
    return (
        '<path d="M0 78V54m-3 5l3-5l3 5"/>'
        f'<text class="out" y="30">{text(short(chain.above[step]))}</text>'
        f'<text class="note" y="46">{text(chain.notes[step])}</text>'
    )


def _starts(rows: Sequence[_Row], end: float) -> str:
    """The zero state at the beginning of every row."""
    made = []
    for row in rows:
        x, to = (end + 20, end + 2) if row.reverse else (20.0, START + 15)
        way = f"M{x + (-12 if row.reverse else 12):g} {row.y:g}H{to:g}"
        made.append(
            f'<g class="zero"><circle cx="{x:g}" cy="{row.y:g}" r="12"/>'
            f'<text x="{x:g}" y="{row.y + 4:g}">0</text><path d="{way}"/></g>'
        )
    return "".join(made)


def _fed_back(place: int, height: float) -> str:
    """From what comes out of one step to what goes into the next."""
    x = START + COLUMN * (place + 0.5) + 22
    to = x + COLUMN - 44
    way = f"M{x:g} 30C{x + 20:g} 34 {x + 8:g} {height - 60:g} {to:g} {height - 36:g}"
    return f'<path class="back" d="{way}m-6-1l6 1l-2-6"/>'
