"""Postal addresses, each word with the part of the address that it is (aligned).

    219       B-AddressNumber          Second    B-OccupancyIdentifier
    South     B-StreetNamePreDirectional      Floor     B-OccupancyType
    Dearborn  B-StreetName             ,         O

People gave the parts. The package writes a comma as the end of a word; here it is a
token of its own and outside of every part.
"""

from collections.abc import Iterator, Mapping
from typing import final
from xml.etree import ElementTree

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts, Row
from unrolled.datasets._split import split

LABELED = "training/labeled.xml"
_MARKS = ",;"


@final
class UsAddresses(AbstractDataset):
    """1,513 addresses of the United States, with parts of 29 kinds."""

    title = "postal addresses and their parts"
    description = (
        "1,513 postal addresses of the United States, tagged by hand with 29 kinds of"
        " parts (number, street, place, zip code and others) in IOB2; split 80/10/10,"
        " addresses that differ in nothing but their numbers in one part."
    )
    task = "tag"
    package = Package(
        name="usaddress",
        version="0.5.16",
        module="training",
        members=(LABELED,),
        archive="f7e614e2489c159cf85be1b6f86edbfaf329dbeedef4d002a025757afd1ec6c6",
        content="f5bd022386d98d1fb411247c043ae046d5503cbf3c8d07a646de8a600f5fc682",
    )
    credit = "DataMade and the contributors of the package usaddress"
    license = "MIT (the package usaddress)"
    columns = ("word", "tag")
    suffix = ".conll"
    rows = {"train": 1_211, "valid": 151, "test": 151}
    result = "36e772166ebfbf55"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        addresses = ElementTree.fromstring(files[LABELED])
        rows: list[Row] = [_sentence(list(_words(one))) for one in addresses]
        tenth = len(rows) // 10
        groups = [_letters(row) for row in rows]
        return split(rows, groups, sizes={"valid": tenth, "test": tenth})


def _words(address: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """(word, kind) of each word; no kind for a mark that ends a word."""
    for element in address:
        for text in (element.text or "").split():
            word = text.rstrip(_MARKS)
            if word:
                yield word, element.tag
            yield from ((mark, "") for mark in text[len(word) :])


def _sentence(words: list[tuple[str, str]]) -> Row:
    tags, before = [], ""
    for _, kind in words:
        tags.append(f"{'I' if kind == before else 'B'}-{kind}" if kind else "O")
        before = kind
    return [word for word, _ in words], tags


def _letters(row: Row) -> str:
    return "".join(filter(str.isalpha, str(row[0]).casefold()))
