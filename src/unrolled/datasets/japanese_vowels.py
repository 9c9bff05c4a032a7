"""Nine men say "ae": who is it? Series of vectors of unequal length (many to one).

    {"series": [[1.860936, -0.207383, ...], ...], "speaker": "1"}

Each moment is 12 coefficients of the sound's spectrum; a recording has 7 to 29 moments.
The file of the package lays out one recording a line: dimensions divided by colons,
moments by commas, the speaker last.
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts
from unrolled.datasets._recordings import kept_aside, recordings

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
        train = recordings(files[f"{FOLDER}/JapaneseVowels_TRAIN.ts"])
        test = recordings(files[f"{FOLDER}/JapaneseVowels_TEST.ts"])
        return {**kept_aside(train, 3), "test": test}
