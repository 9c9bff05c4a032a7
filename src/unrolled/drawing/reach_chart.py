"""How far each one gets along a row of growing steps: a bar of dots for each name.

       10   25   50   100   200   400
lstm    ●    ●    ●    ●     ●     ●     solved
elman   ●    ●    ○                      ○ tried, and not solved
"""

from collections.abc import Mapping, Sequence

from unrolled.drawing.frame import svg
from unrolled.drawing.shapes import dot, line, width_of, words

ROW, STEP, TOP = 30, 58, 44


def reach_chart(
    reached: Mapping[str, Sequence[bool]],
    *,
    steps: Sequence[str],
    heading: str,
    label: str,
) -> str:
    """The chart as SVG, read out as `label`.

    `reached` says for each name, step by step as far as it was tried, what was solved.
    """
    left = max((width_of(name, 13) for name in reached), default=0) + 24
    places = [left + STEP * (at + 0.5) for at in range(len(steps))]
    shapes = [words((0, 14), heading, size=12, color="faint")]
    for x, step in zip(places, steps, strict=True):
        shapes.append(
            words((x, TOP - 8), step, size=11, anchor="middle", color="faint")
        )
    for row, (name, solved) in enumerate(reached.items()):
        y = TOP + ROW * (row + 0.5)
        shapes.append(words((0, y + 4), name, size=13, bold=True))
        shapes.append(line((places[0], y), (places[-1], y)))
        last = max((at for at, good in enumerate(solved) if good), default=-1)
        if last > 0:
            ends = (places[0], y), (places[last], y)
            shapes.append(line(*ends, color="accent", width=3))
        for x, good in zip(places, solved, strict=False):
            color, edge = ("accent", "panel") if good else ("panel", "warn")
            shapes.append(dot((x, y), 6, color=color, edge=edge))
    size = left + STEP * len(steps), TOP + ROW * len(reached) + 8
    return svg("".join(shapes), width=size[0], height=size[1], label=label)
