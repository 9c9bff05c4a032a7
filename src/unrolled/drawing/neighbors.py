"""A word among the words nearest to it: a map, their cosines, and two ways to write it.

    map        each word is a point; near points have vectors of like direction
    bars       the cosine of each with the word: 1 where the directions are the same
    one-hot    |  |  |■|  |  |  |  |      a 1 and thousands of zeros
    dense      |▒|░|▓|▒|█|░|▓|▒|          a few dozen numbers, each means a little

Reference: Mikolov et al. 2013, "Efficient estimation of word representations in vector
space", arXiv:1301.3781.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from unrolled.drawing.frame import figure, number, svg, table
from unrolled.drawing.png import png_uri
from unrolled.drawing.shapes import (
    Point,
    box,
    dot,
    line,
    listed,
    shortened,
    width_of,
    words,
)
from unrolled.drawing.style import MINUS, PLUS

WIDE, HIGH, EDGE = 480, 340, 26
BAR, NAMES, STRIP = 190, 120, 330
LETTERS = 18

Box = tuple[float, float, float, float]


def draw(part: Mapping[str, Any]) -> str:
    """The figure of a part "neighbors": "word", "nearest" and "map".

    "nearest" has pairs of a word and its cosine with "word", the nearest first; "map"
    the two coordinates of each word. "sentence" is what is true of one-hot and dense,
    "dense" has their numbers in "vector"; both may be missing.
    """
    word: str = part["word"]
    nearest = [(str(name), float(cosine)) for name, cosine in part["nearest"]]
    near = listed([f"“{name}”" for name, _ in nearest])
    told = f"The network uses {near} much as it uses “{word}”." if near else ""
    beside = f"{_bars(nearest, word)}{_strips(part, word)}"
    beside = f'<div style="min-width:0;max-width:100%">{beside}</div>'
    style = "display:flex;flex-wrap:wrap;gap:12px 32px;align-items:center"
    return figure(
        heading=f"Words near “{word}”",
        sentence=" ".join(filter(None, [told, part.get("sentence")])),
        numbers=_numbers(part, nearest),
        picture=f'<div style="{style}">{_map(part["map"], word)}{beside}</div>',
        table=table(
            ["word", "cosine", "x on the map", "y on the map"],
            [[name, f"{cosine:.3f}", *_place(part, name)] for name, cosine in nearest],
            caption=f"the words nearest to “{word}”",
        ),
    )


def _place(part: Mapping[str, Any], name: str) -> list[str]:
    return [number(at, signed=True) for at in part["map"].get(name, ())] or ["", ""]


def _numbers(part: Mapping[str, Any], nearest: Sequence[tuple[str, float]]) -> str:
    told = "The map shows the first two principal components of these vectors."
    if nearest:
        last = nearest[-1][1]
        told = f"Cosines from {nearest[0][1]:.3f} to {last:.3f}. {told}"
    dense, one_hot = part.get("dense"), part.get("one_hot")
    if dense and one_hot:
        told = f"{one_hot['numbers']:,} words, {dense['numbers']} numbers each. {told}"
    return told


def _map(places: Mapping[str, Sequence[float]], word: str) -> str:
    if not places:
        return ""
    points = _scaled({name: (float(x), float(y)) for name, (x, y) in places.items()})
    mine = points.get(word)
    taken: list[Box] = [(x - 5, y - 5, x + 5, y + 5) for x, y in points.values()]
    lines = [line(mine, at) for name, at in points.items() if mine and name != word]
    dots, names = [], []
    for name, at in sorted(points.items(), key=lambda pair: pair[0] != word):
        is_word = name == word
        dots.append(dot(at, 6 if is_word else 4, color="plus" if is_word else "gate"))
        names.append(_name(name, at, taken, bold=is_word))
    label = f"A map with “{word}” and the {len(points) - 1} words nearest to it."
    border = box((1, 1), WIDE - 2, HIGH - 2, edge="rule")
    drawn = "".join([border, *lines, *dots, *names])
    return _shrinking(svg(drawn, width=WIDE, height=HIGH, label=label))


def _shrinking(drawn: str) -> str:
    """Whole on a narrow screen, too."""
    return drawn.replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)


def _scaled(points: Mapping[str, Point]) -> dict[str, Point]:
    """Into the drawing, as large as fits, with the same scale for both directions."""
    xs, ys = zip(*points.values(), strict=True)
    wide, high = WIDE - 2 * EDGE - 120, HIGH - 2 * EDGE
    scale = min(
        wide / max(max(xs) - min(xs), 1e-9), high / max(max(ys) - min(ys), 1e-9), 1e9
    )
    middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return {
        name: (WIDE / 2 + scale * (x - middle[0]), HIGH / 2 - scale * (y - middle[1]))
        for name, (x, y) in points.items()
    }


def _name(name: str, at: Point, taken: list[Box], *, bold: bool) -> str:
    """The name beside its point, where it meets the fewest others."""
    said = shortened(name, LETTERS)
    wide = width_of(said, 13) * (1.06 if bold else 1)
    x, y = at
    choices = [
        (x + 9, y + 5, "start", x + 9),
        (x - 9, y + 5, "end", x - 9 - wide),
        (x, y - 10, "middle", x - wide / 2),
        (x, y + 20, "middle", x - wide / 2),
        (x + 7, y - 9, "start", x + 7),
        (x + 7, y + 18, "start", x + 7),
        (x - 7, y - 9, "end", x - 7 - wide),
        (x - 7, y + 18, "end", x - 7 - wide),
    ]
    boxes = [(left, base - 12, left + wide, base + 4) for _, base, _, left in choices]
    meets = [sum(_meet(mine, other) for other in taken) + _out(mine) for mine in boxes]
    best = meets.index(min(meets))
    taken.append(boxes[best])
    place, base, anchor, _ = choices[best]
    return words((place, base), said, size=13, anchor=anchor, bold=bold)


def _meet(one: Box, other: Box) -> float:
    """The area that both cover."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _out(one: Box) -> float:
    """What hangs over the edges weighs more than what meets another name."""
    over = max(0.0, 4 - one[0], one[2] - WIDE + 4, 4 - one[1], one[3] - HIGH + 4)
    return 1000 * over


