"""emoji_pictures: which emoji are drawn, under which names, and in which part."""

import json
from collections.abc import Iterable

import pytest

from unrolled.datasets import emoji_pictures
from unrolled.datasets.emoji_pictures import ENGLISH, FONT, FRENCH, EmojiPictures

FARMER = "\U0001f9d1\u200d\U0001f33e"
LIGHT, BETWEEN, MEDIUM, DARK = (chr(0x1F3FB + n) for n in (0, 1, 2, 4))


class Drawn:
    """In the place of a font, one that has all emoji but snow."""

    def __init__(self, font: bytes) -> None:
        assert font == b"a font"

    def __contains__(self, emoji: str) -> bool:
        return emoji != "\u2744"

    def png(self, emoji: str, size: int) -> bytes:
        return f"{emoji} {size}".encode()


@pytest.fixture(autouse=True)
def drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emoji_pictures, "Drawings", Drawn)


def _files(*names: tuple[str, str, str]) -> dict[str, bytes]:
    """The files of both packages, of (emoji, English, French); "" is no name."""
    english = {emoji: {"en": one, "status": 2} for emoji, one, _ in names}
    french = {emoji: other for emoji, _, other in names if other}
    return {
        ENGLISH: json.dumps(english).encode(),
        FRENCH: json.dumps(french).encode(),
        FONT: b"a font",
    }


def _rows(files: dict[str, bytes]) -> list[tuple]:
    parts: Iterable[list] = EmojiPictures().convert(files).values()
    return [row for rows in parts for row in rows]


def test_a_picture_is_called_by_its_code_points():
    files = _files((FARMER, ":farmer:", ":fermier_(tous_genres):"))
    path = "png/1F9D1-200D-1F33E.png"
    assert _rows(files) == [(path, "farmer", "fermier (tous genres)")]
    assert EmojiPictures().beside(files) == {path: f"{FARMER} 64".encode()}


def test_what_is_not_drawn_or_not_named_in_both_languages_is_left_out():
    files = _files(
        ("\u2744", ":snowflake:", ":flocon:"),
        ("\u2615", ":hot_beverage:", ""),
        ("\u2708", ":airplane:", ":avion:"),
    )
    assert _rows(files) == [("png/2708.png", "airplane", "avion")]
    assert list(EmojiPictures().beside(files)) == ["png/2708.png"]


def test_emoji_that_are_not_written_in_full_are_left_out():
    files = _files(("\u2708", ":airplane:", ":avion:"))
    files[ENGLISH] = files[ENGLISH].replace(b'"status": 2', b'"status": 4')
    assert _rows(files) == []


def test_flags_called_by_their_country_are_left_out():
    found = _rows(
        _files(
            ("\U0001f1f0\U0001f1fc", ":Kuwait:", ":drapeau_koweït:"),
            ("\U0001f3f3", ":white_flag:", ":drapeau_blanc:"),
        )
    )
    assert [name for _, name, _ in found] == ["white flag"]


def test_three_skin_tones_of_one_person_are_kept():
    hands = [f"\u270b{tone}" for tone in ("", LIGHT, BETWEEN, MEDIUM, DARK)]
    two = f"\U0001faf1{LIGHT}\u200d\U0001faf2{DARK}"
    named = [(hand, f":{n}:", f":{n}:") for n, hand in enumerate([*hands, two])]
    assert sorted(name for _, name, _ in _rows(_files(*named))) == ["0", "1", "3", "4"]


def test_all_skin_tones_of_a_drawing_are_in_one_part():
    bases = [chr(0x1F466 + n) for n in range(20)]
    tones = ("", LIGHT, MEDIUM, DARK, "\ufe0f")
    named = [(f"{base}{tone}", f":{base}:", ":x:") for base in bases for tone in tones]
    parts = EmojiPictures().convert(_files(*named))
    assert {part: len(rows) for part, rows in parts.items()} == {
        "train": 80,
        "valid": 10,
        "test": 10,
    }
    for rows in parts.values():
        names = [name for _, name, _ in rows]
        assert all(names.count(name) == 5 for name in names)
