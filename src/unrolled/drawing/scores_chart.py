"""What each one reaches against what it costs: a point with its interval, and a name.

    0.85 ┤        ┬ gru
         │   ┬    ●        ┬ lstm
    0.80 ┤   ● elman       ●
         │   ┴    ┴        ┴
         └───┬────────┬────────
            10 s     20 s

Up is the metric, with an interval; to the right is the cost, on a logarithmic axis
where it spreads over more than a factor of four. Points of nearly one cost are moved
side by side.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple

from unrolled.drawing.frame import number, svg
from unrolled.drawing.shapes import Point, dot, line, width_of, words

WIDE, HIGH, LEFT, TOP, BOTTOM = 440, 250, 62, 30, 48
APART = 16
"""Pixels between two names."""
ROOM = 13
"""Pixels between two marks, at the least."""
CROWD, MARGIN = 60, 15
"""Marks so near to each other have their names to the right of all of them."""
BESIDE = 130
"""Pixels that a name may take to the right."""
SPREAD = 4
NEARLY = 0.2
"""Costs that differ by less than this share are drawn near each other."""
COLORS = ("accent", "plus", "gate", "faint", "warn", "minus", "ink")


class Mark(NamedTuple):
    """One of the things compared."""

    name: str
    cost: float
    value: float
    low: float
    high: float


class _Axes(NamedTuple):
    """From cost and value to a place in the drawing."""

    left: float
    right: float
    low: float
    high: float
    is_log: bool

    def x(self, cost: float) -> float:
        """Pixels from the left."""
        return LEFT + WIDE * (self._at(cost) - self.left) / (self.right - self.left)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return TOP + HIGH * (1 - (value - self.low) / (self.high - self.low))

    def costs(self) -> list[float]:
        """Round numbers along the cost."""
        if not self.is_log:
            return ticks(self.left, self.right)
        powers = range(floor(self.left), ceil(self.right) + 1)
        found = [m * 10.0**p for p in powers for m in (1, 2, 5)]
        return [cost for cost in found if self.left <= log10(cost) <= self.right]

    def _at(self, cost: float) -> float:
        return log10(cost) if self.is_log else cost


def scores_chart(
    marks: Sequence[Mark], *, metric: str, cost: str, label: str, style: str = ""
) -> str:
    """The chart as SVG, read out as `label`; `style` is CSS for a file of its own."""
    known = [mark for mark in marks if mark.value == mark.value]
    axes = _axes(known)
    shapes = [f"<style>{style}</style>" if style else ""]
    shapes += _frame(axes, metric, cost)
    across = _side_by_side([axes.x(mark.cost) for mark in known])
    starts = [14 + max(x for x in across if x - own < CROWD) for own in across]
    heights = _apart(
        [(x, axes.y(one.value) + 4) for x, one in zip(starts, known, strict=True)]
    )
    for place, mark in enumerate(known):
        name = starts[place], heights[place]
        color = COLORS[place % len(COLORS)]
        shapes += _mark(mark, axes, across[place], name, color=color)
    room = max((width_of(mark.name, 13) for mark in known), default=0)
    size = LEFT + WIDE + room + 8, TOP + HIGH + BOTTOM
    return svg("".join(shapes), width=size[0], height=size[1], label=label)


def ticks(low: float, high: float) -> list[float]:
    """Three to seven round numbers from low to high."""
    rough = (high - low) / 7
    power = 10.0 ** floor(log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
    return [n * step for n in range(ceil(low / step), floor(high / step) + 1)]


def _axes(marks: Sequence[Mark]) -> _Axes:
    costs = [mark.cost for mark in marks] or [0.0]
    ends = [e for m in marks for e in (m.low, m.high, m.value) if e == e] or [0.0]
    is_log = min(costs) > 0 and max(costs) > SPREAD * min(costs)
    at = [log10(cost) if is_log else cost for cost in costs]
    least = 0.0 if is_log else NEARLY * max(at)
    left, right = _around(min(at), max(at), 0.12, least=least)
    low, high = _around(min(ends), max(ends), 0.08)
    return _Axes(left, right, low, high, is_log)


def _around(
    low: float, high: float, edge: float, *, least: float = 0.0
) -> tuple[float, float]:
    """The same with an edge, and with room around ends that lie together."""
    span = high - low or abs(high) / 5 or 1.0
    more = max(edge * span, (least - (high - low)) / 2)
    return low - more, high + more


def _frame(axes: _Axes, metric: str, cost: str) -> list[str]:
    floor_ = TOP + HIGH
    made = [words((LEFT - 54, 16), metric, size=12, color="faint")]
    for value in ticks(axes.low, axes.high):
        y = axes.y(value)
        made.append(line((LEFT, y), (LEFT + WIDE, y)))
        said = number(value, digits=3) if abs(value) < 10 else number(value, digits=0)
        made.append(
            words((LEFT - 8, y + 4), said, size=11, anchor="end", color="faint")
        )
    for one in axes.costs():
        x = axes.x(one)
        made.append(line((x, floor_), (x, floor_ + 5)))
        made.append(words((x, floor_ + 18), short(one), size=11, anchor="middle"))
    made.append(line((LEFT, floor_), (LEFT + WIDE, floor_), color="faint"))
    middle = LEFT + WIDE / 2, floor_ + 38
    return [*made, words(middle, cost, size=12, anchor="middle", color="faint")]


def _mark(mark: Mark, axes: _Axes, x: float, name: Point, *, color: str) -> list[str]:
    y = axes.y(mark.value)
    low, high = axes.y(mark.low), axes.y(mark.high)
    ends = [
        line((x - 4, at), (x + 4, at), color=color, width=1.6) for at in (low, high)
    ]
    made = [line((x, low), (x, high), color=color, width=1.6), *ends]
    made.append(dot((x, y), 4.5, color=color, edge="panel"))
    if abs(name[1] - 4 - y) > 1 or name[0] - x > MARGIN:
        made.append(line((x + 5, y), (name[0] - 2, name[1] - 4), color=color))
    return [*made, words(name, mark.name, size=13, color=color, bold=True)]


def _side_by_side(places: Sequence[float]) -> list[float]:
    """Pixels from the left, with room between marks of nearly one cost."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    groups = [order[:1]] if order else []
    for before, at in pairwise(order):
        if places[at] - places[before] < ROOM:
            groups[-1].append(at)
        else:
            groups.append([at])
    moved = list(places)
    for group in groups:
        middle = sum(places[at] for at in group) / len(group)
        for turn, at in enumerate(group):
            moved[at] = middle + ROOM * (turn - (len(group) - 1) / 2)
    return moved


def _apart(places: Sequence[Point]) -> list[float]:
    """The heights of names, moved down where two would meet."""
    order = sorted(range(len(places)), key=lambda at: places[at][1])
    placed = [y for _, y in places]
    for turn, at in enumerate(order):
        for above in order[:turn]:
            if abs(places[above][0] - places[at][0]) < BESIDE:
                placed[at] = max(placed[at], placed[above] + APART)
    return placed


def short(value: float) -> str:
    """A number of three or four letters: 950, 12k, 3.4M."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"
