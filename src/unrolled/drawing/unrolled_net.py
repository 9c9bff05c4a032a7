"""The unrolled picture: a copy of each block at every step, with the same weights.

           ŷ₁       ŷ₂       ŷ₃
           ▲        ▲        ▲
    0 ─R─►[ ]──R──►[ ]──R──►[ ]──►
           ▲W       ▲W       ▲W
           x₁       x₂       x₃

The state starts at zero, 0, or from what was given, h₀. A layer that runs from the end
starts there; it stands to the right above the one that runs from the start, and both
read the same. A dashed arrow goes from an output to the input that it becomes. An
answer that is read from all states has a bar above them.

Every copy shows the same three groups again, all W, all R and all blocks of a stack,
so that a script can show every use of a weight (classes weight-W and weight-R). Each
copy has data-axis and data-step. Of more than MOST steps the first and the last are
drawn, and the gap says how many are not.
"""

from collections.abc import Sequence
from typing import NamedTuple

from unrolled.drawing.axis import LETTER, short
from unrolled.drawing.frame import svg, text

MOST = 60
START = 64.0
"""Pixels before the first step, for the zero state."""
TOP, BARE = 84.0, 16.0
"""Pixels above the highest block, for what comes out; where nothing does."""
TALL, GAP, AGAIN = 26.0, 44.0, 48.0
"""Of a block; between a line that is read and its block; from there to back."""


class Chain(NamedTuple):
    """A stack unrolled along one axis."""

    name: str
    """What no other chain on the page is called; without spaces."""
    axis: str
    below: Sequence[str]
    """What goes in at each step."""
    above: Sequence[str]
    """What comes out at each step; "" where nothing is read out."""
    notes: Sequence[str]
    """What stands under that, such as a probability."""
    levels: Sequence[Sequence[tuple[str, bool]]]
    """From the lowest: the cell of each block, and whether it runs from the end."""
    start: str
    """What every layer starts from: "0", or "h₀" for a state that was given."""
    feeds_back: bool
    """Whether each output is the next input."""
    pooled: str = ""
    """How all states become one answer: "mean", "max"; "" where they do not."""


class Block(NamedTuple):
    """One block of the stack, around its middle."""

    cell: str
    reverse: bool
    x: float
    y: float
    reads: float
    """The height of the line that it reads from."""
    gives: float
    """The height of the line that it gives to."""


class Stack(NamedTuple):
    """Where everything in a copy stands; x is 0 in its middle."""

    blocks: Sequence[Block]
    joints: Sequence[float]
    """Heights where two lines are joined: below and above levels of two blocks."""
    column: float
    wide: float
    """Of a block."""
    floor: float
    """Height of the lowest line."""


