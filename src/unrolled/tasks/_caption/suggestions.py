"""Settings that suit pictures and their captions, where the user names none."""

from unrolled.errors import FixableError
from unrolled.settings import Value
from unrolled.signals import pictures
from unrolled.tasks._base import Example

LARGEST = 64  # pixels along a side: four times the work of 32
LOOKED_AT = 20  # pictures, for their size
TO_SEE = 90_000  # pictures of a run: 40 passes over 2,254


def suggestions(examples: list[Example]) -> dict[str, Value]:
    """Values by "section.key" for training on these rows."""
    captions = sum(1 + len(row.references) for row in examples)
    epochs = max(10, min(60, round(TO_SEE / max(captions, 1))))
    sides = [_longest_side(row.input) for row in examples[:LOOKED_AT]]
    return {
        "picture.size": max(8, min(LARGEST, max(sides, default=LARGEST))),
        "training.epochs": epochs,
        "training.patience": epochs,
        # A few hundred words are each met often.
        "training.table_rate": 1.0,
    }


def _longest_side(cell: object) -> int:
    """Of a picture, in pixels; the largest that is suggested if it cannot be read."""
    if isinstance(cell, list):
        lines = [len(line) for line in cell if isinstance(line, list)]
        return max(len(cell), *lines) if lines else LARGEST
    if not isinstance(cell, str) or not cell.lower().endswith(pictures.ENDINGS):
        return LARGEST
    try:
        return max(pictures.size_of(cell))
    except FixableError:
        return LARGEST  # whoever reads it for training says what is wrong
