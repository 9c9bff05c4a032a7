"""Nine men say "ae": who is it? Series of vectors of unequal length (many to one).

    {"series": [[1.860936, -0.207383, ...], ...], "speaker": "1"}

Each moment is 12 coefficients of the sound's spectrum; a recording has 7 to 29 moments.
The file of the package lays out one recording a line: dimensions divided by colons,
moments by commas, the speaker last.
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts, Row
from unrolled.datasets._split import split

FOLDER = "aeon/datasets/data/JapaneseVowels"


@final
class JapaneseVowels(AbstractDataset):
    """640 recordings of 9 speakers: 7 to 29 moments of 12 numbers each."""

    title = "a spoken vowel and its speaker, as numbers"
    description = (
        "640 recordings of nine speakers, 12 LPC cepstrum coefficients a moment; the"
        " published 370 test recordings, and of the 270 to train on three of each"
        " speaker to choose the model by."
    )
    task = "classify"
    package = Package(
        name="aeon",
        version="1.6.0",
        module="aeon",
        members=(
            f"{FOLDER}/JapaneseVowels_TRAIN.ts",
            f"{FOLDER}/JapaneseVowels_TEST.ts",
        ),
        archive="d05227086706f80111ac5fee8de4d5d3115bb3bcfd1c786c8629393055816409",
        content="dc9b5a08c99e94a2d1f2806115044b0dc6eb575c87115102af6858f773465de8",
    )
    credit = (
        "Mineichi Kudo, Jun Toyama and Masaru Shimbo 1999, Multidimensional curve"
        " classification using passing-through regions, Pattern Recognition Letters;"
        " UCI Machine Learning Repository; packaged by the aeon developers"
    )
    license = "CC BY 4.0 (the data, at UCI); BSD-3-Clause (the package aeon)"
    columns = ("series", "speaker")
    suffix = ".jsonl"
    rows = {"train": 243, "valid": 27, "test": 370}
    result = "6e2f0d37136cd65d"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        parts: Parts = {"train": [], "valid": []}
        train = _recordings(files[f"{FOLDER}/JapaneseVowels_TRAIN.ts"])
        for speaker in sorted({str(row[1]) for row in train}):
            mine = [row for row in train if row[1] == speaker]
            for part, rows in split(
                mine, list(map(str, mine)), sizes={"valid": 3}
            ).items():
                parts[part] += rows
        test = _recordings(files[f"{FOLDER}/JapaneseVowels_TEST.ts"])
        return {**parts, "test": test}


def _recordings(content: bytes) -> list[Row]:
    _, _, lines = content.decode("utf-8").partition("@data\n")
    return [_recording(line) for line in lines.splitlines() if line]


def _recording(line: str) -> Row:
    *dimensions, speaker = line.split(":")
    numbers = [[float(n) for n in dimension.split(",")] for dimension in dimensions]
    return ([list(moment) for moment in zip(*numbers, strict=True)], speaker)
