"""Standing, walking, running or badminton? What a watch on the wrist has measured.

    {"series": [[0.079106, 0.394032, ...], ...], "activity": "Standing"}

Each moment is six numbers, three of the accelerometer and three of the gyroscope; every
recording has 100 of them, ten seconds.
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts
from unrolled.datasets._recordings import kept_aside, recordings

FOLDER = "aeon/datasets/data/BasicMotions"


@final
class BasicMotions(AbstractDataset):
    """80 recordings of 4 activities: 100 moments of 6 numbers each."""

    title = "what a person does, from a watch on the wrist"
    description = (
        "80 recordings of four students with four activities, 6 numbers at each of 100"
        " moments; the published 40 test recordings, and of the 40 to train on two of"
        " each activity to choose the model by."
    )
    task = "classify"
    package = Package(
        name="aeon",
        version="1.6.0",
        module="aeon",
        members=(
            f"{FOLDER}/BasicMotions_TRAIN.ts",
            f"{FOLDER}/BasicMotions_TEST.ts",
        ),
        archive="d05227086706f80111ac5fee8de4d5d3115bb3bcfd1c786c8629393055816409",
        content="294eeb29aebb44c181fdae2909a022362bef490323222efb08214e84b26130de",
    )
    credit = (
        "students of the University of East Anglia; Bagnall et al. 2018, The UEA"
        " multivariate time series classification archive, arXiv:1811.00075; packaged"
        " by the aeon developers"
    )
    license = (
        "no license is stated for the data; BSD-3-Clause (the package aeon, which"
        " carries them)"
    )
    columns = ("series", "activity")
    suffix = ".jsonl"
    rows = {"train": 32, "valid": 8, "test": 40}
    result = "0fc9742a40e7b9b0"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        train = recordings(files[f"{FOLDER}/BasicMotions_TRAIN.ts"])
        test = recordings(files[f"{FOLDER}/BasicMotions_TEST.ts"])
        return {**kept_aside(train, 2), "test": test}
