"""Recordings as the UEA archive lays them out: one a line, the label last.

0.1,0.4:1.2,1.3:walking     dimensions across  →  [[0.1, 1.2], [0.4, 1.3]], moments
                                                  down, and "walking"
"""

from unrolled.datasets._base import Parts, Row
from unrolled.datasets._split import split


def recordings(content: bytes) -> list[Row]:
    """A series, [[number, ...], ...] by moment, and its label for each recording."""
    _, _, lines = content.decode("utf-8").partition("@data\n")
    return [_recording(line) for line in lines.splitlines() if line]


def kept_aside(rows: list[Row], count: int) -> Parts:
    """So many recordings of each label as "valid", the others as "train"."""
    parts: Parts = {"train": [], "valid": []}
    for label in sorted({str(row[1]) for row in rows}):
        mine = [row for row in rows if row[1] == label]
        for part, some in split(
            mine, list(map(str, mine)), sizes={"valid": count}
        ).items():
            parts[part] += some
    return parts


def _recording(line: str) -> Row:
    *dimensions, label = line.split(":")
    numbers = [[float(n) for n in dimension.split(",")] for dimension in dimensions]
    return ([list(moment) for moment in zip(*numbers, strict=True)], label.strip())
