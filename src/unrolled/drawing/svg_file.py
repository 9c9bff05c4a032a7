"""One SVG file of a network unrolled over an input: for papers, slides and documents.

    title, answer
    ┌─ a row of as many steps as are wide enough to be read ─┐
    │ unrolled     0 ─►[ ]──►[ ]──►[ ]──► ...                │
    │ states       ▒▒▓▓░░                                    │   one column a step in
    │ output       ──╱╲──                                    │   all of them
    │ gradient     ▁▂▃▅▇█                                    │
    └────────────────────────────────────────────────────────┘
    the next row of steps, and so on, as lines of music follow each other

The file is XML with its own colors, those of a light page: programs that draw SVG need
to know nothing of style sheets with properties.
"""

import re
from collections.abc import Sequence
from math import ceil, log10
from typing import NamedTuple

from torch import Tensor

from unrolled.drawing.axis import Axis, short
from unrolled.drawing.frame import number, text
from unrolled.drawing.heat_map import alike_together, heat_map
from unrolled.drawing.lines import STROKES, Line, bounds, lines, ribbon
from unrolled.drawing.net_row import Block, narrowest, net_row
from unrolled.drawing.shapes import line, shortened, width_of, words
from unrolled.drawing.style import LIGHT

LEFT, ROOM, EDGE, BETWEEN = 132.0, 836.0, 24.0, 14.0
"""Pixels: for the names of lanes, for their steps, around all, between two lanes."""
WIDEST, LEAST = 104.0, 640.0
MOST_COPIES = 60
"""Steps that are drawn as copies of the block; of more there are only lanes."""
SHARES, RIBBON = 92.0, 64.0
FAMILY = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


class States(NamedTuple):
    """Of one layer."""

    name: str
    values: Tensor
    """(steps, units), −1 to 1."""


class Norms(NamedTuple):
    """The gradient of one layer over time."""

    name: str
    values: Sequence[float]
    floor: float
    """Under which it counts as gone."""


class Strip(NamedTuple):
    """What runs along one axis: a stack, its states, what comes out, its gradients."""

    name: str
    """"" where there is only one."""
    below: Sequence[str]
    """What goes in at each step."""
    above: Sequence[str]
    """What comes out at each step, "" for nothing."""
    levels: Sequence[Sequence[Block]]
    """From the lowest; a level has one or two blocks."""
    states: Sequence[States]
    shares: Sequence[Line]
    """What is told over time, at most five lines."""
    ends: tuple[float, float]
    """The lowest and the highest value of these lines."""
    norms: Sequence[Norms]


class _Row(NamedTuple):
    """A run of steps of a strip that stand in one line."""

    strip: Strip
    begin: int
    axis: Axis

    @property
    def end(self) -> int:
        return self.begin + len(self.axis.steps)

    @property
    def of_all(self) -> Axis:
        """All steps of the strip, in columns as wide."""
        return self.axis._replace(steps=self.strip.below)

    def part_of(self, lane: str, tall: float) -> str:
        """These steps of a lane over all, so that every row has the same scale."""
        wide, left = self.axis.width, self.begin * self.axis.column
        view = f'viewBox="{left:g} 0 {wide:g} {tall:g}"'
        return f'<svg width="{wide:g}" height="{tall:g}" {view}>{lane}</svg>'


def svg_file(strips: Sequence[Strip], *, title: str, answer: str, about: str) -> str:
    """The text of the file; `about` is one sentence on the network."""
    rows = [_rows(strip) for strip in strips]
    widths = [row.axis.width for found in rows for row in found]
    wide = max([LEAST, *(LEFT + 28 + one for one in widths)])
    y, made = EDGE, []
    heads = [(title, 20, "ink"), (answer, 15, "ink"), (about, 12, "faint")]
    for said, size, color in heads:
        y += 24
        fitting = _fitting(said, size, wide)
        bold = size == heads[0][1]
        made.append(words((EDGE, y), fitting, size=size, color=color, bold=bold))
    if not strips:
        y += 30
        made.append(words((EDGE, y), "It has no recurrent layers to draw.", size=13))
    y += 24
    for strip, found in zip(strips, rows, strict=True):
        if strip.name:
            y += 18
            made.append(words((EDGE, y), strip.name, size=15, bold=True))
            y += 14
        orders = [alike_together(one.values.float()) for one in strip.states]
        for row in found:
            drawn, tall = _drawn(row, orders)
            made.append(f'<g transform="translate({EDGE:g} {y:g})">{drawn}</g>')
            y += tall + 24
    return _whole("".join(made), wide + 2 * EDGE, y, title=title, told=answer)


def _fitting(said: str, size: float, wide: float) -> str:
    """As many letters as fit."""
    one_line = " ".join(said.split())
    most = len(one_line)
    while width_of(shortened(one_line, most), 1.08 * size) > wide and most > 1:
        most -= 1
    return shortened(one_line, most)


