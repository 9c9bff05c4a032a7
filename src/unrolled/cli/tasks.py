"""`unrolled tasks`: what can be trained, and the settings of each task."""

from typing import Annotated, Any

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, tell


def tasks(
    name: Annotated[str, typer.Argument(help="A task, to list its settings.")] = "",
    json: Json = False,
) -> None:
    """List the tasks; with a name, the columns and settings of that task."""
    from unrolled import catalog

    if name:
        _one(name, json)
        return
    for known in catalog.names("tasks"):
        kind: Any = catalog.find("tasks", known)
        if json:
            as_json({"task": known, "shape": kind.shape.value, "goal": kind.goal})
        else:
            tell(f"{known:16} {kind.shape.value:24} {kind.goal}")


def _one(name: str, json: bool) -> None:
    from unrolled import catalog
    from unrolled.settings import describe
    from unrolled.training.sections import sections_of

    kind: Any = catalog.find("tasks", name)
    rows = describe(sections_of(kind))
    if json:
        keys = ("setting", "type", "default", "sentence")
        columns = [column._asdict() for column in kind.columns]
        settings = [dict(zip(keys, row, strict=True)) for row in rows]
        as_json({"task": name, "columns": columns, "settings": settings})
        return
    for column in kind.columns:
        usual = ", ".join(column.usual)
        tell(f"--{column.role}: {column.holds}; found by the headers {usual}")
    tell("\nSettings, for --set section.key=value:")
    for path, _, default, sentence in rows:
        tell(f"  {path} = {default!r}\n      {sentence}")
