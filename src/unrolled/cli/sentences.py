"""Tagged sentences at the door: a file with a word on each line in, columns out."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from unrolled.cli.lines import AT_ONCE

if TYPE_CHECKING:
    from unrolled.training.model import Model


def sentences_of(file: Path, model: "Model") -> Iterator[tuple[list[Any], list[str]]]:
    """Groups of sentences of a file with a word on each line, and their places.

    Raises FixableError for a file that is none.
    """
    from unrolled.readers import read
    from unrolled.tasks._columns import choose

    table = read(file)
    header = model.headers.get("input", "")
    named = {"input": header} if header in table.columns else {}
    places, _ = choose(table, model.task.columns[:1], named)
    [column] = places["input"]
    for start in range(0, len(table.rows), AT_ONCE):
        rows = table.rows[start : start + AT_ONCE]
        yield [row[column] for row in rows], table.places[start : start + AT_ONCE]


def is_of_sentences(file: Path, model: "Model") -> bool:
    """Whether the file has a word on each line, and the model tags words."""
    from unrolled.readers.conll import Conll

    return model.name == "tag" and str(file) != "-" and Conll().claims(file, "")


def columns(answers: list[dict[str, Any]], model: "Model") -> Iterator[str]:
    """The lines of a file with a word and its tag on each.

    Raises BadParameter for a model that tags no words, OutputError for a word that is
    no cell.
    """
    from unrolled.text.tagged_files import TaggedSentence, conll

    if model.name != "tag":
        raise typer.BadParameter(
            f"a model that can {model.name} has no tags", param_hint="--conll"
        )
    return conll(TaggedSentence(a["tokens"], a["prediction"]) for a in answers)
