"""Finds the columns that a task reads, and turns a table into examples."""

from collections.abc import Mapping

from unrolled.errors import MissingColumnError, SettingError
from unrolled.readers import Table
from unrolled.tasks._base import Column, Example


def choose(
    table: Table, columns: tuple[Column, ...], named: Mapping[str, str]
) -> tuple[list[int], str]:
    """The place of each column in the table, and a sentence that says what was chosen.

    `named` maps roles to headers or numbers from 1 that the user gave. The others are
    found by their usual headers, then as the next column that is not taken. Raises
    MissingColumnError, and SettingError for one column in two roles.
    """
    taken = {c.role: table.column(named[c.role]) for c in columns if named.get(c.role)}
    if len(set(taken.values())) < len(taken):
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
        places = [p for p in map(headers.index, free) if p not in taken.values()]
        if places:
            taken[column.role] = places[0]
    for column in columns:
        left = [p for p in range(len(headers)) if p not in taken.values()]
        if column.role not in taken and not left:
            raise MissingColumnError(
                found=f"{table.source} has {_count(len(headers))}:"
                f" {', '.join(table.columns)}.",
                expected=f"one more for the {column.role}: {column.holds}",
                fix="add that column, or check the delimiter of the file",
            )
        if column.role not in taken:
            taken[column.role] = left[0]
    said = [f'{c.role} is column "{table.columns[taken[c.role]]}"' for c in columns]
    return [taken[c.role] for c in columns], ", ".join(said)


def examples(table: Table, places: list[int]) -> list[Example]:
    """One Example for each row; with only an input column the targets are None."""
    first, *rest = places
    return [
        Example(row[first], row[rest[0]] if rest else None, place)
        for row, place in zip(table.rows, table.places, strict=True)
    ]


def _count(columns: int) -> str:
    return "only one column" if columns == 1 else f"only {columns} columns"
