"""`unrolled predict`: one input a line in, one answer a line out."""

from pathlib import Path
from typing import Annotated

import typer

from unrolled.cli.lines import groups_of
from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell
from unrolled.cli.sentences import columns, is_of_sentences, sentences_of


def predict(
    model: Annotated[Path, typer.Argument(help="A model folder.")],
    file: Annotated[
        Path, typer.Argument(help="A file of inputs, a line each; - is standard input.")
    ] = Path("-"),
    json: Json = False,
    conll: Annotated[
        bool, typer.Option("--conll", help="Each word and its tag on a line.")
    ] = False,
) -> None:
    """Answer each line of a file, or of what is typed or piped in.

    An empty line is an empty text. A series is a JSON list, or numbers between blanks.
    To tag words, a .conll or .conllu file is read by the sentence.
    """
    from unrolled.training.model import load

    asked = load(model)
    words = is_of_sentences(file, asked)
    groups = sentences_of(file, asked) if words else groups_of(file)
    unread = 0
    for inputs, places in groups:
        answers = asked.predict(inputs, places=places)
        if conll:
            for line in columns(answers, asked):
                tell(line)
            continue
        for answer in answers:
            if json:
                as_json(answer)
            else:
                tell(asked.task.text(answer))
                unread += "unread" in answer
    if unread:
        say(f"{unread:,} of the inputs are too long: the model has not read their ends")
