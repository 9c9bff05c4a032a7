"""`unrolled predict`: one input a line in, one answer a line out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unrolled.cli.asked import asked_of
from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell
from unrolled.cli.sentences import columns

if TYPE_CHECKING:
    from unrolled.training.model import Model


def predict(
    model: Annotated[Path, typer.Argument(help="A model folder.")],
    file: Annotated[
        Path,
        typer.Argument(
            help="A file of inputs, a line each; - is standard input. Also a table of"
            " series, a sound or picture, a folder of them."
        ),
    ] = Path("-"),
    json: Json = False,
    conll: Annotated[
        bool, typer.Option("--conll", help="Each word and its tag on a line.")
    ] = False,
    show: Annotated[
        Path | None,
        typer.Option(
            help="A page (HTML) for pictures of the answers, where a task has."
        ),
    ] = None,
) -> None:
    """Answer each line of a file, or of what is typed or piped in.

    An empty line is an empty text. A series is a JSON list, or numbers between blanks.
    To tag words, a .conll file is read by the sentence; to forecast, a table.
    """
    from unrolled.training.model import load

    asked = load(model)
    unread = 0
    seen: list[Any] = []
    given: list[Any] = []
    for inputs, places in asked_of(file, asked):
        answers = asked.predict(inputs, places=places)
        if show:
            given += inputs
            seen += answers
        for line in columns(answers, asked) if conll else ():
            tell(line)
        for answer in () if conll else answers:
            if json:
                as_json(answer)
            else:
                tell(asked.task.text(answer))
                unread += "unread" in answer
    if unread:
        say(f"{unread:,} of the inputs are too long: the model has not read their ends")
    if show:
        _write(show, asked, given, seen)


def _write(show: Path, asked: "Model", inputs: list[Any], answers: list[Any]) -> None:
    from unrolled.durable import write_bytes

    write_bytes(show, asked.page(inputs, answers).encode())
    say(f"Pictures of the answers: {show}")
