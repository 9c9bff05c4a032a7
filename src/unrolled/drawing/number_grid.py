"""A grid of numbers with names on two sides: one-hot codes, states, gates, attention.

          He   is  great        the color says the sign (warm above 0, cool below)
unit 1  │ 0.8 │-0.1│ 0.4 │      and the strength; where there is room the number
unit 2  │-0.3 │ 0.6│ 0.9 │      itself stands in its cell

signed   from −largest to largest        share   from 0 to largest
"""

from collections.abc import Sequence

from unrolled.drawing.frame import figure, number, svg, table
from unrolled.drawing.picture import Picture
from unrolled.drawing.shapes import box, shortened, width_of, words

CELL, WRITTEN, THIN, HIGH = 46, 34, 16, 24
LETTERS = 14
MOST_WRITTEN = 16
"""So many columns still have room for their numbers."""


def number_grid(
    values: Sequence[Sequence[float]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    heading: str,
    sentence: str,
    numbers: str = "",
    largest: float = 0.0,
) -> Picture:
    """A figure of `values`, a list of rows; a `largest` of 0 takes that of the values.

    Negative numbers make it signed. `sentence` says what there is to see.
    """
    all_values = [abs(value) for row in values for value in row]
    largest = largest or max(all_values, default=0.0) or 1.0
    signed = any(value < 0 for row in values for value in row)
    name = max((width_of(shortened(row, LETTERS)) for row in rows), default=0) + 12
    wide = WRITTEN + 4 * signed if len(columns) <= MOST_WRITTEN else THIN
    needed = max((width_of(shortened(one, LETTERS)) for one in columns), default=0) + 8
    stands = needed > CELL
    wide = wide if stands else max(wide, needed)
    top = needed + 2 if stands else 22.0
    shapes = [_column(name + (at + 0.5) * wide, top, one, stands=stands)
              for at, one in enumerate(columns)]  # fmt: skip
    for line, (label, row) in enumerate(zip(rows, values, strict=True)):
        y = top + line * HIGH
        shown = shortened(label, LETTERS)
        shapes.append(words((name - 8, y + 16), shown, anchor="end", color="faint"))
        for at, value in enumerate(row):
            place = (name + at * wide, y)
            shapes.append(_cell(place, wide, value, largest, signed=signed))
    size = name + wide * len(columns) + 2, top + HIGH * len(rows) + 2
    lines = [
        [label, *(number(value) for value in row)]
        for label, row in zip(rows, values, strict=True)
    ]
    return Picture(
        figure(
            heading=heading,
            sentence=sentence,
            numbers=numbers,
            picture=svg("".join(shapes), width=size[0], height=size[1], label=sentence),
            table=table(["name", *columns], lines, caption="the numbers of the grid"),
        )
    )


def _column(x: float, top: float, label: str, *, stands: bool) -> str:
    shown = shortened(label, LETTERS)
    if not stands:
        return words((x, top - 7), shown, anchor="middle", color="faint")
    turned = words((0, 0), shown, color="faint")
    return (
        f'<g transform="translate({x + 4:.1f} {top - 6:.1f}) rotate(-90)">{turned}</g>'
    )


def _cell(
    at: tuple[float, float], wide: float, value: float, largest: float, *, signed: bool
) -> str:
    strength = min(abs(value) / largest, 1.0)
    color = ("minus" if value < 0 else "plus") if signed else "gate"
    ground = box(at, wide - 2, HIGH - 2, fill="rule", opacity=0.35)
    laid = box(at, wide - 2, HIGH - 2, fill=color, opacity=0.62 * strength)
    if wide < WRITTEN:
        return ground + laid
    middle = (at[0] + wide / 2 - 1, at[1] + 15.5)
    weight = "ink" if strength > 0.04 else "faint"
    return (
        ground
        + laid
        + words(middle, _said(value), size=11, anchor="middle", color=weight)
    )


def _said(value: float) -> str:
    """Short enough for a cell: the table beside the picture is exact."""
    whole = value == int(value) and abs(value) < 100
    told = f"{value:.0f}" if whole else f"{value:.2f}"
    return told.removeprefix("-") if float(told) == 0 else told.replace("-", "−")
