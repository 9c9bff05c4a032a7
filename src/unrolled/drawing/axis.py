"""The steps that pictures share: how wide one is, and where its name stands.

    label | He | is | great |      every lane of an axis has the same columns, so that
    units | ▒▒ | ▓▓ | ██    |      a moment stands in one line through all of them
    gates | ░░ | ▓▓ | ▒▒    |

Few steps get wide columns and names that lie; many get narrow ones and names that
stand; very many (frames, moments) get a name every so often. `labels` draws the names
once, in a page's <defs>; each lane shows them by `labels_again`.
"""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from unrolled.drawing.frame import text

ROOM = 960
"""Pixels beside the names of the lanes on a wide screen."""
WIDEST, LYING, STANDING, THINNEST = 76, 46, 22, 5
SCROLLED = 3
"""Times the room over which numbered steps may go on before only some are named."""
PAPER = 660
"""Pixels across a printed page, into which a lane is made to fit."""
LETTER = 7.4
"""Pixels of an average letter at 13 pixels."""
LONGEST = 16
"""Letters of a name; longer ones are cut with an ellipsis."""


class Axis(NamedTuple):
    """The steps along which something runs, laid out."""

    name: str
    steps: Sequence[str]
    column: float
    """Pixels from one step to the next."""
    every: int
    """Every so many steps there is room for a name."""
    stands: bool
    """Whether names are turned by 90 degrees."""

    @property
    def width(self) -> float:
        """Pixels of all steps."""
        return self.column * len(self.steps)

    @property
    def height(self) -> float:
        """Pixels of the line of names."""
        longest = max((len(short(step)) for step in self.steps), default=1)
        return longest * LETTER + 6 if self.stands else 22


def axis_of(name: str, steps: Sequence[str]) -> Axis:
    """An axis with columns that suit the number of its steps and their names."""
    count = max(len(steps), 1)
    room, far = ROOM / count, SCROLLED * ROOM / count
    needed = max((len(short(step)) for step in steps), default=1) * LETTER + 12
    if needed <= max(1.2 * room, min(LYING, far), STANDING):
        return Axis(name, steps, round(max(min(room, WIDEST), needed, 20)), 1, False)
    if far >= STANDING or not all(map(_is_number, steps)):
        return Axis(name, steps, round(max(min(room, LYING), STANDING)), 1, True)
    column = max(round(room), THINNEST)
    return Axis(name, steps, column, ceil(needed / column), False)


def _is_number(step: str) -> bool:
    """Whether a step is one of a series, of which not each must be named."""
    return step.replace(".", "", 1).isdecimal()


def short(word: str, *, most: int = LONGEST) -> str:
    """A name of at most so many letters; what cannot be seen is shown by a sign."""
    seen = {" ": "␣", "\n": "⏎", "\t": "⇥", "": "∅"}.get(word, word.strip() or "␣")
    return seen if len(seen) <= most else seen[: most - 1] + "…"


def labels(axis: Axis) -> str:
    """The names of an axis as a group to be shown by `labels_again`."""
    height = axis.height
    names = "".join(
        _name(axis, at, short(axis.steps[at]), height)
        for at in range(0, len(axis.steps), axis.every)
    )
    lines = "stand" if axis.stands else "lie"
    marks = f'id="names-{text(axis.name)}" class="names {lines}" fill="currentColor"'
    return f"<g {marks}>{names}</g>"


def _name(axis: Axis, at: int, name: str, height: float) -> str:
    x = (at + 0.5) * axis.column
    place = f'x="{x:g}" y="15"'
    if axis.stands:
        place = f'transform="translate({x + 4:g} {height - 4:g})rotate(-90)"'
    elif axis.every > 1:
        place = f'x="{x - axis.column / 2:g}" y="15" class="start"'
    return f"<text {place}>{text(name)}</text>"


def labels_again(axis: Axis) -> str:
    """The line of names above a lane; who listens has the lane's own sentence."""
    return (
        f'<svg class="labels" aria-hidden="true" width="{axis.width:g}" '
        f'height="{axis.height:g}"><use href="#names-{text(axis.name)}"/></svg>'
    )


def lane(axis: Axis, picture: str, *, name: str, again: bool = True) -> str:
    """A picture over the steps of `axis`, with its `name` (HTML) at the left edge."""
    names = labels_again(axis) if again else ""
    fit = min(1.0, PAPER / (axis.width + 160))
    return (
        f'<div class="lane" style="--fit:{fit:.2f}"><div class="name">{name}</div>'
        f'<div class="cells" data-lane="{text(axis.name)}" '
        f'style="--column:{axis.column:g}px">{names}{picture}'
        '<i class="now"></i></div></div>'
    )
