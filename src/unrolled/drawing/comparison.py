"""Two runs side by side: their words, and how far apart their states are at each.

    one        He    is    great   !
    other      He    is  ┃ awful ┃ !        what differs has a border
    |h − h′|              ╱╲____            a line for each layer
          0 ─────────────╱      ╲__

The distance is the Euclidean one of the states of a layer. It begins where the runs
part; how fast it falls again says how long the network remembers the difference.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from unrolled.drawing import ticks
from unrolled.drawing.frame import figure, number, svg, table
from unrolled.drawing.shapes import (
    box,
    curve,
    dot,
    line,
    shortened,
    width_of,
    words,
)

LEFT, RIGHT, LINE, PLOT = 64, 16, 34, 110
LETTERS = 14
MOST_NAMED = 80
"""Steps that have their names; more are drawn as narrow columns."""
STROKES = (("gate", ""), ("plus", "6 3"), ("minus", "2 3"), ("ink", "8 3 2 3"))
Pair = tuple[str, str]


def draw(part: Mapping[str, Any]) -> str:
    """The figures of a comparison, one for each axis that layers run along.

    A part is a `Comparison` of tracing/comparison.py as a dictionary. "labels" has for
    each axis pairs of steps as words, "" where one run has no such step; "layers" for
    each layer its "axis", "distance" (one for each pair, or None), "largest" (a pair's
    number, or None) and "left" (the share that remains at the end); "sentence" says
    what happened, "scores" with their "unit" what both runs gave the same answers.
    """
    by_axis: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name, layer in part["layers"].items():
        by_axis.setdefault(layer["axis"], {})[name] = layer
    figures = [
        _figure(part, axis, layers, first=number == 0)
        for number, (axis, layers) in enumerate(by_axis.items())
    ]
    return "".join(figures)


def _figure(
    part: Mapping[str, Any],
    axis: str,
    layers: Mapping[str, Mapping[str, Any]],
    *,
    first: bool,
) -> str:
    pairs: list[Pair] = [(str(a), str(b)) for a, b in part["labels"][axis]]
    differ = sum(a != b for a, b in pairs)
    plain = f"Of {len(pairs):,} steps along {axis}, {differ:,} differ."
    rows = _table(pairs, layers)
    rows += _scores(part) if first else ""
    return figure(
        heading=f"Two runs side by side, along {axis}",
        sentence=part["sentence"] if first else plain,
        numbers=_numbers(pairs, layers),
        picture=_picture(pairs, layers, plain),
        table=rows,
    )


def _numbers(pairs: Sequence[Pair], layers: Mapping[str, Mapping[str, Any]]) -> str:
    told = []
    for name, layer in layers.items():
        most = layer["largest"]
        if most is None:
            told.append(f"{name}: no distance.")
        else:
            far = number(layer["distance"][most])
            told.append(
                f"{name}: at most {far}, at {_both(pairs[most])};"
                f" {layer['left']:.0%} of it at the end."
            )
    return " ".join(told)


def _both(pair: Pair) -> str:
    one, other = pair
    same = one == other or not other or not one
    return f"“{one or other}”" if same else f"“{one}” / “{other}”"


def _picture(
    pairs: Sequence[Pair], layers: Mapping[str, Mapping[str, Any]], label: str
) -> str:
    named = len(pairs) <= MOST_NAMED
    lefts, at = [], float(LEFT)
    for pair in pairs:
        lefts.append(at)
        longest = max(width_of(_said(word), 14) for word in pair)
        at += max(longest, 28) + 14 if named else 6
    edges = [*lefts, at]
    parts = [_runs(pairs, edges, named=named)]
    top = 2 * LINE + 22
    shown = dict(list(layers.items())[: len(STROKES)])
    parts.append(_distances(edges, shown, top))
    height = top + PLOT + 14 + 18 * len(shown)
    parts += [
        _key(name, *STROKES[place], top + PLOT + 24 + 18 * place)
        for place, name in enumerate(shown)
    ]
    named_layers = max((width_of(_keyed(name)) for name in shown), default=0)
    width = max(at, LEFT + 34 + named_layers) + RIGHT
    return svg("".join(parts), width=round(width), height=height, label=label)


def _said(word: str) -> str:
    return shortened(word, LETTERS) if word.strip() else "␣" if word else "–"


def _runs(pairs: Sequence[Pair], edges: Sequence[float], *, named: bool) -> str:
    """Both lines of words; a pair that differs has a border, or a mark."""
    made = []
    for place, name in enumerate(("one", "other")):
        y = LINE * place + 22
        made.append(words((LEFT - 10, y), name, anchor="end", color="faint"))
    for at, pair in enumerate(pairs):
        left, wide = edges[at] + 2, edges[at + 1] - edges[at] - 4
        differs = pair[0] != pair[1]
        for place, word in enumerate(pair):
            top = LINE * place + 4
            if differs:
                dashes = "" if word else "3 3"
                fill = "plus" if place else "minus"
                made.append(
                    box((left, top), wide, LINE - 6, fill=fill, opacity=0.12)
                    + box(
                        (left, top), wide, LINE - 6, opacity=0, edge=fill, dashes=dashes
                    )
                )
            if named:
                middle = left + wide / 2
                said = _said(word)
                made.append(
                    words(
                        (middle, top + 19), said, size=14, anchor="middle", bold=differs
                    )
                )
    return "".join(made)


def _distances(
    edges: Sequence[float], layers: Mapping[str, Mapping[str, Any]], top: float
) -> str:
    known = [d for it in layers.values() for d in it["distance"] if d is not None]
    high = max(known, default=0.0) or 1.0
    floor = top + PLOT
    made = []
    for mark in ticks.of_values(0, high, 3):
        y = floor - PLOT * mark.at / high
        made.append(line((LEFT, y), (edges[-1], y)))
        made.append(
            words((LEFT - 8, y + 4), mark.label, size=11, anchor="end", color="faint")
        )
    for layer, (color, dashes) in zip(layers.values(), STROKES, strict=False):
        points = [
            ((edges[at] + edges[at + 1]) / 2, floor - PLOT * far / high)
            for at, far in enumerate(layer["distance"])
            if far is not None
        ]
        made.append(curve(points, color=color, dashes=dashes, width=2))
        if len(points) <= MOST_NAMED:
            made += [dot(point, 2.6, color=color) for point in points]
    return "".join(made)


def _keyed(layer: str) -> str:
    return f"distance of the states of {layer}"


def _key(name: str, color: str, dashes: str, y: float) -> str:
    stroke = line(
        (LEFT, y - 4), (LEFT + 26, y - 4), color=color, width=2, dashes=dashes
    )
    return stroke + words((LEFT + 34, y), _keyed(name))


def _table(pairs: Sequence[Pair], layers: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [
            str(at + 1),
            one or "(none)",
            other or "(none)",
            *(_far(layer["distance"][at]) for layer in layers.values()),
        ]
        for at, (one, other) in enumerate(pairs)
    ]
    heads = [
        "step",
        "one run",
        "other run",
        *(f"distance in {name}" for name in layers),
    ]
    return table(heads, rows, caption="both runs, step by step")


def _far(distance: float | None) -> str:
    return "" if distance is None else number(distance, digits=3)


def _scores(part: Mapping[str, Any]) -> str:
    rows = [
        [
            str(score["step"]),
            str(score["name"]),
            number(score["one"]),
            number(score["other"]),
            number(score["difference"], signed=True),
        ]
        for score in part["scores"]
    ]
    heads = ["step", "answer", "one run", "other run", f"difference in {part['unit']}"]
    return table(heads, rows, caption="the answers of both runs") if rows else ""
