"""The recurrent block in two drawings: folded, with its loop, and unrolled over time.

    folded      y            unrolled       y1      y2      y3
                ▲                           ▲       ▲       ▲
              ┌───┐◄┐                     ┌───┐ h ┌───┐ h ┌───┐
              │ A │ │   the same as   0 ─►│ A │──►│ A │──►│ A │
              └───┘─┘                     └───┘   └───┘   └───┘
                ▲                           ▲       ▲       ▲
                x                           x1      x2      x3

All blocks of an unrolled drawing are one block: the same letter, the same color, the
same weights. A moment without an input or an output has no arrow there; that makes the
shapes one to one, many to one, one to many and many to many.
"""

from collections.abc import Sequence
from itertools import pairwise

from unrolled.drawing.frame import figure, svg, table
from unrolled.drawing.picture import Picture
from unrolled.drawing.shapes import Point, box, line, shortened, width_of, words

SIDE, APART, UP, DOWN = 44, 58, 34, 34
LETTERS = 14


def over_time(
    inputs: Sequence[str | None],
    outputs: Sequence[str | None],
    *,
    heading: str,
    sentence: str,
    numbers: str = "",
    begins: str = "0",
    blocks: Sequence[str] = (),
) -> Picture:
    """A figure of one moment after the other, words in below and words out above.

    `inputs` and `outputs` have an entry for each moment, None where nothing goes in or
    comes out. `begins` is the state before the first. `blocks` names the block of each
    moment where there are two of them, such as an encoder and a decoder; else it is A.
    """
    letters = list(blocks) or ["A"] * len(inputs)
    said = [shortened(one, LETTERS) for one in (*inputs, *outputs) if one]
    step = max(SIDE + APART, max(map(width_of, said), default=0) + 18)
    first = max(60, width_of(begins, 13) + 40)
    shapes = [_state((first - 34, _middle()), (first, _middle()), begins)]
    for at, letter in enumerate(letters):
        x = first + at * step
        shapes.append(_block((x, 24 + UP), letter, other=letter != letters[0]))
        if at + 1 < len(letters):
            shapes.append(_arrow((x + SIDE, _middle()), (x + step, _middle())))
            middle = (x + (SIDE + step) / 2, _middle() - 6)
            shapes.append(words(middle, "h", size=12, anchor="middle", color="faint"))
        shapes += _in_and_out(x + SIDE / 2, inputs[at], outputs[at])
    size = first + len(letters) * step + 8, 24 + UP + SIDE + DOWN + 24
    rows = [
        [str(at), one or "nothing", letter, out or "nothing"]
        for at, (one, letter, out) in enumerate(
            zip(inputs, letters, outputs, strict=True), 1
        )
    ]
    return Picture(
        figure(
            heading=heading,
            sentence=sentence,
            numbers=numbers,
            picture=svg("".join(shapes), width=size[0], height=size[1], label=sentence),
            table=table(
                ["moment", "goes in", "block", "comes out"],
                rows,
                caption="what goes in and what comes out",
            ),
        )
    )


def folded_block(*, heading: str, sentence: str, numbers: str = "") -> Picture:
    """A figure of the block with its loop, its input and its output."""
    x, y = 60.0, 24.0 + UP
    right, middle = x + SIDE, _middle()
    loop = [(right, middle), (right + 34, middle), (right + 34, y - 16)]
    loop += [(x - 18, y - 16), (x - 18, middle - 10)]
    shapes = [
        "".join(line(a, b, color="accent", width=2) for a, b in pairwise(loop)),
        _arrow((x - 18, middle - 10), (x, middle - 10), color="accent"),
        _block((x, y), "A"),
        words((right + 42, middle - 4), "h, the state:"),
        words((right + 42, middle + 12), "out of one moment,", color="faint"),
        words((right + 42, middle + 28), "into the next", color="faint"),
        *_in_and_out(x + SIDE / 2, "x", "y"),
    ]
    picture = svg("".join(shapes), width=300, height=24 + UP + SIDE + DOWN + 24,
                  label=sentence)  # fmt: skip
    return Picture(
        figure(heading=heading, sentence=sentence, numbers=numbers, picture=picture)
    )


def _middle() -> float:
    return 24 + UP + SIDE / 2


def _block(at: Point, letter: str, *, other: bool = False) -> str:
    color = "plus" if other else "accent"
    ground = box(at, SIDE, SIDE, fill=color, opacity=0.16, edge=color)
    middle = (at[0] + SIDE / 2, at[1] + SIDE / 2 + 6)
    return ground + words(
        middle, letter, size=16, anchor="middle", color=color, bold=True
    )


def _state(a: Point, b: Point, said: str) -> str:
    named = words((a[0] - 6, a[1] + 4), said, size=13, anchor="end", color="faint")
    return named + _arrow(a, b)


def _in_and_out(x: float, word: str | None, answer: str | None) -> list[str]:
    top, bottom = 24 + UP, 24 + UP + SIDE
    made = []
    if word is not None:
        made.append(_arrow((x, bottom + DOWN - 4), (x, bottom)))
        place = (x, bottom + DOWN + 12)
        made.append(words(place, shortened(word, LETTERS), anchor="middle"))
    if answer is not None:
        made.append(_arrow((x, top), (x, 24)))
        said = shortened(answer, LETTERS)
        made.append(words((x, 16), said, anchor="middle", bold=True))
    return made


def _arrow(a: Point, b: Point, *, color: str = "faint") -> str:
    """Level or upright, its head at `b`."""
    (x, y), head = b, 5.0
    if a[1] == b[1]:
        back = -head if b[0] > a[0] else head
        sides = [(x + back, y - head), (x + back, y + head)]
    else:
        back = head if b[1] < a[1] else -head
        sides = [(x - head, y + back), (x + head, y + back)]
    strokes = [(a, b), (sides[0], b), (sides[1], b)]
    return "".join(line(*one, color=color, width=1.6) for one in strokes)
