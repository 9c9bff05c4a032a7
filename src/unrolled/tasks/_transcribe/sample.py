"""Ten small sounds: letters as tones, one after the other, with silence around them."""

from math import pi, sin

from unrolled.readers import Cell

TONES = {"a": 500.0, "b": 1500.0}
"""Hertz of each letter."""
TEXTS = ("a", "b", "ab", "ba", "aa", "bb", "ab", "ba", "a", "b")
RATE = 8_000
_TONE, _PAUSE = 0.08, 0.04  # seconds


def sample_sound(text: str, *, softer: float = 1.0) -> list[float]:
    """Samples at 8,000 a second that spell a text."""
    found = [0.0] * round(_PAUSE * RATE)
    for letter in text:
        step = 2 * pi * TONES[letter] / RATE
        found += [sin(step * n) / (2 * softer) for n in range(round(_TONE * RATE))]
        found += [0.0] * round(_PAUSE * RATE)
    return [round(one, 3) for one in found]


def sample() -> list[tuple[Cell, ...]]:
    """The rows: a sound and its text, each softer than the one before."""
    return [
        (sample_sound(text, softer=1 + row / 5), text) for row, text in enumerate(TEXTS)
    ]
