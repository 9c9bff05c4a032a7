"""Finds the columns that a task reads, and turns a table into examples.

A column that repeats is the first of several right answers. The others are the columns
to its right: all that are left of a table without a header, and in one with a header
those of like name (target, target 2, reference 1), so that a date is no translation.

A series may be spread over columns, a number in each: `p0..p63` names the first and the
last of them, and its cells become one list.
"""

import re
from collections.abc import Mapping

from unrolled.errors import MissingColumnError, SettingError
from unrolled.readers import Cell, Table
from unrolled.tasks._base import Column, Example

Places = dict[str, list[int]]
"""The columns of each role by their place in the table; none for one that is absent."""
FURTHER = "references"
"""The role of the columns beside one that repeats, where a task has such a column."""
_NUMBER = re.compile(r"[\s_-]*\d+$")
RANGE = ".."
"""Between the first and the last column of a series: p0..p63."""
_REFERENCES = ("reference", "references", "ref")


def choose(
    table: Table, columns: tuple[Column, ...], named: Mapping[str, str]
) -> tuple[Places, str]:
    """The places of each role in the table, and a sentence that says what was chosen.

    `named` maps roles to headers or numbers from 1 that the user gave. The others are
    found by their usual headers, then as the next column that is not taken, unless they
    are optional. Raises MissingColumnError, and SettingError for one column in two
    roles.
    """
    taken = {
        c.role: _named(table, c, named[c.role]) for c in columns if named.get(c.role)
    }
    if _repeats(taken):
        given = [f'--{role} "{named[role]}"' for role in taken]
        raise SettingError(
            found=f"{' and '.join(given)} are one column of {table.source}.",
            expected="a column for each",
            fix=f"name another of {', '.join(table.columns)}",
        )
    headers = [header.strip().lower() for header in table.columns]
    for column in columns:
        if column.role in taken:
            continue
        free = [h for h in column.usual if h in headers]
        places = [p for p in map(headers.index, free) if p not in _all(taken)]
        if places or column.optional:
            taken[column.role] = places[:1]
    for column in columns:
        left = [p for p in range(len(headers)) if p not in _all(taken)]
        if column.role not in taken and not left:
            raise MissingColumnError(
                found=f"{table.source} has {_count(len(headers))}:"
                f" {', '.join(table.columns)}.",
                expected=f"one more for the {column.role}: {column.holds}",
                fix="add that column, or check the delimiter of the file",
            )
        if column.role not in taken:
            taken[column.role] = left[:1]
    found = {c.role: taken[c.role] for c in columns}
    for column in columns:
        if column.repeats:
            found[FURTHER] = _further(table, found[column.role], _all(taken))
    return found, _said(table, found)


def headers_of(table: Table, places: Places) -> dict[str, str]:
    """The headers of each role that the table has, joined by commas.

    Further right answers are left out: another table may have more or fewer of them.
    """
    named = {role: some for role, some in places.items() if role != FURTHER and some}
    names = {role: [table.columns[p] for p in some] for role, some in named.items()}
    return {
        role: RANGE.join([found[0], found[-1]])
        if _is_range(role, named[role])
        else ",".join(found)
        for role, found in names.items()
    }


def examples(table: Table, places: Places) -> list[Example]:
    """One Example for each row; without a target column the targets are None.

    Where a target repeats, the first answer of a row that is not empty is the target
    and the others are references; a list of texts in one cell is as many answers.
    """
    read = places["input"]
    target, given = places.get("target", []), places.get("given", [])
    made = [
        Example(
            [row[p] for p in read] if read[1:] else row[read[0]],
            row[target[0]] if target else None,
            place,
            tuple(row[p] for p in given),
        )
        for row, place in zip(table.rows, table.places, strict=True)
    ]
    if FURTHER not in places or not target:
        return made
    several = [*target, *places[FURTHER]]
    return [
        _with_answers(example, [row[p] for p in several])
        for example, row in zip(made, table.rows, strict=True)
    ]


def _said(table: Table, places: Places) -> str:
    """What was chosen, in words."""
    said: list[str] = []
    for role, some in places.items():
        names = [f'"{table.columns[place]}"' for place in some]
        if _is_range(role, some):
            count = f"{len(some)} columns, {names[0]} to {names[-1]}"
            said.append(f"{role} is a series over {count}")
        elif role != FURTHER:
            said += [f"{role} is column {name}" for name in names]
    further = [f'"{table.columns[place]}"' for place in places.get(FURTHER, [])]
    if further:
        shown = further if len(further) < 4 else [*further[:2], "...", further[-1]]
        said.append(f"further right answers are in {', '.join(shown)}")
    return ", ".join(said)


def _with_answers(example: Example, cells: list[Cell]) -> Example:
    """The example with all its right answers; those that are empty are left out."""
    answers: list[Cell] = []
    for cell in cells:
        if isinstance(cell, list) and all(isinstance(one, str) for one in cell):
            answers += cell
        else:
            answers.append(cell)
    answers = [a for a in answers if not isinstance(a, str) or a.strip()]
    first, *others = answers or [""]
    return example._replace(target=first, references=tuple(others))


def _further(table: Table, target: list[int], taken: list[int]) -> list[int]:
    """The columns of further right answers; none if several were named."""
    if len(target) != 1:
        return []
    right = [p for p in range(target[0] + 1, len(table.columns)) if p not in taken]
    if table.has_header:
        stem = _stem(table.columns[target[0]])
        right = [p for p in right if _stem(table.columns[p]) in (stem, *_REFERENCES)]
    return right


def _stem(header: str) -> str:
    """A header without a number at its end: "target 2" is one of "target"."""
    return _NUMBER.sub("", header.strip().lower())


def _named(table: Table, column: Column, name: str) -> list[int]:
    """The places of a column that the user named, or of several with commas between."""
    if column.role == "input" and RANGE in name and name not in table.columns:
        return _ranging(table, name)
    several = (column.optional or column.repeats) and name not in table.columns
    return [table.column(n.strip()) for n in (name.split(",") if several else [name])]


def _ranging(table: Table, name: str) -> list[int]:
    """The places of the columns from the first to the last of a range."""
    first, last = (table.column(end.strip()) for end in name.split(RANGE, 1))
    if first >= last:
        raise SettingError(
            found=f'"{name}" names columns {first + 1} to {last + 1} of'
            f" {table.source}.",
            expected="the first and the last column of a series, in this order",
            fix=f"name them as FIRST{RANGE}LAST",
        )
    return list(range(first, last + 1))


def _is_range(role: str, some: list[int]) -> bool:
    """Whether the cells of a role are the numbers of one series."""
    return role == "input" and len(some) > 1


def _all(taken: Places) -> list[int]:
    return [place for places in taken.values() for place in places]


def _repeats(taken: Places) -> bool:
    return len(set(_all(taken))) < len(_all(taken))


def _count(columns: int) -> str:
    return "only one column" if columns == 1 else f"only {columns} columns"
