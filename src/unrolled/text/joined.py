"""Tokens back to a text, as a person would write it.

do n't , he said          →   don't, he said        words
l' homme                  →   l'homme
▁un believ able !         →   unbelievable!         sub-words
n <0xC3> <0xA9>           →   né                    bytes
M a r y                   →   Mary                  characters
"""

import re
from collections.abc import Sequence

_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_NO_BLANK_BEFORE = re.compile(
    r" (?=(?:n't|'(?:s|re|ve|ll|d|m))(?:\s|$)|\.{2,}|''"
    r"|(?![:;]['o-]?[()\[\]|/\\*])[,.;:!?%)\]}…”](?:\W|$))",  # :) keeps its blank
    re.IGNORECASE,
)
_NO_BLANK_AFTER = re.compile(r"(?<=[(\[{$£€#“]) |(?<=``) ")
_ELIDED = re.compile(
    r"(?<!\S)((?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)') (?=\w\w)", re.IGNORECASE
)
_QUOTED = re.compile(r'" ([^"]*?) "')


def joined(tokens: Sequence[str], unit: str) -> str:
    """The text of tokens of one kind: "word", "subword", "byte" or "character"."""
    if unit == "word":
        return _words(" ".join(tokens))
    if unit == "subword":
        return "".join(tokens).replace("▁", " ").strip()
    if unit == "byte":
        return _bytes(tokens)
    return "".join(tokens)


def _words(spaced: str) -> str:
    """Words with a blank between any two, with the blanks of written text."""
    text = _QUOTED.sub(r'"\1"', _ELIDED.sub(r"\1", spaced))
    text = _NO_BLANK_AFTER.sub("", text)
    # Twice: of two marks one after the other, the first takes the look behind it.
    return _NO_BLANK_BEFORE.sub("", _NO_BLANK_BEFORE.sub("", text))


def _bytes(tokens: Sequence[str]) -> str:
    """Bytes by their names; what is no UTF-8 shows as a question mark in a diamond."""
    found = bytearray()
    for token in tokens:
        named = _BYTE.fullmatch(token)
        found += bytes([int(named[1], 16)]) if named else token.encode()
    return found.decode("utf-8", errors="replace")
