"""Ten small series for tests and for a first look: waves of one period."""

import math

from unrolled.readers import Cell

PERIOD = 6
MOMENTS = 30


def sample() -> list[tuple[Cell, ...]]:
    """Waves that begin at different phases, on different levels."""
    return [
        (
            [
                round(10 + 2 * row + 3 * math.sin(2 * math.pi * (t + row) / PERIOD), 3)
                for t in range(MOMENTS)
            ],
        )
        for row in range(10)
    ]
