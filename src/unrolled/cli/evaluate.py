"""`unrolled evaluate`: a model's metrics on a file, beside those of its baselines."""

from pathlib import Path
from typing import Annotated

import typer

from unrolled.cli.options import (
    Assignments,
    Input,
    Json,
    SkipBadRows,
    Target,
    assigned,
)
from unrolled.cli.output import as_json, say, show_scores


def evaluate(
    model: Annotated[Path, typer.Argument(help="A model folder.")],
    data: Annotated[Path, typer.Argument(help="A file of rows with true answers.")],
    input: Input = "",
    target: Target = "",
    set_: Assignments = None,
    skip_bad_rows: SkipBadRows = False,
    json: Json = False,
) -> None:
    """Score a model on a file, beside its baselines."""
    given = assigned(set_, skip_bad_rows=skip_bad_rows)
    from unrolled.training.model import load

    asked = load(model)
    named = {"input": input, "target": target}
    source = asked.read(
        data, named={role: name for role, name in named.items() if name}, given=given
    )
    for note in source.told():
        say(f"· {note}")
    found = asked.evaluate(source.examples)
    if source.bad_rows:
        found["bad_rows"] = source.bad_rows
    (as_json if json else show_scores)(found)