def _rows(strip: Strip) -> list[_Row]:
    """All steps, as many in a row as fit."""
    steps = [short(step) for step in strip.below]
    if len(steps) > MOST_COPIES:
        column = ROOM / len(steps)
        every = ceil((max(map(len, steps)) * 6.5 + 12) / column)
        return [_Row(strip, 0, Axis("steps", steps, column, every, False))]
    longest = max((width_of(one, 13) for one in [*steps, *strip.above]), default=0)
    column = max(min(longest + 12, WIDEST), narrowest(strip.levels))
    count = int((ROOM - 40) // column)
    # Rows of about the same length, so that the last one is no stump.
    each = -(-len(steps) // max(-(-len(steps) // count), 1))
    return [
        _Row(strip, at, Axis("steps", steps[at : at + each], column, 1, False))
        for at in range(0, len(steps), max(each, 1))
    ]


def _drawn(row: _Row, orders: Sequence[Sequence[int]]) -> tuple[str, float]:
    """A row with all its lanes, and how high it is."""
    strip, part = row.strip, slice(row.begin, row.end)
    made, y = "", 0.0
    lanes: list[tuple[str, str, float]] = []
    if len(strip.below) <= MOST_COPIES:
        made, y = net_row(
            row.axis,
            strip.levels,
            above=list(strip.above[part]),
            left=LEFT,
            begins=row.begin == 0,
            ends=row.end == len(strip.below),
        )
    else:
        made, y = _ruler(row.axis), 24.0
    for one, order in zip(strip.states, orders, strict=True):
        values = one.values[part].float()[:, list(order)].T
        tall = min(max(4.0 * len(order), 48.0), 120.0)
        heat = heat_map(values, size=(row.axis.width, tall), label=one.name)
        lanes.append((_named(one.name, "states, −1 to 1"), heat, tall))
    if strip.shares:
        lanes.append(_shares(row))
    lanes += [_ribbon(row, one) for one in strip.norms]
    for name, lane, tall in lanes:
        y += BETWEEN
        made += f'<g transform="translate(0 {y:g})">{name}</g>'
        made += f'<g transform="translate({LEFT:g} {y:g})">{lane}</g>'
        y += tall
    return made, y


def _ruler(axis: Axis) -> str:
    """Names of some of very many steps."""
    return "".join(
        words((LEFT + at * axis.column, 16), axis.steps[at], size=11, color="faint")
        for at in range(0, len(axis.steps), max(axis.every, 1))
    )


def _named(name: str, *notes: str) -> str:
    """The name of a lane with what its numbers are."""
    made = words((0, 13), shortened(name, 18), size=12, bold=True)
    return made + "".join(
        words((0, 29 + 15 * place), note, size=11, color="faint")
        for place, note in enumerate(notes)
    )


def _shares(row: _Row) -> tuple[str, str, float]:
    strip = row.strip
    low, high = strip.ends
    told = f"output, {number(low, digits=1)} to {number(high, digits=1)}"
    whole = row.of_all
    drawn = lines(whole, strip.shares, label=told, low=low, high=high, height=SHARES)
    made = words((0, 13), told, size=12, bold=True)
    for place, (one, (color, dashes)) in enumerate(
        zip(strip.shares, STROKES, strict=False)
    ):
        y = 30 + 15 * place
        made += line((0, y - 4), (20, y - 4), color=color, width=2, dashes=dashes)
        made += words((26, y), shortened(one.name, 16), size=11)
    return made, row.part_of(drawn, SHARES), max(SHARES, 30.0 + 15 * len(strip.shares))


def _ribbon(row: _Row, norms: Norms) -> tuple[str, str, float]:
    low, high = bounds(norms.values, norms.floor)
    ends = f"{_power(low)} to {_power(high)}, log"
    name = _named(norms.name, "gradient of the score", ends, "dashed: below it, gone")
    drawn = ribbon(
        row.of_all, norms.values, floor=norms.floor, label=norms.name, height=RIBBON
    )
    return name, row.part_of(drawn, RIBBON), RIBBON


def _power(value: float) -> str:
    """A whole power of ten."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return f"10{str(round(log10(value))).translate(raised)}"


def _whole(content: str, wide: float, high: float, *, title: str, told: str) -> str:
    """The file around its content, without properties, and legal as XML."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink" role="img"'
        f' aria-labelledby="title told" width="{wide:.0f}" height="{high:.0f}"'
        f' viewBox="0 0 {wide:.0f} {high:.0f}" font-family="{FAMILY}">\n'
        f'<title id="title">{text(title)}</title><desc id="told">{text(told)}</desc>'
        "<style>image { image-rendering: pixelated }</style>"
        f'<rect width="100%" height="100%" fill="{LIGHT.panel}"/>'
    )
    made = f"{head}{content}</svg>\n"
    made = re.sub(r"var\(--(\w+)\)", lambda it: getattr(LIGHT, it[1]), made)
    made = made.replace("currentColor", LIGHT.ink)
    made = made.replace(' href="data:', ' xlink:href="data:')
    return re.sub(
        "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", made
    )
