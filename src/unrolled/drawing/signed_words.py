"""What each word counts for, on the words themselves: color and number.

    He    is   great
    +0.1  0.0  +1.7        warm raises the score, cool lowers it

The strength of the background is that of the number, in shares of the largest.
"""

from collections.abc import Sequence
from math import floor, log10

from unrolled.drawing.axis import short
from unrolled.drawing.frame import number, text
from unrolled.drawing.style import MINUS, PLUS

STRONGEST = 0.5
"""Opacity of the strongest background: words on it keep a contrast of 4.5 to 1."""


def signed_words(
    words: Sequence[str], values: Sequence[float], *, axis: str, label: str
) -> str:
    """Words in a line that breaks as text does; `axis` is the name of their axis."""
    largest = max((abs(value) for value in values), default=0) or 1.0
    drawn = [
        _word(word, value, largest, f'data-axis="{text(axis)}" data-step="{at}"')
        for at, (word, value) in enumerate(zip(words, values, strict=True))
    ]
    return (
        f'<div class="words" role="group" aria-label="{text(label)}">'
        f"{''.join(drawn)}</div>"
    )


def _written(value: float, largest: float) -> str:
    """With two decimals, or more where all are small; what is nothing there is 0."""
    digits = 2 if largest >= 0.1 else min(1 - floor(log10(largest)), 8)
    return number(round(value, digits), digits=digits, signed=True)


def _word(word: str, value: float, largest: float, place: str) -> str:
    red, green, blue = PLUS if value > 0 else MINUS
    strength = STRONGEST * abs(value) / largest
    return (
        f'<span {place} style="background:rgb({red} {green} {blue}/{strength:.2f})">'
        f"{text(short(word))}<small>{_written(value, largest)}</small></span>"
    )
