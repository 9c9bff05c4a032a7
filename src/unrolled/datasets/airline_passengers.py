"""Airline passengers, month by month: the best known series of all.

    month,passengers
    1949-01,112

It grows, and its summers grow with it.
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts
from unrolled.datasets._one_series import REPEATS, along_time, table_rows

PATH = "aeon/datasets/data/Airline/Airline.csv"


@final
class AirlinePassengers(AbstractDataset):
    """144 months, 1949 to 1960."""

    title = "passengers of international airlines by month"
    description = (
        "144 months of passengers in thousands; to 1956 to train on, 1957 and 1958 to"
        " choose the model by, 1959 and 1960 to score."
    )
    task = "forecast"
    package = Package(
        name="aeon",
        version="1.6.0",
        module="aeon",
        members=(PATH,),
        archive="d05227086706f80111ac5fee8de4d5d3115bb3bcfd1c786c8629393055816409",
        content="c86098e0a9f9fb47e58d2eb1f18d2d6c8ce63b0fdcead360078068b242b059e7",
    )
    credit = (
        "George Box and Gwilym Jenkins 1970, Time Series Analysis: Forecasting and"
        " Control, series G; packaged by the aeon developers"
    )
    license = "BSD-3-Clause (the package aeon, which carries the published figures)"
    columns = ("month", "passengers")
    repeats = REPEATS
    rows = {"train": 96, "valid": 120, "test": 144}
    result = "00b8df1ffbba772f"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        return along_time(table_rows(files[PATH]), self.rows)
