"""The names of emoji in English and in French.

    red triangle pointed up         triangle rouge pointant vers le haut
    smiling face with sunglasses    visage avec lunettes de soleil

Phrases, not sentences, but made by people of both languages, and full of words whose
order differs.
"""

import json
import re
from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts, Row
from unrolled.datasets._split import split

ENGLISH = "emoji/unicode_codes/emoji.json"
FRENCH = "emoji/unicode_codes/emoji_fr.json"
_TONE = "skin tone"
_PERSON = re.compile(r"\b(?:man|men|woman|women|person|people|boy|girl)\b")


@final
class EmojiNames(AbstractDataset):
    """1,665 pairs of names."""

    title = "names of emoji in English and French"
    description = (
        "1,665 short phrases in English and French, the names of emoji without the"
        " variants that differ in skin tone and without the flags that are named by"
        " the country alone; split 80/10/10, names that differ in man, woman or person"
        " in one part. Many a word stands in one name only."
    )
    task = "translate"
    package = Package(
        name="emoji",
        version="2.16.0",
        module="emoji",
        members=(ENGLISH, FRENCH),
        archive="c4230d80640def9071599ff56b1b5950fe13a2a94c0da98c5deab12431b24330",
        content="dc433f2650c18f07c04b8435aa9184bf61d7ac3113971af84ee6f78dd0ba95db",
    )
    credit = (
        "the Unicode Consortium, Common Locale Data Repository; packaged by Taehoon Kim"
        " and Kevin Wurster as emoji"
    )
    license = "Unicode License V3 (the names); BSD-3-Clause (the package emoji)"
    columns = ("english", "french")
    rows = {"train": 1_333, "valid": 166, "test": 166}
    result = "49064f0e18c60575"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        french = json.loads(files[FRENCH])
        pairs = {
            _words(named["en"]): _words(french[emoji])
            for emoji, named in json.loads(files[ENGLISH]).items()
            if emoji in french and _TONE not in _words(named["en"])
        }
        rows: list[Row] = [pair for pair in pairs.items() if not _is_country(*pair)]
        tenth = len(rows) // 10
        groups = [" ".join(_PERSON.sub("", str(name)).split()) for name, _ in rows]
        return split(rows, groups, sizes={"valid": tenth, "test": tenth})


def _words(name: str) -> str:
    """A name without the marks of the program: `:red_heart:` is red heart."""
    return name.strip(":").replace("_", " ")


def _is_country(english: str, french: str) -> bool:
    """Whether a flag is called by its country: "Kuwait", "drapeau koweït"."""
    return french.startswith("drapeau ") and "flag" not in english
