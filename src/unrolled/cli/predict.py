"""`unrolled predict`: one input a line in, one answer a line out."""

from pathlib import Path
from typing import Annotated

import typer

from unrolled.cli.lines import groups_of
from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

TABLES = (".csv", ".tsv", ".jsonl")


def predict(
    model: Annotated[Path, typer.Argument(help="A model folder.")],
    file: Annotated[
        Path, typer.Argument(help="A file of inputs, a line each; - is standard input.")
    ] = Path("-"),
    json: Json = False,
) -> None:
    """Answer each line of a file, or of what is typed or piped in.

    An empty line is an empty text. A series is a JSON list, or numbers between blanks.
    """
    from unrolled.training.model import load

    asked = load(model)
    if file.suffix.lower() in TABLES:
        say(f"{file} is read as plain text: each of its lines is one input.")
    for inputs, places in groups_of(file):
        for answer in asked.predict(inputs, places=places):
            if json:
                as_json(answer)
            else:
                tell(asked.task.text(answer))
