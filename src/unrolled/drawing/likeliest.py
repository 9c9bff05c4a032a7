"""The likeliest names at each step, best first, each over a bar of its probability.

    Il       est      super
    ━━━━━    ━━━━     ━━
    Elle     était    bien         what was taken is bold
    ━        ━━       ━━

The bars of a step fill its column where the network is certain. It is the inside of a
lane (drawing/axis.py) with columns of at least ROOMY pixels.
"""

from collections.abc import Sequence

from unrolled.drawing.axis import Axis, short
from unrolled.drawing.frame import svg, text

ROOMY = 44
"""Pixels of a column in which a word can be read."""
LINE, LETTER = 25.0, 6.6


def likeliest(
    axis: Axis,
    names: Sequence[Sequence[str]],
    shares: Sequence[Sequence[float]],
    taken: Sequence[str],
    *,
    label: str,
) -> str:
    """For each step its names, best first, with their probabilities (0 to 1)."""
    most = max((len(column) for column in names), default=0)
    columns = [
        _column(axis, at, *three)
        for at, three in enumerate(zip(names, shares, taken, strict=True))
    ]
    height = most * LINE + 4
    return svg("".join(columns), width=axis.width, height=height, label=label)


def _column(
    axis: Axis, at: int, names: Sequence[str], shares: Sequence[float], taken: str
) -> str:
    left, room = at * axis.column + 3, axis.column - 6
    made = []
    for rank, (name, share) in enumerate(zip(names, shares, strict=True)):
        y = rank * LINE + 15
        is_taken = name == taken
        heavy = ' font-weight="700"' if is_taken else ""
        shown = text(short(name, most=max(int(room / LETTER), 2)))
        wide = max(room * min(share, 1), 1)
        color = "gate" if is_taken else "faint"
        made.append(
            f'<text x="{left:g}" y="{y:g}" font-size="12"{heavy}>{shown}</text>'
            f'<path d="M{left:g} {y + 5.5:g}h{wide:.1f}" stroke-width="4" '
            f'style="stroke:var(--{color})"/>'
        )
    return "".join(made)
