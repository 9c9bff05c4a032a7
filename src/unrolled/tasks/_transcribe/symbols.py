"""The symbols that are heard: 0 is the blank, which says nothing.

"four two"    f o u r ␣ t w o        characters
              ▁four ▁two             sub-words, or words
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self, final

from unrolled.errors import UnreadableDataError
from unrolled.ragged import Ragged
from unrolled.tasks._symbols import ragged
from unrolled.tasks._transcribe.settings import TranscriptSettings
from unrolled.text.joined import joined
from unrolled.text.tokenizers import (
    AbstractTokenizer,
    make_tokenizer,
    tokenizer_from_json,
)
from unrolled.text.vocabulary import UNKNOWN, Vocabulary

BLANK = UNKNOWN
"""An unknown symbol is never learned, so its number is free for the blank."""
MARK = "▁"  # what a sub-word begins a word with


class Word(NamedTuple):
    """A word of an answer."""

    text: str
    first: int
    """The place of its first symbol among all."""
    last: int


@final
class TranscriptSymbols:
    """A tokenizer and a vocabulary."""

    def __init__(self, tokenizer: AbstractTokenizer, vocabulary: Vocabulary) -> None:
        self.tokenizer, self.vocabulary = tokenizer, vocabulary

    @classmethod
    def learn(cls, texts: Sequence[str], settings: TranscriptSettings) -> Self:
        """From the texts of the training rows. Raises UnreadableDataError for none."""
        if not any(texts):
            raise UnreadableDataError(
                found=f"{len(texts)} sounds, none of them with a text.",
                expected="what is said in each of them",
                fix="name the column of the texts with --target",
            )
        tokenizer = make_tokenizer(
            settings.tokens, lowercase=False, texts=texts, size=settings.vocabulary
        )
        tokens = map(tokenizer.tokens, texts)
        known = Vocabulary.build(tokens, min_count=settings.min_count)
        return cls(tokenizer, known)

    def __len__(self) -> int:
        """How many symbols there are, the blank included."""
        return len(self.vocabulary)

    @property
    def unit(self) -> str:
        """What a symbol is: "character", "subword" or "word"."""
        return self.tokenizer.name

    @property
    def separator(self) -> int | None:
        """The symbol between two words; None where there is none."""
        return self.vocabulary.ids([" "])[0] or None

    def ids(self, text: str) -> list[int]:
        """The symbols of a text; what is not known is left out."""
        found = self.vocabulary.ids(self.tokenizer.tokens(text))
        return [number for number in found if number != BLANK]

    def rows(self, texts: Iterable[str]) -> Ragged:
        """Symbols of each text, values (symbols,)."""
        return ragged([self.ids(text) for text in texts])

    def text(self, ids: Sequence[int]) -> str:
        """The text of symbols."""
        tokens = [self.vocabulary.token(number) for number in ids]
        found = " ".join(tokens) if self.unit == "word" else joined(tokens, self.unit)
        return " ".join(found.split())

    def words(self, ids: Sequence[int]) -> list[Word]:
        """The words of symbols, and which symbols they are."""
        found: list[Word] = []
        is_open = False
        for at, number in enumerate(ids):
            token = self.vocabulary.token(number)
            begins = self.unit == "word" or token.startswith(MARK) or not is_open
            text = token.removeprefix(MARK).strip()
            if begins and text:
                found.append(Word(text, at, at))
            elif text:
                found[-1] = Word(found[-1].text + text, found[-1].first, at)
            is_open = bool(text)
        return found

    def state(self) -> dict[str, Any]:
        """JSON values for a model folder, by file name."""
        return {
            "tokenizer.json": self.tokenizer.to_json(),
            "vocabulary.json": self.vocabulary.to_json(),
        }

    @classmethod
    def restore(cls, files: Mapping[str, Any]) -> Self:
        """The way back from `state`. Raises BrokenModelError."""
        return cls(
            tokenizer_from_json(files.get("tokenizer.json")),
            Vocabulary.from_json(files.get("vocabulary.json")),
        )
