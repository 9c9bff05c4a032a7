"""What a tokenizer is: a text to tokens, each traceable to its place in the text."""

import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class AbstractTokenizer(ABC):
    """Cuts texts into tokens; knows no ids, which belong to the vocabulary."""

    name: ClassVar[str]
    """What one token is, in one word: "word", "character", "byte", "subword"."""

    def __init__(self, *, lowercase: bool) -> None:
        self.lowercase = lowercase

    @abstractmethod
    def tokens(self, text: str) -> list[str]:
        """The tokens in the order of the text; none for an empty text."""

    @abstractmethod
    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where each token stands: text[start:stop], one pair for each of `tokens`.

        Two tokens share a span where they were made from the same character.
        """

    def to_json(self) -> dict[str, Any]:
        """Plain values from which `tokenizer_from_json` makes an equal tokenizer."""
        return {"name": self.name, "lowercase": self.lowercase}


def without_breaks(text: str) -> str:
    """The text with HTML line breaks (<br />) blanked out, every place kept."""
    if "<" not in text:
        return text
    return _BREAK.sub(lambda found: " " * len(found[0]), text)
