"""`unrolled check`: what is wrong with the data, before training."""

from pathlib import Path
from typing import Annotated

import typer

from unrolled.cli.options import (
    Assignments,
    Given,
    Input,
    Json,
    SkipBadRows,
    Target,
    Test,
    Valid,
    assigned,
    refuse_strange_columns,
)
from unrolled.cli.output import as_json, tell


def check(  # noqa: PLR0913 (a command's options are its parameters)
    task: Annotated[str, typer.Argument(help="The task the data is for.")],
    data: Annotated[list[Path], typer.Argument(help="Files to look at.")],
    valid: Valid = None,
    test: Test = None,
    input: Input = "",
    target: Target = "",
    given: Given = "",
    set_: Assignments = None,
    skip_bad_rows: SkipBadRows = False,
    json: Json = False,
) -> None:
    """Look at data before training on it: what is there, and what may go wrong."""
    settings = assigned(set_, skip_bad_rows=skip_bad_rows)
    from unrolled.training.check import check_files

    named = {"input": input, "target": target, "given": given}
    refuse_strange_columns(task, named)
    found = check_files(
        task,
        data,
        parts={"valid": valid or [], "test": test or []},
        named=named,
        given=settings,
    )
    if json:
        as_json(found.to_json())
    else:
        tell(found.to_text())
    if found.has_errors:
        raise typer.Exit(1)
