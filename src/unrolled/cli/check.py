"""`unrolled check`: what is wrong with the data, before training."""

from pathlib import Path
from typing import Annotated

import typer

from unrolled.cli.output import as_json


def check(
    task: Annotated[str, typer.Argument(help="The task the data is for.")],
    data: Annotated[list[Path], typer.Argument(help="Files to look at.")],
    valid: Annotated[Path | None, typer.Option(help="Validation file.")] = None,
    test: Annotated[Path | None, typer.Option(help="Test file.")] = None,
    input: Annotated[str, typer.Option(help="Column to read.")] = "",
    target: Annotated[str, typer.Option(help="Column to answer.")] = "",
    json: Annotated[bool, typer.Option(help="Print one JSON object.")] = False,
) -> None:
    """Look at data before training on it: what is there, and what may go wrong."""
    from unrolled.training.check import check_files

    found = check_files(
        task,
        data,
        parts={"valid": valid, "test": test},
        named={"input": input, "target": target},
    )
    if json:
        as_json(found.to_json())
    else:
        typer.echo(found.to_text())
