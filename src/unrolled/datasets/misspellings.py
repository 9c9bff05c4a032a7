"""Misspellings as people made them, and the word that was meant.

accomodate      accommodate
alot            a lot
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts, Row
from unrolled.datasets._split import split

DICTIONARY = "codespell_lib/data/dictionary.txt"


@final
class Misspellings(AbstractDataset):
    """58,916 misspellings that have one answer."""

    title = "misspelled words and what was meant"
    description = (
        "58,916 misspellings of English words that were found in programs and"
        " articles, each with the one word or words that were meant; those that may be"
        " one of several are left out. Split 90/5/5 by misspelling: a word that is"
        " meant in the test was mostly meant in the part to train on, misspelled"
        " otherwise."
    )
    task = "correct"
    package = Package(
        name="codespell",
        version="2.4.3",
        module="codespell_lib",
        members=(DICTIONARY,),
        archive="af2505b335e8573dbd2d384d1c4ef498f4006f4ba2d6fceca01e55b91f52628a",
        content="2a84bdc69f17c2b606cc2dc41eb7a043e7acb8213d1de0b4df7d38e1e0678cbf",
    )
    credit = (
        "the contributors of codespell and of Wikipedia's list of common misspellings;"
        " packaged by Lucas De Marchi and others as codespell"
    )
    license = (
        "CC BY-SA 3.0 (the list: name the authors, pass on under the same terms);"
        " GPL-2.0 (the package codespell)"
    )
    columns = ("wrong", "right")
    rows = {"train": 53_026, "valid": 2_945, "test": 2_945}
    result = "fe0baf1c2759d789"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        lines = files[DICTIONARY].decode("utf-8").splitlines()
        # A comma parts several answers, and an answer from a remark.
        rows: list[Row] = [tuple(li.split("->")) for li in lines if "," not in li]
        twentieth = len(rows) // 20
        groups = ["".join(filter(str.isalnum, str(wrong))) for wrong, _ in rows]
        return split(rows, groups, sizes={"valid": twentieth, "test": twentieth})
