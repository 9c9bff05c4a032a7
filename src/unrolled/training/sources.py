"""From the user's files to examples.

Each file is read for itself, but for plain texts of a task whose answers are texts of a
length of their own: these are read side by side, line by line. A task that learns from
pairs alone is given no row with only one text in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from unrolled.errors import SettingError, UnreadableDataError
from unrolled.readers import (
    Cell,
    ReadOptions,
    are_aligned,
    is_plain,
    read,
    read_aligned,
)
from unrolled.settings import Settings
from unrolled.tasks._base import AbstractTask, Example, Shape
from unrolled.tasks._columns import FURTHER, choose, examples, headers_of
from unrolled.training.named_files import located
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
    settings: Mapping[str, Settings],
    *,
    named: Mapping[str, str],
    before: Mapping[str, str] | None = None,
) -> list[Source]:
    """Reads the files of one part for a task.

    `named` are the columns that the user named, `before` those of an earlier part, for
    roles that the user did not name. Raises UnreadableDataError, MissingColumnError,
    and SettingError for columns named in files that have none.
    """
    data: Any = settings["data"]
    if task.shape is Shape.ENCODER_DECODER:
        groups = _side_by_side(paths, task, data.encoding)
    else:
        groups = [[path] for path in paths]
    named = {role: name for role, name in named.items() if name}
    columns = {**(before or {}), **named}
    return [
        load(group[0], task, columns, settings)
        if len(group) == 1
        else _load_aligned(group, data, named)
        for group in groups
    ]


def load(
    path: Path,
    task: type[AbstractTask],
    named: Mapping[str, str],
    settings: Mapping[str, Settings],
) -> Source:
    """Reads a file for a task. Raises UnreadableDataError, MissingColumnError."""
    data: Any = settings["data"]
    needed = sum(not column.optional for column in task.columns)
    table = read(
        path,
        skip_bad_rows=data.skip_bad_rows,
        header=data.has_header(),
        encoding=data.encoding,
        fewest_cells=needed if any(c.repeats for c in task.columns) else 0,
    )
    counted = f"{path}: {len(table.rows):,} rows"
    gathered = task.gather(table, named, settings)
    if gathered:
        found, headers, told = gathered
        notes = [counted, *table.notes, *told]
        rows = located(found, path, task.columns[0].files)
        return Source(rows, headers, notes, table.bad_rows, str(path))
    places, said = choose(table, task.columns, named)
    headers = headers_of(table, places)
    notes = [f"{counted}; {said}", *table.notes]
    rows = located(examples(table, places), path, task.columns[0].files)
    source = Source(rows, headers, notes, table.bad_rows, str(path))
    return _paired(source, data) if needs_pairs(task) else source


def needs_pairs(task: type[AbstractTask]) -> bool:
    """Whether a task turns one text into another, and learns from pairs alone."""
    required = any(c.role == "target" and not c.optional for c in task.columns)
    return task.shape is Shape.ENCODER_DECODER and required


def _paired(source: Source, data: DataSettings) -> Source:
    """The rows with a text on both sides; those with one on neither are no rows.

    Raises UnreadableDataError for a row with only one, unless such may be left out.
    """
    kept, bad = [], list(source.bad_rows)
    for row in source.examples:
        there = {"input": not _is_blank(row.input), "target": not _is_blank(row.target)}
        if all(there.values()):
            kept.append(row)
        elif any(there.values()):
            role = next(role for role in there if not there[role])
            header = source.headers.get(role, role)
            found = f'{row.place}: column "{header}" is empty.'
            if not data.skip_bad_rows:
                raise UnreadableDataError(
                    found=found,
                    expected="a text on both sides of every row",
                    fix="fill it in, or leave such rows out with --skip-bad-rows",
                )
            bad.append(found)
    empty = len(source.examples) - len(kept) - (len(bad) - len(source.bad_rows))
    notes = [f"rows without any text: {empty:,}, passed over"] if empty else []
    return replace(source, examples=kept, bad_rows=bad, notes=source.notes + notes)


def _is_blank(cell: Cell | None) -> bool:
    return not cell.strip() if isinstance(cell, str) else cell in (None, [])


def _side_by_side(
    paths: Sequence[Path], task: type[AbstractTask], encoding: str
) -> list[list[Path]]:
    """The files in groups whose lines belong together; a table is one of its own.

    Where the ending of the first text comes again, another group begins: a.en a.fr b.en
    b.fr. Texts of one ending are a group; if the task can learn from texts alone, only
    where they have as many lines.
    """
    paired = needs_pairs(task)
    groups: list[list[Path]] = []
    texts: list[Path] = [path for path in paths if is_plain(path)]
    endings = [path.name.removesuffix(".gz").rpartition(".")[2] for path in texts]
    alike = len(set(endings)) == 1
    apart = alike and not paired and not are_aligned(texts, encoding)
    for path, ending in zip(texts, endings, strict=True):
        begins = apart if alike else ending == endings[0]
        if not groups or begins:
            groups.append([])
        groups[-1].append(path)
    for group in groups:
        if len(group) == 1 and paired:
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
