"""`unrolled tasks`: what can be trained, and the settings of each task."""

from typing import Annotated

import typer


def tasks(
    name: Annotated[str, typer.Argument(help="A task, to list its settings.")] = "",
) -> None:
    """List the tasks; with a name, the columns and settings of that task."""
    from unrolled import catalog
    from unrolled.settings import describe
    from unrolled.training.sections import sections_of

    if not name:
        for known in catalog.names("tasks"):
            kind = catalog.find("tasks", known)
            typer.echo(f"{known:16} {kind.shape.value:24} {kind.goal}")
        return
    kind = catalog.find("tasks", name)
    for column in kind.columns:
        usual = ", ".join(column.usual)
        typer.echo(f"--{column.role}: {column.holds}; found by the headers {usual}")
    typer.echo("\nSettings, for --set section.key=value:")
    for path, _, default, sentence in describe(sections_of(kind)):
        typer.echo(f"  {path} = {default!r}\n      {sentence}")
