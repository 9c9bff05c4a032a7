"""Symbols under a time axis: where in the sound each one was heard.

    1.0 ┤  ╱╲      ╱─╲          how probable each symbol is, where that is known
    0.0 ┴─╱──╲────╱───╲──
          ┃h┃     ┃i  ┃         from its first to its last moment
       0 s      0.5 s     1 s

A network trained with CTC says a symbol where it is sure of it, often in one moment
only, and a blank elsewhere: boxes may be narrow, and need not begin with the sound.

Reference: Graves et al. 2006, "Connectionist temporal classification", ICML, figure 1.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from unrolled.drawing import ticks
from unrolled.drawing.frame import figure, number, svg, table
from unrolled.drawing.shapes import (
    box,
    curve,
    line,
    listed,
    shortened,
    width_of,
    words,
)

LEFT, RIGHT, LEAST, MOST = 34, 20, 620, 3600
APART = 15
"""Pixels between neighboring symbols, as far as MOST allows."""
PLOT, BOX, ROW = 96, 26, 17
"""Heights: of the probabilities, of a symbol's box, of a row of names."""
ROWS, LETTERS = 3, 12
STROKES = ("", "5 2", "2 2")
COLORS = ("gate", "plus", "minus")


def draw(
    part: Mapping[str, Any], *, posteriors: Mapping[str, Sequence[float]] | None = None
) -> str:
    """The figure of a part "alignment": "symbols", "begins" and "ends" in seconds.

    "seconds" is how long the sound is, if it is known.

    `posteriors` are, by symbol, probabilities (0 to 1) at moments that are "step"
    seconds apart; without a "step" in the part they are not drawn.
    """
    symbols: list[str] = list(part["symbols"])
    begins: list[float] = list(part["begins"])
    ends: list[float] = list(part["ends"])
    step: float = part.get("step") or 0.0
    curves = dict(posteriors or {}) if step else {}
    frames = max((len(values) for values in curves.values()), default=0)
    total = max([*ends, frames * step, part.get("seconds") or 0.0, 0.01])
    label = _told(symbols, begins, ends)
    return figure(
        heading="When each symbol was heard",
        sentence=label,
        numbers=_numbers(begins, ends, total),
        picture=_picture(
            list(zip(symbols, begins, ends, strict=True)), curves, step, total, label
        ),
        table=table(
            ["symbol", "begins at s", "ends at s", "lasts ms"],
            [
                [s, number(a), number(b), f"{1000 * (b - a):.0f}"]
                for s, a, b in zip(symbols, begins, ends, strict=True)
            ],
            caption="each symbol with its times",
        ),
    )


Heard = tuple[str, float, float]
"""A symbol, and the seconds at which it begins and ends."""


def _told(
    symbols: Sequence[str], begins: Sequence[float], ends: Sequence[float]
) -> str:
    if not symbols:
        return "The network heard no symbol; all of it sounded like a pause."
    long = max(range(len(symbols)), key=lambda at: ends[at] - begins[at])
    return (
        f"The network heard {listed([f'“{s}”' for s in symbols], most=5)}; a box shows"
        f" from when to when. It stayed longest with “{symbols[long]}”, from"
        f" {number(begins[long])} to {number(ends[long])} seconds."
    )


def _numbers(begins: Sequence[float], ends: Sequence[float], total: float) -> str:
    spoken = sum(b - a for a, b in zip(begins, ends, strict=True))
    return (
        f"Symbols: {len(begins)} in {number(total)} s. They fill"
        f" {spoken / total:.0%} of the time; the rest is blank."
    )


def _picture(
    heard: Sequence[Heard],
    posteriors: Mapping[str, Sequence[float]],
    step: float,
    total: float,
    label: str,
) -> str:
    gaps = [b[1] - a[1] for a, b in pairwise(heard)]
    least = min((gap for gap in gaps if gap > 0), default=total)
    wide = min(max(LEAST, APART * total / least), MOST)
    scale = wide / total
    rows = _rows([(s, LEFT + (a + b) / 2 * scale) for s, a, b in heard])
    top = PLOT + 14 if posteriors else 0
    floor = top + (1 + max(rows, default=0)) * ROW + BOX + 8
    parts = [_time(total, scale, floor)]
    colors = {
        name: (COLORS[n % 3], STROKES[n // 3 % 3]) for n, name in enumerate(posteriors)
    }
    if posteriors:
        parts += [_shares(), *_curves(posteriors, colors, step, scale)]
    for (symbol, begin, end), row in zip(heard, rows, strict=True):
        x, room = LEFT + begin * scale, max((end - begin) * scale, 3)
        fill = colors.get(symbol, ("gate", ""))[0]
        parts.append(box((x, floor - BOX - 4), room, BOX, fill=fill, opacity=0.75))
        middle, y = x + room / 2, floor - BOX - 10 - row * ROW
        if row:
            parts.append(line((middle, y + 3), (middle, floor - BOX - 4)))
        said = shortened(symbol, LETTERS)
        parts.append(words((middle, y), said, size=14, anchor="middle", bold=True))
    size = round(LEFT + wide + RIGHT), floor + 24
    return svg("".join(parts), width=size[0], height=size[1], label=label)


def _rows(heard: Sequence[tuple[str, float]]) -> list[int]:
    """Of each symbol in which row its name stands, so that few names meet."""
    free = [-1e9] * ROWS
    rows = []
    for symbol, middle in heard:
        half = width_of(shortened(symbol, LETTERS), 14) / 2 + 3
        row = next((n for n in range(ROWS) if free[n] <= middle - half), 0)
        free[row] = middle + half
        rows.append(row)
    return rows


def _time(total: float, scale: float, floor: float) -> str:
    made = [line((LEFT, floor), (LEFT + total * scale, floor), color="faint")]
    for mark in ticks.of_values(0, total, max(3, round(total * scale / 110))):
        x = LEFT + mark.at * scale
        made.append(line((x, floor), (x, floor + 5), color="faint"))
        said = f"{mark.label} s"
        made.append(
            words((x, floor + 18), said, size=11, anchor="middle", color="faint")
        )
    return "".join(made)


def _shares() -> str:
    """The axis of the probabilities."""
    made = ""
    for share in (0.0, 0.5, 1.0):
        y = 6 + (PLOT - 6) * (1 - share)
        made += line((LEFT, y), (LEFT + 6, y), color="faint")
        made += words(
            (LEFT - 5, y + 4), f"{share:g}", size=11, anchor="end", color="faint"
        )
    return made


def _curves(
    posteriors: Mapping[str, Sequence[float]],
    colors: Mapping[str, tuple[str, str]],
    step: float,
    scale: float,
) -> list[str]:
    """A line for each symbol, at the middle of each moment."""
    return [
        curve(
            [
                (LEFT + (at + 0.5) * step * scale, 6 + (PLOT - 6) * (1 - share))
                for at, share in enumerate(values)
            ],
            color=colors[name][0],
            dashes=colors[name][1],
            width=1.8,
        )
        for name, values in posteriors.items()
    ]
