"""`unrolled evaluate`: a model's metrics on a file, beside those of its baselines."""

from pathlib import Path
from typing import Annotated

import typer

from unrolled.cli.output import as_json, show_scores


def evaluate(
    model: Annotated[Path, typer.Argument(help="A model folder.")],
    data: Annotated[Path, typer.Argument(help="A file of rows with true answers.")],
    json: Annotated[bool, typer.Option(help="Print one JSON object.")] = False,
) -> None:
    """Score a model on a file, beside its baselines."""
    from unrolled.training.model import load

    found = load(model).evaluate(data)
    (as_json if json else show_scores)(found)
