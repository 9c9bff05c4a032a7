"""Bytes: the UTF-8 form of a text, at most 256 tokens in any language.

    "né"   →   n <0xC3> <0xA9>

Printable ASCII stands for itself, every other byte is written <0x..>. Nothing can be
unknown, at the price of sequences up to four times as long.
"""

from typing import final

from typing_extensions import override

from unrolled.text._tokenizer import AbstractTokenizer

_NAMES = [chr(b) if 32 <= b < 127 else f"<0x{b:02X}>" for b in range(256)]


@final
class Bytes(AbstractTokenizer):
    """For text in any script, or in none."""

    name = "byte"

    @override
    def tokens(self, text: str) -> list[str]:
        text = text.lower() if self.lowercase else text
        return [_NAMES[byte] for byte in text.encode("utf-8", "surrogatepass")]

    @override
    def spans(self, text: str) -> list[tuple[int, int]]:
        return [
            (place, place + 1)
            for place, character in enumerate(text)
            for _ in self.tokens(character)
        ]
