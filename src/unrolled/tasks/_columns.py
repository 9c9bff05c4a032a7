"""Finds the columns that a task reads, and turns a table into examples."""

from collections.abc import Mapping

from unrolled.errors import MissingColumnError, SettingError
from unrolled.readers import Table
from unrolled.tasks._base import Column, Example

Places = dict[str, list[int]]
"""The columns of each role by their place in the table; none for one that is absent."""


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
    said = [
        f'{c.role} is column "{table.columns[place]}"'
        for c in columns
        for place in taken[c.role]
    ]
    return {c.role: taken[c.role] for c in columns}, ", ".join(said)


def headers_of(table: Table, places: Places) -> dict[str, str]:
    """The headers of each role that the table has, joined by commas."""
    names = {role: [table.columns[p] for p in some] for role, some in places.items()}
    return {role: ",".join(found) for role, found in names.items() if found}


def examples(table: Table, places: Places) -> list[Example]:
    """One Example for each row; without a target column the targets are None."""
    [first] = places["input"]
    target, given = places.get("target", []), places.get("given", [])
    return [
        Example(
            row[first],
            row[target[0]] if target else None,
            place,
            tuple(row[p] for p in given),
        )
        for row, place in zip(table.rows, table.places, strict=True)
    ]


def _named(table: Table, column: Column, name: str) -> list[int]:
    """The places of a column that the user named, or of several with commas between."""
    several = column.optional and name not in table.columns
    return [table.column(n.strip()) for n in (name.split(",") if several else [name])]


def _all(taken: Places) -> list[int]:
    return [place for places in taken.values() for place in places]


def _repeats(taken: Places) -> bool:
    return len(set(_all(taken))) < len(_all(taken))


def _count(columns: int) -> str:
    return "only one column" if columns == 1 else f"only {columns} columns"
