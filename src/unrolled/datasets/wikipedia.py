"""Articles of Wikipedia as running prose, to learn the next word from.

    = Abacus =
    The abacus (plural abaci or abacuses), also called a counting frame, ...

One paragraph a line, the title of each article before it.
"""

from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Parts
from unrolled.datasets._wikipedia import CREDIT, LICENSE, PACKAGE, articles


@final
class Wikipedia(AbstractDataset):
    """97 articles, 389,000 words: 79 to train on, 8 to choose by, 10 to score."""

    title = "articles of Wikipedia, a paragraph a line"
    description = (
        "97 English articles of 2016, most with a title in A, as paragraphs without"
        " headings, lists, tables, pictures and references; paragraphs with a formula"
        " are left out. Whole articles are kept in one part: 79 to train, 8 to"
        " validate, 10 to test."
    )
    task = "language_model"
    package = PACKAGE
    credit = CREDIT
    license = LICENSE
    columns = ("line",)
    suffix = ".txt"
    repeats = "lines of a text repeat; it is split by whole articles"
    rows = {"train": 3_734, "valid": 494, "test": 420}
    result = "4698ef65ff0857ad"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        return {
            part: [
                (line,)
                for title, lines in some.items()
                for line in [f"= {title} =", *lines]
            ]
            for part, some in articles(files).items()
        }
