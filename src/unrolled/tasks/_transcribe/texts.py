"""Transcripts as they are learned and compared: what can be heard of a text.

"Please enter your 4-digit PIN, followed by #."   →   please enter your 4-digit pin
                                                      followed by
"""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unrolled.errors import BrokenModelError
from unrolled.readers import read
from unrolled.tasks._base import Example
from unrolled.tasks._transcribe.settings import TranscriptSettings

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_INSIDE = re.compile(rf"(?<=\w)['{_APOSTROPHE}-](?=\w)")


def heard_of(text: str, settings: TranscriptSettings) -> str:
    """The text with single blanks, and without what the settings leave out."""
    text = unicodedata.normalize("NFC", text)
    if settings.lowercase:
        text = text.lower()
    if not settings.punctuation:
        kept = {found.start() for found in _INSIDE.finditer(text)}
        text = "".join(
            letter if at in kept or _is_said(letter) else " "
            for at, letter in enumerate(text)
        ).replace(_APOSTROPHE, "'")
    return " ".join(text.split())


def transcript(example: Example, settings: TranscriptSettings) -> str:
    """What is to be heard in a row; nothing where it has no text."""
    return heard_of("" if example.target is None else str(example.target), settings)


def lines_of(path: str, settings: TranscriptSettings) -> list[str]:
    """The first column of a file of texts. Raises UnreadableDataError."""
    rows = read(Path(path)).rows
    return [heard_of(str(row[0]), settings) for row in rows]


def restored_words(kept: Mapping[str, Any]) -> tuple[list[str], float]:
    """The words that may be heard and the mean length of texts, from a model folder.

    Raises BrokenModelError.
    """
    words, length = kept["words"], kept["length"]
    if not all(isinstance(word, str) for word in words) or not length > 0:
        raise BrokenModelError(
            found="the words of the model, or their length, are damaged.",
            expected="a list of words, and a number above 0",
            fix="copy the model folder again, or train again",
        )
    return words, length


def _is_said(letter: str) -> bool:
    """A letter, a digit, or a mark that belongs to a letter."""
    return unicodedata.category(letter)[0] in "LNM"
