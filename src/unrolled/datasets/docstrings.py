"""What the functions of Python's own library say of themselves, and in one line.

    text     Use format to convert the number of bytes to bits, and ...
    title    Convert bytes to bits.

A docstring begins with one line that tells what the thing does, then comes an empty
line and the rest. Any Python has them, so this set needs nothing but the machine.
"""

import ast
import re
import sys
import sysconfig
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Local, Parts, Row
from unrolled.datasets._split import near_duplicates, split
from unrolled.errors import DatasetError

WORDS = range(10, 121)
"""Of a text."""
TITLE = range(3, 16)
"""Words of a title."""
RUN = 10
"""Words in a row that make two texts one family."""
_LEFT_OUT = {"test", "tests", "idle_test", "site-packages", "dist-packages"}
_PROMPT = re.compile(r"^\s*>>>", re.MULTILINE)
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def read() -> dict[str, bytes]:
    """The files of the standard library by their paths; none is imported."""
    root = Path(sysconfig.get_path("stdlib"))
    paths = sorted(p.relative_to(root) for p in root.rglob("*.py"))
    kept = [path for path in paths if not _LEFT_OUT & set(path.parts)]
    if not kept:
        raise DatasetError(
            found=f"{root} has no file of Python.",
            expected="the standard library as text",
            fix="use a Python that was installed with its library unpacked",
        )
    return {path.as_posix(): (root / path).read_bytes() for path in kept}


@final
class Docstrings(AbstractDataset):
    """Some 2,000 docstrings of the standard library."""

    title = "documentation of Python's library and its first lines"
    description = (
        "docstrings of the standard library of this Python, without their first line:"
        " 10 to 120 words up to the first example, and the first line as a title of 3"
        " to 15 words; 2,259 with Python 3.11. Split 80/10/10, texts that share ten"
        " words in a row in one part. A small stand-in for debian_descriptions that"
        " needs no network; it differs from one Python to the next."
    )
    task = "summarize"
    package = Local(
        name="Python's own library",
        version=f"{sys.version_info.major}.{sys.version_info.minor}",
        read=read,
    )
    credit = "the Python Software Foundation and the contributors of Python"
    license = "PSF-2.0 (the terms of Python)"
    columns = ("text", "title")
    suffix = ".jsonl"
    rows = {"train": 1_809, "valid": 225, "test": 225}
    result = ""

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        pairs: dict[str, str] = {}
        for path in sorted(files):
            for docstring in _docstrings(files[path]):
                title, text = _parts(docstring)
                if len(text.split()) in WORDS and len(title.split()) in TITLE:
                    pairs.setdefault(text, title)
        rows: list[Row] = list(pairs.items())
        tenth = len(rows) // 10
        groups = near_duplicates(list(pairs), run=RUN)
        return split(rows, groups, sizes={"valid": tenth, "test": tenth})


def _docstrings(source: bytes) -> Iterator[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old escapes, in files of others
            tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a sample of what is no Python
        return
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED):
            yield ast.get_docstring(node) or ""


def _parts(docstring: str) -> tuple[str, str]:
    """(title, text): the line before the first empty one, and what is after it.

    Paragraphs are taken up to the first that is an example or a table, and as many as
    are not too long together. Both are empty if the docstring is not so built.
    """
    title, *rest = docstring.strip().split("\n\n")
    if "\n" in title:
        return "", ""
    words: list[str] = []
    for paragraph in rest:
        more = paragraph.split()
        indented = paragraph.startswith((" ", "\t"))
        if (
            indented
            or _PROMPT.search(paragraph)
            or len(words) + len(more) >= WORDS.stop
        ):
            break
        words += more
    return title.strip(), " ".join(words)
