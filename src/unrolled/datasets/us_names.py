"""First names of the United States, by sex, with how common they are (one to many).

Mary         female   2.629        percent of all women in the census of 1990
James        male     3.318
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts, Row
from unrolled.datasets._split import split

LISTS = {"female": "names/dist.female.first", "male": "names/dist.male.first"}


@final
class UsNames(AbstractDataset):
    """5,494 pairs of name and sex with their share in percent."""

    title = "first names with sex and frequency"
    description = (
        "5,494 first names of the US census of 1990 with their share of that sex in"
        " percent; split 80/10/10, a name that both sexes bear in one part."
    )
    task = "generate"
    package = Package(
        name="names",
        version="0.3.0",
        module="names",
        members=tuple(LISTS.values()),
        archive="726e46254f2ed03f1ffb5d941dae3bc67c35123941c29becd02d48d0caa2a671",
        content="d7c1a5e06d22000bc00bc45db0b119b106a50c4f847ad49b98041ed8850fe96b",
    )
    credit = "US Census Bureau 1990; packaged by Trey Hunner as names"
    license = "public domain (the data); MIT (the package)"
    columns = ("name", "sex", "percent")
    rows = {"train": 4396, "valid": 549, "test": 549}
    result = "e80f6ea616304981"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        rows: list[Row] = [
            (name.capitalize(), sex, float(percent))
            for sex, path in LISTS.items()
            for line in files[path].decode("ascii").splitlines()
            for name, percent, *_ in [line.split()]
        ]
        groups = [str(name) for name, *_ in rows]
        return split(rows, groups, sizes={"valid": 549, "test": 549})
