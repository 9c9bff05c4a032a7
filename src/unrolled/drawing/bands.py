"""Where shares of what may come are to lie, from quantiles of a few levels.

levels 0.1, 0.5, 0.9      80 % lie between those of 0.1 and 0.9; 50 % between those
                          of 0.25 and 0.75, which lie on the lines between the levels
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

SHARES = (95, 80, 50)
"""In percent."""


class Band(NamedTuple):
    """Where a share of what may come is to lie."""

    share: str
    """In percent, the end of its class: "80"."""
    low: list[float]
    high: list[float]


def bands_of(quantiles: Mapping[float, list[float]]) -> list[Band]:
    """From the widest to the narrowest, as far as the levels reach.

    `quantiles` have for each level, in rising order, a value for each moment to come.
    """
    found = [_band(share, quantiles) for share in SHARES]
    return [band for band in found if band is not None]


def _band(share: int, quantiles: Mapping[float, list[float]]) -> Band | None:
    """None where the levels do not reach so far."""
    low, high = (50 - share / 2) / 100, (50 + share / 2) / 100
    below, above = _between(low, quantiles), _between(high, quantiles)
    return Band(str(share), below, above) if below and above else None


def _between(level: float, quantiles: Mapping[float, list[float]]) -> list[float]:
    """The quantiles of a level, one for each moment to come; none beyond the others."""
    for near, exact in quantiles.items():
        if abs(near - level) < 1e-9:
            return exact
    for left, right in pairwise(quantiles):
        if left < level < right:
            share = (level - left) / (right - left)
            pairs = zip(quantiles[left], quantiles[right], strict=True)
            return [a + share * (b - a) for a, b in pairs]
    return []
