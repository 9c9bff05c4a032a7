"""From the user's files to examples, and from examples to the parts of a run.

Each file is read for itself, but for plain texts of a task whose answers are texts of a
length of their own: these are read side by side, line by line.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path

import torch

from unrolled.errors import SettingError, UnreadableDataError
from unrolled.randomness import stream
from unrolled.readers import ReadOptions, are_aligned, is_plain, read, read_aligned
from unrolled.tasks._base import AbstractTask, Example, Shape
from unrolled.tasks._columns import FURTHER, choose, examples, headers_of
from unrolled.training.settings import DataSettings


@dataclass(frozen=True)
class Source:
    """What one file gave, or several side by side."""

    examples: list[Example]
    headers: dict[str, str]
    """The header of each role; none where files have no columns."""
    notes: list[str] = field(default_factory=list)
    """What was detected and chosen, in words."""
    bad_rows: list[str] = field(default_factory=list)
    """Rows that were left out, each with its reason."""
    name: str = ""
    """The file, or the first of those side by side."""

    def told(self) -> list[str]:
        """The notes, and each row that was left out."""
        if not self.bad_rows:
            return self.notes
        left_out = [f"left out: {problem}" for problem in self.bad_rows]
        return [*self.notes, f"bad rows: {len(self.bad_rows):,}, left out", *left_out]


def load_all(
    paths: Sequence[Path],
    task: type[AbstractTask],
    data: DataSettings,
    *,
    named: Mapping[str, str],
    before: Mapping[str, str] | None = None,
) -> list[Source]:
    """Reads the files of one part for a task.

    `named` are the columns that the user named, `before` those of an earlier part, for
    roles that the user did not name. Raises UnreadableDataError, MissingColumnError,
    and SettingError for columns named in files that have none.
    """
    if task.shape is Shape.ENCODER_DECODER:
        groups = _side_by_side(paths, task, data.encoding)
    else:
        groups = [[path] for path in paths]
    named = {role: name for role, name in named.items() if name}
    columns = {**(before or {}), **named}
    return [
        load(group[0], task, columns, data)
        if len(group) == 1
        else _load_aligned(group, data, named)
        for group in groups
    ]


def load(
    path: Path, task: type[AbstractTask], named: Mapping[str, str], data: DataSettings
) -> Source:
    """Reads a file for a task. Raises UnreadableDataError, MissingColumnError."""
    needed = sum(not column.optional for column in task.columns)
    table = read(
        path,
        skip_bad_rows=data.skip_bad_rows,
        header=data.has_header(),
        encoding=data.encoding,
        fewest_cells=needed if any(c.repeats for c in task.columns) else 0,
    )
    places, said = choose(table, task.columns, named)
    headers = headers_of(table, places)
    notes = [f"{path}: {len(table.rows):,} rows; {said}", *table.notes]
    return Source(examples(table, places), headers, notes, table.bad_rows, str(path))


def _side_by_side(
    paths: Sequence[Path], task: type[AbstractTask], encoding: str
) -> list[list[Path]]:
    """The files in groups whose lines belong together; a table is one of its own.

    Where the ending of the first text comes again, another group begins: a.en a.fr b.en
    b.fr. Texts of one ending are a group; if the task can learn from texts alone, only
    where they have as many lines.
    """
    needs_pairs = any(c.role == "target" and not c.optional for c in task.columns)
    groups: list[list[Path]] = []
    texts: list[Path] = [path for path in paths if is_plain(path)]
    endings = [path.name.removesuffix(".gz").rpartition(".")[2] for path in texts]
    alike = len(set(endings)) == 1
    apart = alike and not needs_pairs and not are_aligned(texts, encoding)
    for path, ending in zip(texts, endings, strict=True):
        begins = apart if alike else ending == endings[0]
        if not groups or begins:
            groups.append([])
        groups[-1].append(path)
    for group in groups:
        if len(group) == 1 and needs_pairs:
            raise UnreadableDataError(
                found=f"{group[0]} is a plain text without a second one beside it.",
                expected="a table with a column for each side, or two texts whose lines"
                " belong together",
                fix=f"name both, the one to be read first: {group[0].name} OTHER",
            )
    return groups + [[path] for path in paths if path not in texts]


def _load_aligned(
    paths: Sequence[Path], data: DataSettings, named: Mapping[str, str]
) -> Source:
    """Texts side by side: what is read, right answers, further right answers."""
    shown = [path.name for path in paths]
    for role, name in named.items():
        raise SettingError(
            found=f'--{role} "{name}" names a column, and {" and ".join(shown)} are'
            " plain texts, which have none.",
            expected="the texts in their order: what is read, then the right answers",
            fix=f"leave --{role} out",
        )
    options = ReadOptions(skip_bad_rows=data.skip_bad_rows, encoding=data.encoding)
    table = read_aligned(paths, options)
    places = {"input": [0], "target": [1], FURTHER: list(range(2, len(paths)))}
    said = f"input is {shown[0]}, target is {shown[1]}"
    if paths[2:]:
        said += f", further right answers are in {', '.join(shown[2:])}"
    counted = f"{paths[0]}: {len(table.rows):,} rows, read side by side; {said}"
    rows = examples(table, places)
    notes = [counted, *table.notes]
    return Source(rows, {}, notes, table.bad_rows, str(paths[0]))


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
