"""Characters: Unicode code points, after composition to NFC.

    "Cafe◌́"   →   C a f é

NFC makes an accented letter one character however it was typed. Nothing larger is put
together: a flag or a family emoji stays several code points.
"""

import unicodedata
from collections.abc import Iterator
from typing import final

from typing_extensions import override

from unrolled.text._tokenizer import AbstractTokenizer

_HANGUL_TAILS = ("\u1160", "\u11ff")


@final
class Characters(AbstractTokenizer):
    """For names and other short texts, and for generating text letter by letter."""

    name = "character"

    @override
    def tokens(self, text: str) -> list[str]:
        return list(self._composed(text))

    @override
    def spans(self, text: str) -> list[tuple[int, int]]:
        if text.isascii():
            return [(place, place + 1) for place in range(len(text))]
        found: list[tuple[int, int]] = []
        for start, stop in _composing(text):
            made = len(self._composed(text[start:stop]))
            one_each = made == stop - start
            found += [
                (start + n, start + n + 1) if one_each else (start, stop)
                for n in range(made)
            ]
        return found

    def _composed(self, text: str) -> str:
        text = unicodedata.normalize("NFC", text)
        if not self.lowercase or text.isascii():
            return text.lower() if self.lowercase else text
        # Letter by letter, since str.lower() knows one letter (Σ) whose small form
        # hangs on its neighbors.
        return "".join(map(str.lower, text))


def _composing(text: str) -> Iterator[tuple[int, int]]:
    """Pieces of the text that NFC may join: a character and the marks behind it."""
    start = 0
    for place, character in enumerate(text):
        joins = unicodedata.category(character)[0] == "M" or (
            _HANGUL_TAILS[0] <= character <= _HANGUL_TAILS[1]
        )
        if place and not joins:
            yield start, place
            start = place
    if text:
        yield start, len(text)
