"""`unrolled evaluate`: a model's metrics on a file, beside those of its baselines."""

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
    assigned,
    refuse_strange_columns,
)
from unrolled.cli.output import as_json, say, show_scores
from unrolled.cli.transcript_scores import real_time_factor, show_transcripts


def evaluate(  # noqa: PLR0913 (a command's options are its parameters)
    model: Annotated[Path, typer.Argument(help="A model folder.")],
    data: Annotated[
        list[Path], typer.Argument(help="Files of rows with true answers.")
    ],
    input: Input = "",
    target: Target = "",
    given: Given = "",
    set_: Assignments = None,
    skip_bad_rows: SkipBadRows = False,
    json: Json = False,
) -> None:
    """Score a model on a file, beside its baselines."""
    settings = assigned(set_, skip_bad_rows=skip_bad_rows)
    from unrolled.training.model import load

    asked = load(model)
    named = {"input": input, "target": target, "given": given}
    refuse_strange_columns(asked.name, named)
    source = asked.read(*data, named=named, given=settings)
    for note in source.told():
        say(f"· {note}")
    found = asked.evaluate(source.examples)
    if source.bad_rows:
        found["bad_rows"] = source.bad_rows
    if json:
        factor = real_time_factor(found)
        as_json(found if factor is None else found | {"real_time_factor": factor})
        return
    show_scores(found)
    show_transcripts(found)