def _bars(nearest: Sequence[tuple[str, float]], word: str) -> str:
    made = []
    for place, (name, cosine) in enumerate(nearest):
        y = 24 * place
        made.append(words((NAMES - 8, y + 17), shortened(name, 16), anchor="end"))
        color = "gate" if cosine >= 0 else "minus"
        wide = max(BAR * min(abs(cosine), 1), 1)
        made.append(box((NAMES, y + 5), wide, 16, fill=color, opacity=0.8))
        said = number(cosine)
        made.append(words((NAMES + wide + 6, y + 17), said, color="faint"))
    label = f"The cosine of each word with “{word}”, as a bar."
    size = NAMES + BAR + 46, max(24 * len(nearest), 1)
    return svg("".join(made), width=size[0], height=size[1], label=label)


def _strips(part: Mapping[str, Any], word: str) -> str:
    """The word written as one-hot and as numbers, one cell a number."""
    vector = torch.tensor((part.get("dense") or {}).get("vector") or [])
    if not len(vector):
        return ""
    size = (part.get("one_hot") or {}).get("numbers", 0)
    share = vector / vector.abs().max().clamp(min=1e-12)
    colors = torch.where((share >= 0)[:, None], *map(torch.tensor, (PLUS, MINUS)))
    cells = torch.cat([colors.T, (255 * share.abs())[None]]).round().byte()[:, None]
    shapes = [
        words((0, 30), f"one-hot: a 1 among {size:,} numbers", color="faint"),
        box((0.5, 36.5), STRIP - 1, 21, edge="rule"),
        box((STRIP / 3, 37), 2, 20, fill="plus"),
        words((0, 76), f"dense: {len(vector)} numbers, signed", color="faint"),
        box((0.5, 82.5), STRIP - 1, 21, edge="rule"),
        f'<image x="1" y="83" width="{STRIP - 2}" height="20" href="{png_uri(cells)}"'
        ' preserveAspectRatio="none" style="image-rendering:pixelated"/>',
    ]
    label = f"“{word}” as a 1 among {size:,} numbers, and as {len(vector)} numbers."
    return _shrinking(svg("".join(shapes), width=STRIP, height=106, label=label))
