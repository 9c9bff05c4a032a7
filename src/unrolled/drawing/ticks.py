"""Where an axis has its marks: round numbers, and the beginnings of years or days.

values       112 ... 622                 200, 400, 600
times        Jan 1957 ... Dec 1961       1957, 1958, 1959, 1960, 1961
             1 July 13:00 ... 3 July     2016-07-02, 2016-07-03
counted      97 ... 160                  100, 120, 140, 160
"""

import re
from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

import numpy as np

MOST = 8
"""Marks of a time axis at most."""
_UNITS = {
    "h": (1, 3, 6, 12),
    "D": (1, 2, 7, 14),
    "M": (1, 3, 6),
    "Y": (1, 2, 5, 10, 20, 50, 100),
}
_LEAST = {"h": 0, "D": 86_400, "M": 28 * 86_400, "Y": 365 * 86_400}
"""Seconds between moments from which on marks say no less."""
_LETTERS = {"h": 16, "D": 10, "M": 7, "Y": 4}
"""How much of 2016-07-01T13:00 a mark says."""


class Tick(NamedTuple):
    """A mark on an axis."""

    at: float
    """The value, or the place among the moments."""
    label: str


def of_values(low: float, high: float, most: int = 6) -> list[Tick]:
    """Round numbers from `low` to `high`, which must be greater; at most `most`."""
    step = _round_step((high - low) / most)
    digits = max(0, -floor(log10(step)))
    places = range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)
    plain = max(abs(low), abs(high)) < 1e7 and digits < 5
    marks = [place * step for place in places]
    return [Tick(at, f"{at:,.{digits}f}" if plain else f"{at:.4g}") for at in marks]


def seconds_of(moments: Sequence[str]) -> list[int]:
    """Seconds since 1970 of moments as text: "1957", "1957-03", "2016-07-01 13:00".

    Empty where one of them is something else, or where they do not rise.
    """
    try:
        stamps = np.array([_stamp(moment) for moment in moments], "datetime64[s]")
    except ValueError:
        return []
    return stamps.astype(np.int64).tolist() if (np.diff(stamps) > 0).all() else []


def of_moments(times: Sequence[int], first: int, count: int) -> list[Tick]:
    """Marks of `count` moments: by `times`, seconds since 1970, or counted.

    Without times the moments are numbered, beginning with `first`.
    """
    if not times:
        if count < 2:
            return [Tick(0, str(first))]
        marks = of_values(first, first + count - 1, MOST)
        whole = [mark.at for mark in marks if mark.at == int(mark.at)]
        return [Tick(at - first, f"{at:,.0f}") for at in whole]
    stamps = np.array(times).astype("datetime64[s]")
    apart = int(np.diff(times).min()) if count > 1 else 0
    fitting = [unit for unit, least in _LEAST.items() if least <= apart]
    found: list[Tick] = []
    for unit in list(_UNITS)[max(0, len(fitting) - 1) :]:
        for several in _UNITS[unit]:
            found = _begun(stamps, unit, several)
            if len(found) <= MOST:
                return found if len(found) > 1 else _ends(stamps)
    return found[:: -(-len(found) // MOST)]


def _stamp(moment: str) -> np.datetime64:
    """Raises ValueError for what is no date: words, and numbers that only count."""
    if not re.match(r"\d{4}(-\d\d|$)", moment):
        raise ValueError(moment)
    return np.datetime64(moment.replace(" ", "T"), "s")


def _begun(stamps: np.ndarray, unit: str, several: int) -> list[Tick]:
    """The moments with which another so many units begin, counted from year 1."""
    number = stamps.astype(f"datetime64[{unit}]").astype(np.int64)
    if unit == "Y":
        number = number + 1970
    group = number // several
    says = _LETTERS[unit]
    return [
        Tick(place, str(stamps[place])[:says].replace("T", " "))
        for place in range(len(stamps))
        if (group[place] != group[place - 1] if place else number[0] % several == 0)
        if place or unit == "Y" or _exactly(stamps[0], unit)
    ]


def _exactly(stamp: np.datetime64, unit: str) -> bool:
    return stamp == stamp.astype(f"datetime64[{unit}]").astype("datetime64[s]")


def _ends(stamps: np.ndarray) -> list[Tick]:
    """The first and the last moment, where nothing round lies between."""
    exact = any(not _exactly(stamp, "D") for stamp in stamps)
    says = 16 if exact else 10
    places = sorted({0, len(stamps) - 1})
    return [Tick(p, str(stamps[p])[:says].replace("T", " ")) for p in places]


def _round_step(least: float) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that is not below `least`."""
    power = 10.0 ** floor(log10(least))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= least * (1 - 1e-9))
