"""fastText's format: the labels of a text in front of it, each behind __label__.

    __label__baking __label__equipment What is the best dish to bake a cake in ?
    __label__storage How do I keep bread fresh ?

gives the columns label ("baking|equipment") and text. Labels stand before the text; one
behind or inside it is refused, since it would hand the answer to the model.

Reference: the supervised tutorial of fastText, facebookresearch/fastText.
"""

from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.readers._base import AbstractReader, Draft, ReadOptions, Table
from unrolled.readers._text import read_text

_LABEL = "__label__"


@final
class FastText(AbstractReader):
    """Labels, then text, on each line."""

    suffixes = (".ft", ".fasttext")
    rank = 1  # a .txt that begins with a label is more than lines of text

    @override
    def claims(self, path: Path, head: str) -> bool:
        name = path.name.lower().removesuffix(".gz")
        if name.endswith((".txt", ".train", ".valid", ".test")):
            return head.lstrip().startswith(_LABEL)
        return not path.is_dir() and name.endswith(self.suffixes)

    @override
    def read(self, path: Path, options: ReadOptions) -> Table:
        text, notes = read_text(path, options.encoding)
        draft = Draft(path, options)
        draft.notes += [*notes, "labels: the words behind __label__ in front of a text"]
        empty = 0
        for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
            if not line.strip():
                empty += 1
                continue
            place = f"{path}, line {number}"
            labels, words = _cut(line)
            if problem := _problem(labels, words):
                draft.refuse(
                    place,
                    problem,
                    expected="__label__NAME, or several, and then the text",
                    fix="correct that line",
                )
            else:
                draft.add(place, ("|".join(labels), words))
        draft.note_empty_lines(empty)
        return draft.table(("label", "text"))


def _cut(line: str) -> tuple[list[str], str]:
    labels: list[str] = []
    rest = line.strip()
    while rest.startswith(_LABEL):
        word, *tail = rest.split(maxsplit=1)
        labels.append(word.removeprefix(_LABEL))
        rest = tail[0] if tail else ""
    return labels, rest


def _problem(labels: list[str], text: str) -> str:
    if not labels:
        return "no label in front of the text."
    if not text:
        return "a label without a text."
    if "" in labels:
        return "a label without a name."
    if any("|" in label for label in labels):
        return "a label with a | in its name, which separates labels here."
    if any(word.startswith(_LABEL) for word in text.split()):
        return "a label behind the beginning of the text."
    return ""
