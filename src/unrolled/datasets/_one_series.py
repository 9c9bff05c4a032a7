"""Parts of one series along time: each goes on where the one before it ends.

    moments    0 ............ train | valid | test
    train      ├───────────────────┤
    valid      ├───────────────────────────┤
    test       ├──────────────────────────────────┤

Each part holds the series from its beginning: a forecast needs the values before it.
What training has seen is not scored.
"""

from collections.abc import Mapping, Sequence

from unrolled.datasets._base import Parts, Row

REPEATS = "each part is the series from its beginning; only what is new in it is scored"


def along_time(rows: Sequence[Row], ends: Mapping[str, int]) -> Parts:
    """So many first rows as each part of `ends` says."""
    return {part: list(rows[:end]) for part, end in ends.items()}


def table_rows(content: bytes) -> list[Row]:
    """The rows below the header of a CSV file without quotes in its cells."""
    _, *lines = content.decode("utf-8").split("\n")
    return [tuple(line.strip().split(",")) for line in lines if line.strip()]