def unrolled(chain: Chain, *, label: str) -> str:
    """The picture of one chain, as wide as it needs; its figure scrolls."""
    stack = stack_of(chain.levels, top=TOP if any(chain.above) else BARE)
    steps = len(chain.below)
    shown = list(range(steps))
    if steps > MOST:
        shown = [*range(MOST // 2), *range(steps - MOST // 2, steps)]
    copies = []
    for place, step in enumerate(shown):
        gap = place and step != shown[place - 1] + 1
        note = f"{steps - MOST:,} steps more" if gap else ""
        copies.append(_at_step(chain, stack, step, place, note))
    end = START + stack.column * len(shown)
    between = range(len(shown) - 1) if chain.feeds_back else ()
    content = "".join(
        [
            _defs(chain.name, stack),
            f'<g style="--home:{START + stack.column / 2:g}px">{"".join(copies)}</g>',
            *(_start(chain.start, stack, block, end) for block in stack.blocks),
            *(_loop(stack, block) for block in stack.blocks),
            *(_fed_back(stack, place) for place in between),
            _pool(chain, end) if chain.pooled else "",
        ]
    )
    return svg(content, width=end + START, height=stack.floor + 32, label=label)


def stack_of(
    levels: Sequence[Sequence[tuple[str, bool]]], *, top: float = TOP
) -> Stack:
    """The places of all blocks, from the top of the picture downward."""
    two = any(len(level) > 1 for level in levels)
    aside, wide, column = (22.0, 38.0, 92.0) if two else (0.0, 44.0, 76.0)
    line = top + sum(GAP + TALL + AGAIN * (len(level) - 1) for level in levels)
    floor, blocks, joints = line, [], [line] if two else []
    for level in levels:
        lowest, upper = line - GAP, line - GAP - TALL - AGAIN * (len(level) - 1)
        for at, (cell, reverse) in enumerate(level):
            x = 0.0 if len(level) == 1 else aside * (1 if at else -1)
            blocks.append(Block(cell, reverse, x, lowest - AGAIN * at, line, upper))
        joints += [upper] if two else []
        line = upper
    return Stack(blocks, joints, column, wide, floor)


def _defs(name: str, stack: Stack) -> str:
    """What every copy shows again: all W, all R, all blocks."""
    half, tall = stack.wide / 2, TALL / 2
    lines = 'fill="none" stroke="currentColor"'
    ups, acrosses, boxes = "", "", ""
    for one in stack.blocks:
        way, edge = (-1 if one.reverse else 1), one.x + (-half if one.reverse else half)
        to = edge + way * (stack.column - stack.wide - 3)
        ups += f"M{one.x:g} {one.reads:g}V{one.y + tall + 3:g}m-3 5l3-5l3 5"
        acrosses += f"M{edge:g} {one.y:g}H{to:g}m{-5 * way}-3l{5 * way} 3l{-5 * way} 3"
        boxes += (
            f'<path d="M{one.x:g} {one.y - tall:g}V{one.gives:g}" {lines}/>'
            f'<rect x="{one.x - half:g}" y="{one.y - tall:g}" width="{stack.wide:g}" '
            f'height="{TALL:g}" rx="6" fill="var(--panel)" stroke="currentColor"/>'
            f'<text x="{one.x:g}" y="{one.y + 4:g}" font-size="11" '
            f'fill="currentColor">'
            f"{text(one.cell)}</text>"
        )
    aside = max(one.x for one in stack.blocks)
    boxes += "".join(
        f'<path d="M{-aside:g} {joint:g}H{aside:g}" {lines}/>' for joint in stack.joints
    )
    return (
        f'<defs><g id="{name}-W"><path d="{ups}" {lines}/>{_letters(stack, "W")}</g>'
        f'<g id="{name}-R"><path d="{acrosses}" {lines}/>{_letters(stack, "R")}</g>'
        f'<g id="{name}-all">{boxes}</g></defs>'
    )


def _letters(stack: Stack, letter: str) -> str:
    """W beside each arrow from below, R on each arrow to the next copy."""
    made = ""
    for one in stack.blocks:
        x, y = one.x + 9, one.y + TALL / 2 + 16
        if letter == "R":
            aside = stack.wide / 2 + 9
            x, y = one.x + (-aside if one.reverse else aside), one.y - 5
        made += f'<text x="{x:g}" y="{y:g}" font-size="10">{letter}</text>'
    return f'<g fill="currentColor">{made}</g>'


def _at_step(chain: Chain, stack: Stack, step: int, place: int, note: str) -> str:
    x = START + stack.column * (place + 0.5)
    below = short(chain.below[step], most=int(stack.column / LETTER))
    gap = ""
    if note:
        side = -stack.column / 2
        gap = f'<text class="gap" x="{side:g}" y="{stack.floor + 28:g}">{note}</text>'
    return (
        f'<g class="copy" data-axis="{text(chain.axis)}" data-step="{step}" '
        f'transform="translate({x:g} 0)">'
        f'<rect class="wash" x="{-stack.column / 2:g}" width="{stack.column:g}" '
        f'height="{stack.floor + 32:g}"/><use href="#{chain.name}-W" class="weight-W"/>'
        f'<use href="#{chain.name}-R" class="weight-R"/>'
        f'<use href="#{chain.name}-all"/>'
        f"{_above(chain, stack, step)}"
        f'<text y="{stack.floor + 17:g}">{text(below)}</text>'
        f"{gap}</g>"
    )


def _above(chain: Chain, stack: Stack, step: int) -> str:
    if chain.pooled:
        return f'<path d="M0 {TOP:g}V{TOP - 10:g}"/>'
    if not chain.above[step]:
        return ""
    out = short(chain.above[step], most=int(stack.column / LETTER))
    return (
        f'<path d="M0 {TOP:g}V50m-3 5l3-5l3 5"/>'
        f'<text class="out" y="26">{text(out)}</text>'
        f'<text class="note" y="42">{text(chain.notes[step])}</text>'
    )


def _start(said: str, stack: Stack, block: Block, end: float) -> str:
    """The first state where a layer begins."""
    aside = stack.column / 2 - stack.wide / 2 - 3
    x, to = 18.0, START + aside + block.x
    if block.reverse:
        x, to = end + START - 18, end - aside + block.x
    way = 1 if to > x else -1
    return (
        f'<g class="zero"><circle cx="{x:g}" cy="{block.y:g}" r="12"/>'
        f'<text x="{x:g}" y="{block.y + 4:g}">{said}</text>'
        f'<path d="M{x + 12 * way:g} {block.y:g}H{to:g}m{-5 * way}-3l{5 * way} 3'
        f'l{-5 * way} 3"/></g>'
    )


def _loop(stack: Stack, block: Block) -> str:
    """The state on its way back into the block, for when all copies are folded."""
    half, way = stack.wide / 2, (-1 if block.reverse else 1)
    x, up = START + stack.column / 2 + block.x, TALL / 2 + 7
    return (
        f'<path class="loop weight-R" d="M{x + way * half:g} {block.y:g}h{way * 13}'
        f"v{-up:g}H{x - way * (half + 13):g}v{up:g}h{way * 10}m{-5 * way}-3l{5 * way} 3"
        f'l{-5 * way} 3"/>'
    )


def _fed_back(stack: Stack, place: int) -> str:
    """From what comes out of one step to what goes into the next."""
    x = START + stack.column * (place + 0.5) + 24
    to, down = x + stack.column - 48, stack.floor + 13
    way = f"M{x:g} 26C{x + 22:g} 30 {x + 6:g} {down - 24:g} {to:g} {down:g}"
    return f'<path class="back" d="{way}m-6-1l6 1l-3-6"/>'


def _pool(chain: Chain, end: float) -> str:
    """All states in one answer."""
    x = min((START + end) / 2, 380.0)  # a wide picture begins at its left edge
    answer, note = chain.above[-1], chain.notes[-1]
    return (
        f'<g class="zero"><rect class="pool" x="{START + 4:g}" y="{TOP - 28:g}" '
        f'width="{end - START - 8:g}" height="18" rx="6"/>'
        f'<text class="note" x="{x:g}" y="{TOP - 15:g}">{text(chain.pooled)} of all '
        f'steps</text><path d="M{x:g} {TOP - 28:g}V40m-3 5l3-5l3 5"/>'
        f'<text class="out" x="{x:g}" y="18">{text(short(answer))}</text>'
        f'<text class="note" x="{x:g}" y="33">{text(note)}</text></g>'
    )
