"""From the user's files to examples, and from examples to the parts of a run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path

import torch

from unrolled.randomness import stream
from unrolled.readers import read
from unrolled.tasks._base import AbstractTask, Example
from unrolled.tasks._columns import choose, examples, headers_of


@dataclass(frozen=True)
class Source:
    """What one file gave."""

    examples: list[Example]
    headers: dict[str, str]
    """The header of each role."""
    notes: list[str] = field(default_factory=list)
    """What was detected and chosen, in words."""
    bad_rows: list[str] = field(default_factory=list)
    """Rows that were left out, each with its reason."""

    def told(self) -> list[str]:
        """The notes, and each row that was left out."""
        if not self.bad_rows:
            return self.notes
        left_out = [f"left out: {problem}" for problem in self.bad_rows]
        return [*self.notes, f"bad rows: {len(self.bad_rows):,}, left out", *left_out]


def load(
    path: Path,
    task: type[AbstractTask],
    named: Mapping[str, str],
    *,
    skip_bad_rows: bool = False,
    header: bool | None = None,
    encoding: str = "",
) -> Source:
    """Reads a file for a task. Raises UnreadableDataError, MissingColumnError."""
    table = read(path, skip_bad_rows=skip_bad_rows, header=header, encoding=encoding)
    places, said = choose(table, task.columns, named)
    headers = headers_of(table, places)
    notes = [f"{path}: {len(table.rows):,} rows; {said}", *table.notes]
    return Source(examples(table, places), headers, notes, table.bad_rows)


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
        found.update(json.dumps(cells).encode() + b"\n")
    return found.hexdigest()[:16]


def digest_of(path: Path) -> str:
    """The head of the SHA-256 of a file, or "" if there is no such file."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file_digest(file, sha256).hexdigest()[:16]


def key_of(row: Example) -> str:
    """Equal for rows of equal input."""
    return json.dumps(row.input) if isinstance(row.input, list) else str(row.input)
