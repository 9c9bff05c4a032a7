"""Sunspots, year by year since 1700: they come and go in eleven years, more or less.

year,sunspots
1700,5
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts
from unrolled.datasets._one_series import REPEATS, along_time, table_rows

PATH = "statsmodels/datasets/sunspots/sunspots.csv"


@final
class Sunspots(AbstractDataset):
    """309 years, 1700 to 2008."""

    title = "sunspots by year since 1700"
    description = (
        "309 years of the sunspot number; to 1879 to train on, to 1920 to choose the"
        " model by, 1921 to 2008 to score. Weigend, Huberman and Rumelhart (1990) score"
        " from 1921 on as well, but to 1979."
    )
    task = "forecast"
    package = Package(
        name="statsmodels",
        version="0.15.0",
        module="statsmodels",
        members=(PATH,),
        archive="b67886b66d9c7ca118526accedb5c6de7ffd74c015dc0492ea0b1690192b65da",
        content="2c0de545ee35528339b94d4ebfa485a5192bad7b7815321e6a6b0cc61d7c3bd8",
        wheel="cp311-cp311-manylinux_2_28_x86_64",
    )
    credit = (
        "NOAA National Geophysical Data Center, from the Solar Influences Data Analysis"
        " Center, Royal Observatory of Belgium; packaged by the statsmodels developers"
    )
    license = "public domain (the data, says the package statsmodels, BSD-3-Clause)"
    columns = ("year", "sunspots")
    repeats = REPEATS
    rows = {"train": 180, "valid": 221, "test": 309}
    result = "4eda78f82ac27455"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        return along_time(table_rows(files[PATH]), self.rows)
