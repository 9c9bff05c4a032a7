"""Personal names and the language they come from (many to one, character by character).

    Jökull       icelandic          Ó Cearnaigh   irish
    Giuliani     italian            Kolaříková    slovak

The package spells its lists as Python tuples. They are read as syntax and never run.
"""

import ast
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts
from unrolled.datasets._split import split

# Places of one language in Latin letters with 400 names or more of their own; places
# that many languages share, such as "en" and "de_CH", are left out.
LANGUAGES = {
    "az_AZ": "azerbaijani",
    "de_AT": "german",
    "de_DE": "german",
    "en_GB": "english",
    "en_US": "english",
    "es_AR": "spanish",
    "es_CL": "spanish",
    "es_CO": "spanish",
    "es_ES": "spanish",
    "es_MX": "spanish",
    "et_EE": "estonian",
    "fi_FI": "finnish",
    "fr_BE": "french",
    "fr_FR": "french",
    "ga_IE": "irish",
    "hr_HR": "croatian",
    "id_ID": "indonesian",
    "is_IS": "icelandic",
    "it_IT": "italian",
    "nl_NL": "dutch",
    "ro_RO": "romanian",
    "sk_SK": "slovak",
    "sv_SE": "swedish",
    "tr_TR": "turkish",
    "zu_ZA": "zulu",
}
_LIST = re.compile(r"(first|last)_names")
_NAME = re.compile(r"[^\W\d_]+(?:[ '-]{1,2}[^\W\d_]+)*")


@final
class NamesLanguages(AbstractDataset):
    """Given and family names of 18 languages, each name of one language only."""

    title = "personal names and their language"
    description = (
        "given and family names of 18 languages in Latin letters, from 461 of Romanian"
        " to 3,280 of Icelandic; a name that two languages use has no one answer and is"
        " left out; split 80/10/10, spellings that differ in accents or hyphens in one"
        " part."
    )
    task = "classify"
    package = Package(
        name="faker",
        version="40.54.0",
        module="faker",
        members=tuple(f"faker/providers/person/{p}/__init__.py" for p in LANGUAGES),
        archive="2dd88ee8cb63a9149e19ef48bdd73879bc3854d8ba2d6c1535e902a762e603f7",
        content="786a3e99a2ec7bac0183e8ac04e92be6c085b6e5ace659db3b86db658d7947ba",
    )
    credit = (
        "the contributors of the package Faker, who name their sources in its files"
    )
    license = "MIT (the package Faker)"
    columns = ("name", "language")
    rows = {"train": 18_811, "valid": 2_351, "test": 2_351}
    result = "458fa0ec4cf65bc8"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        languages: dict[str, set[str]] = defaultdict(set)
        for path, source in files.items():
            language = LANGUAGES[PurePosixPath(path).parent.name]
            for name in _names(source.decode("utf-8")):
                languages[name].add(language)
        rows = sorted((n, *found) for n, found in languages.items() if len(found) == 1)
        tenth = len(rows) // 10
        groups = [_letters(name) for name, _ in rows]
        return split(rows, groups, sizes={"valid": tenth, "test": tenth})


def _names(source: str) -> Iterator[str]:
    """The names in every first_names... and last_names... of a class body."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            listed = _LIST.match(node.targets[0].id)
            texts = map(str.strip, _texts(node.value) if listed else [])
            yield from (text for text in texts if _NAME.fullmatch(text))


def _letters(name: str) -> str:
    """The name without accents, spaces, hyphens and capitals."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(filter(str.isalpha, apart))


def _texts(node: ast.AST) -> Iterator[str]:
    """Texts of a tuple, list or dict, of (text, weight) pairs, and of their sums."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Tuple(
            elts=[ast.Constant(value=str(text)), ast.Constant(value=float())]
        ):
            yield text
        case ast.Tuple(elts=inside) | ast.List(elts=inside) | ast.Call(args=inside):
            for one in inside:
                yield from _texts(one)
        case ast.Dict(keys=inside):
            for one in inside:
                yield from _texts(one or node)
        case ast.BinOp(left=left, right=right):
            yield from _texts(left)
            yield from _texts(right)
