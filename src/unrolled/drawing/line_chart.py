"""Lines over steps: a probability word by word, a gradient on its way back, a count.

1.0 ┤        ╭── anna        each line has its name at its end, a color and its own
0.5 ┼──╮  ╭──╯               dashes; a logarithmic axis goes in powers of ten
0.0 ┤  ╰──╯
    └─ He ─ is ─ great
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple

from unrolled.drawing.frame import figure, number, svg, table
from unrolled.drawing.picture import Picture
from unrolled.drawing.shapes import curve, dot, line, shortened, width_of, words

WIDE, HIGH, TOP, BOTTOM, LEFT = 440, 190, 14, 34, 52
STYLES = (("accent", ""), ("plus", "7 4"), ("gate", "2 4"), ("faint", "10 3 2 3"))
APART = 15
"""Pixels between the names of two lines."""


class _Scale(NamedTuple):
    """How a value becomes a height in the picture."""

    low: float
    high: float
    is_log: bool

    def y(self, value: float) -> float:
        at = log10(max(value, 10**self.low)) if self.is_log else value
        share = (at - self.low) / (self.high - self.low)
        return TOP + HIGH * (1 - min(max(share, 0.0), 1.0))

    def ticks(self) -> list[tuple[float, str]]:
        if self.is_log:
            step = max(1, ceil((self.high - self.low) / 6))
            powers = range(int(self.low), int(self.high) + 1, step)
            return [(10.0**power, _power(power)) for power in powers]
        span = self.high - self.low
        return [
            (self.low + span * k / 4, _short(self.low + span * k / 4)) for k in range(5)
        ]


def line_chart(
    lines: Mapping[str, Sequence[float]],
    *,
    steps: Sequence[str],
    heading: str,
    sentence: str,
    numbers: str = "",
    log: bool = False,
    between: tuple[float, float] | None = None,
) -> Picture:
    """A figure with a line for each name, of one value for each of `steps`.

    `between` are the ends of a linear axis; without it the values decide. At most four
    lines. A logarithmic axis shows values of 0 and less at its lower end.
    """
    scale = _scale([value for each in lines.values() for value in each], log, between)
    across = WIDE / max(len(steps) - 1, 1)
    shapes = [_rules(scale), _names_of_steps(steps, across)]
    ends = _ends([scale.y(each[-1]) for each in lines.values()])
    for (name, each), (color, dashes), end in zip(
        lines.items(), STYLES[: len(lines)], ends, strict=True
    ):
        places = [(LEFT + at * across, scale.y(value)) for at, value in enumerate(each)]
        shapes.append(curve(places, color=color, width=2.2, dashes=dashes))
        if len(each) <= 24:
            shapes += [dot(place, 2.6, color=color) for place in places]
        label = (places[-1][0] + 10, end + 4)
        shapes.append(words(label, name, size=12, color=color, bold=True))
    room = max(width_of(name, 13) for name in lines) + 20
    size = LEFT + WIDE + room, TOP + HIGH + BOTTOM
    rows = [
        [step, *(number(each[at], digits=3) for each in lines.values())]
        for at, step in enumerate(steps)
    ]
    return Picture(
        figure(
            heading=heading,
            sentence=sentence,
            numbers=numbers,
            picture=svg("".join(shapes), width=size[0], height=size[1], label=sentence),
            table=table(["step", *lines], rows, caption="the numbers of the lines"),
        )
    )


def _scale(
    values: Sequence[float], log: bool, between: tuple[float, float] | None
) -> _Scale:
    if log:
        positive = [value for value in values if value > 0] or [1.0]
        low, high = floor(log10(min(positive))), ceil(log10(max(positive)))
        return _Scale(low, max(high, low + 1), is_log=True)
    low, high = between or (min(0.0, *values), max(0.0, *values))
    return _Scale(low, high if high > low else low + 1.0, is_log=False)


def _rules(scale: _Scale) -> str:
    made = []
    for value, said in scale.ticks():
        y = scale.y(value)
        made.append(line((LEFT, y), (LEFT + WIDE, y)))
        made.append(
            words((LEFT - 8, y + 4), said, size=11, anchor="end", color="faint")
        )
    return "".join(made)


def _names_of_steps(steps: Sequence[str], across: float) -> str:
    longest = max((width_of(shortened(step, 12)) for step in steps), default=0) + 8
    every = max(1, ceil(longest / across))
    y = TOP + HIGH + 18
    return "".join(
        words((LEFT + at * across, y), shortened(steps[at], 12), anchor="middle")
        for at in range(0, len(steps), every)
    )


def _ends(heights: Sequence[float]) -> list[float]:
    """Heights of the names at the lines' ends, moved down where they would meet."""
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    placed = list(heights)
    for before, at in pairwise(order):
        placed[at] = max(placed[at], placed[before] + APART)
    return placed


def _power(power: int) -> str:
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return {0: "1", 1: "10"}.get(power, f"10{raised}")


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else number(value)
