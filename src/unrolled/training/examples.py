"""From examples to the parts of a run, and what tells that they are the same ones."""

import json
from hashlib import file_digest, sha256
from pathlib import Path

import torch

from unrolled.randomness import stream
from unrolled.series import Series
from unrolled.tasks._base import Example


def split_at_end(
    rows: list[Example], share: float
) -> tuple[list[Example], list[Example]]:
    """Rows to learn from, and the last share of them, where each goes on with another.

    At least one row is learned.
    """
    kept = max(len(rows) - round(share * len(rows)), 1)
    return rows[:kept], rows[kept:]


def split(
    rows: list[Example], share: float, seed: int
) -> tuple[list[Example], list[Example]]:
    """Rows to learn from, and a share of them kept aside; a function of the seed.

    Rows with the same input stay together, or the same sentence would be learned and
    then asked; where one has so many rows that they would miss the share by more than
    none of them does, they are learned. At least one row is.
    """
    wanted = round(share * len(rows))
    groups: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(key_of(row), []).append(number)
    keys = list(groups)
    order = torch.randperm(len(keys), generator=stream(seed, "split")).tolist()
    aside: set[int] = set()
    for place in order[: len(keys) - 1]:
        group = groups[keys[place]]
        if len(group) <= 2 * (wanted - len(aside)):
            aside.update(group)
    kept = [row for number, row in enumerate(rows) if number not in aside]
    return kept, [rows[number] for number in sorted(aside)]


def fingerprint(rows: list[Example]) -> str:
    """The head of a SHA-256 over all cells of all rows, in order."""
    found = sha256()
    for row in rows:
        cells = [row.input, row.target, *row.given]
        cells += [list(row.references)] if row.references else []
        found.update(json.dumps(cells, default=Series.to_list).encode() + b"\n")
    return found.hexdigest()[:16]


def digest_of(path: Path) -> str:
    """The head of the SHA-256 of a file, or "" if there is no such file."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file_digest(file, sha256).hexdigest()[:16]


def key_of(row: Example) -> str:
    """Equal for rows of equal input."""
    if isinstance(row.input, Series):
        return fingerprint([row])
    return json.dumps(row.input) if isinstance(row.input, list) else str(row.input)
