"""Options that several verbs have, each with one name and one sentence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

Input = Annotated[str, typer.Option(help="Column to read: header or number.")]
Target = Annotated[str, typer.Option(help="Column to answer: header or number.")]
Given = Annotated[str, typer.Option(help="Columns with attributes, joined by commas.")]
Valid = Annotated[
    list[Path] | None,
    typer.Option(help="File to choose by; for texts side by side, each."),
]
Test = Annotated[
    list[Path] | None,
    typer.Option(help="File to score on; for texts side by side, each."),
]
Json = Annotated[
    bool, typer.Option("--json", help="JSON on standard output, words on the other.")
]
SkipBadRows = Annotated[
    bool,
    typer.Option("--skip-bad-rows", help="Leave out and list rows that are broken."),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="SECTION.KEY=VALUE", help="A setting: `unrolled tasks TASK`."
    ),
]


def assigned(texts: list[str] | None, *, skip_bad_rows: bool) -> dict[str, Any]:
    """What --set and --skip-bad-rows give, by "section.key". Raises BadParameter."""
    found: dict[str, Any] = {}
    for text in texts or []:
        key, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(
                f'"{text}" is not section.key=value', param_hint="--set"
            )
        found[key.strip()] = value
    return found | ({"data.skip_bad_rows": True} if skip_bad_rows else {})


def refuse_strange_columns(task: str, named: Mapping[str, str]) -> None:
    """Raises BadParameter for a column that the task does not read."""
    from unrolled import catalog

    kind: Any = catalog.find("tasks", task)
    roles = [column.role for column in kind.columns]
    for role, column in named.items():
        if column and role not in roles:
            raise typer.BadParameter(
                f"{task} reads no such column, only {', '.join(roles)}",
                param_hint=f"--{role}",
            )
