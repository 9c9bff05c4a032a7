"""What packages of Debian are, at length and in a few words.

    text     Zzuf is a transparent fuzzer. It works by intercepting applications' ...
    title    transparent application fuzzer

A package is described by a synopsis and some paragraphs, which are taken up to the
first list. Packages built from one source have nearly one description: one of them is
taken. Those of one make, such as the modules of a program, share sentences: they are a
family, and a family is in one part.
"""

import re
from collections.abc import Iterator, Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._apt import INDEX, PACKAGES, TEXTS
from unrolled.datasets._base import AbstractDataset, Parts, Row
from unrolled.datasets._split import near_duplicates, split

WORDS = range(18, 121)
"""Of a text: what is shorter says nothing, what is longer is a manual."""
TITLE = range(3, 13)
"""Words of a title."""
SIZES = {"valid": 1_500, "test": 1_500}
RUN = 10
"""Words in a row that make two texts one family."""
_ENTRY = re.compile(
    r"Package: (?P<package>\S+)\n(?:Description-md5: .*\n)?"
    r"Description-en: (?P<title>.*)\n(?P<text>(?: .*\n?)*)"
)
_SOURCE = re.compile(r"^(Package|Source): (\S+)", re.MULTILINE)
_EMPTY = re.compile(r"\b(?:transitional|dummy) (?:\w+ )?package\b", re.IGNORECASE)


@final
class DebianDescriptions(AbstractDataset):
    """Some 30,000 descriptions and synopses; as many as the machine's apt knows."""

    title = "descriptions of packages and their synopses"
    description = (
        "the descriptions of packages that this machine's apt knows, of 18 to 120"
        " words, and their synopses, of 3 to 12 words, one for each source package;"
        " 30,961 on Debian 12. Two parts never share ten words in a row, in order to"
        " keep modules of one program together. It changes with the system and its"
        " updates, so figures compare roughly."
    )
    task = "summarize"
    package = INDEX
    credit = "the maintainers of the packages of the system, such as Debian or Ubuntu"
    license = (
        "the terms of each package, which are those of free software in Debian main;"
        " name the package when you quote its description"
    )
    columns = ("text", "title")
    suffix = ".jsonl"
    rows = {"train": 27_961, **SIZES}
    result = ""

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        sources = _sources(files[PACKAGES].decode("utf-8", "replace"))
        entries = list(_entries(files[TEXTS].decode("utf-8", "replace")))
        # The package that bears the name of its source comes last, and stays.
        entries.sort(key=lambda entry: (len(entry[0]), entry), reverse=True)
        entries.sort(key=lambda entry: sources.get(entry[0], entry[0]) == entry[0])
        known = {sources.get(name, name): row for name, *row in entries}
        rows: list[Row] = [(text, title) for text, title in known.values()]
        groups = near_duplicates([str(text) for text, _ in rows], run=RUN)
        return split(rows, groups, sizes=SIZES)


def _sources(index: str) -> dict[str, str]:
    """The source package of each package that does not bear its name."""
    sources: dict[str, str] = {}
    package = ""
    for key, name in _SOURCE.findall(index):
        if key == "Package":
            package = name
        else:
            sources[package] = name
    return sources


def _entries(index: str) -> Iterator[tuple[str, str, str]]:
    """(package, text, title) of each entry that is long enough, but not too long."""
    for entry in index.split("\n\n"):
        if found := _ENTRY.fullmatch(entry.strip("\n")):
            text = _text(found["text"])
            title = " ".join(found["title"].split())
            usable = len(text.split()) in WORDS and len(title.split()) in TITLE
            if usable and not _EMPTY.search(f"{title} {text}"):
                yield found["package"], text, title


def _text(lines: str) -> str:
    """The paragraphs up to the first list, as many as are not too long together."""
    paragraphs: list[list[str]] = [[]]
    for line in lines.splitlines():
        if line.strip() == ".":
            paragraphs.append([])
        elif line.startswith("  "):  # a line that is to be shown as it is
            break
        else:
            paragraphs[-1] += line.split()
    words: list[str] = []
    for paragraph in paragraphs:
        if len(words) + len(paragraph) >= WORDS.stop:
            break
        words += paragraph
    return " ".join(words)
