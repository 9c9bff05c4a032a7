"""What a model is asked: lines, sentences of columns, a table, a sound, a folder.

reviews.txt          each line is an input                      lines.py
dev.conll            each sentence, for a model that tags       sentences.py
passengers.csv       each series, for a model that forecasts
hello.wav, sounds/   the file itself, or each file of a folder
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unrolled.cli.lines import AT_ONCE, groups_of
from unrolled.cli.sentences import is_of_sentences, sentences_of

if TYPE_CHECKING:
    from unrolled.training.model import Model

Groups = Iterator[tuple[list[Any], list[str]]]
"""Inputs that are answered together, and the place of each for messages."""


def asked_of(file: Path, model: "Model") -> Groups:
    """The inputs of a file, a folder or standard input (-), as the model reads them.

    Raises UnreadableDataError, OSError for no file.
    """
    endings = model.task.columns[0].files
    if is_of_sentences(file, model):
        return sentences_of(file, model)
    if model.task.reads_tables and str(file) != "-":
        rows = model.read(file).examples
        return _in_groups([(row.input, row.place) for row in rows])
    inside = _inside(file, endings) if endings and file.is_dir() else []
    if inside:
        return _in_groups([(str(one), str(one)) for one in inside])
    if endings and file.name.lower().endswith(endings):
        return _in_groups([(str(file), str(file))])
    return groups_of(file)


def _in_groups(pairs: list[tuple[Any, str]]) -> Groups:
    for start in range(0, len(pairs), AT_ONCE):
        some = pairs[start : start + AT_ONCE]
        yield [one for one, _ in some], [place for _, place in some]


def _inside(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """The files of these kinds in a folder, in order."""
    return sorted(p for p in folder.iterdir() if p.name.lower().endswith(endings))
