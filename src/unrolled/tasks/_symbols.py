"""Texts to the symbols that a network reads and writes, and back.

    "Mary"   →   M a r y <end>   →   ids

The end is a symbol like any other: it is learned, and it stands before the first symbol
too, since a text begins where another has ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.ragged import Ragged
from unrolled.tasks._base import Example
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._text_input import text_of
from unrolled.text.joined import joined
from unrolled.text.tokenizers import (
    AbstractTokenizer,
    make_tokenizer,
    tokenizer_from_json,
)
from unrolled.text.vectors_files import read_vectors
from unrolled.text.vocabulary import UNKNOWN, Vocabulary

END = "<end>"
PIECES = 8000  # of words, where no other number is asked for


@final
class Symbols:
    """A tokenizer and a vocabulary that holds the end."""

    def __init__(self, tokenizer: AbstractTokenizer, vocabulary: Vocabulary) -> None:
        self.tokenizer, self.vocabulary = tokenizer, vocabulary
        self.said: list[str] = []
        self.start: Tensor | None = None  # only the run that trains has a start

    @classmethod
    def learn(
        cls, examples: list[Example], settings: SymbolSettings, unit: str
    ) -> Self:
        """From the training rows. Raises UnreadableDataError for rows without text."""
        texts = [text_of(example) for example in examples]
        tokenizer = make_tokenizer(
            unit,
            lowercase=settings.lowercase,
            texts=texts,
            size=settings.vocabulary or PIECES,
        )
        rows = [[*tokenizer.tokens(text), END] for text in texts]
        if all(len(row) == 1 for row in rows):
            raise UnreadableDataError(
                found=f"{len(rows)} rows without any text in them.",
                expected="texts to learn from",
                fix="name the column of the texts with --input",
            )
        fewest = settings.min_count or (2 if unit == "word" else 1)
        most = settings.vocabulary if unit != "subword" else 0
        known = Vocabulary.build(rows, min_count=fewest, max_size=most)
        if END not in known:  # rarer than the rarest word that is known
            ends = [END] * max(fewest, sum(map(len, rows)))
            known = Vocabulary.build(
                [*rows, ends], min_count=fewest, max_size=most and max(most, 2)
            )
        made = cls(tokenizer, known)
        if settings.vectors:
            made._begin(settings.vectors)
        return made

    def _begin(self, path: str) -> None:
        found = read_vectors(path, set(self.vocabulary.tokens))
        generator = torch.Generator().manual_seed(torch.initial_seed())
        self.start = found.table(self.vocabulary, generator)
        types, share = found.coverage(self.vocabulary)
        self.said.append(
            f"vectors: {types:,} of {len(self.vocabulary) - 1:,} tokens have one,"
            f" {100 * share:.1f} % of the text"
        )

    def __len__(self) -> int:
        """How many symbols there are, the end and the unknown one included."""
        return len(self.vocabulary)

    @property
    def unit(self) -> str:
        """What a token is: "word", "character", "byte" or "subword"."""
        return self.tokenizer.name

    @property
    def end(self) -> int:
        """The id of the end."""
        return self.vocabulary.ids([END])[0]

    def ids(self, text: str) -> list[int]:
        """The ids of a text, without the end."""
        return self.vocabulary.ids(self.tokenizer.tokens(text))

    def rows(self, texts: Iterable[str]) -> Ragged:
        """Ids of each text and its end, values (tokens,)."""
        return ragged([[*self.ids(text), self.end] for text in texts])

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The tokens of ids."""
        return [self.vocabulary.token(number) for number in ids]

    def text(self, ids: Sequence[int]) -> str:
        """The text of ids; an end among them is the end of a line."""
        lines: list[list[str]] = [[]]
        for token in self.tokens(ids):
            if token == END:
                lines.append([])
            else:
                lines[-1].append(token)
        return "\n".join(joined(line, self.unit) for line in lines)

    def unknown_share(self, rows: Ragged) -> float:
        """The share of ids, (tokens,), that stand for an unknown token."""
        return (
            float((rows.values == UNKNOWN).double().mean()) if len(rows.values) else 0.0
        )

    def notes(self) -> list[str]:
        """What was found, in words."""
        size = len(self.vocabulary)
        return [f"tokens: {self.unit}s, a vocabulary of {size:,}", *self.said]

    def state(self) -> dict[str, Any]:
        """JSON values for a model folder, by file name."""
        return {
            "tokenizer.json": self.tokenizer.to_json(),
            "vocabulary.json": self.vocabulary.to_json(),
        }

    @classmethod
    def restore(cls, files: Mapping[str, Any]) -> Self:
        """The way back from `state`. Raises BrokenModelError."""
        made = cls(
            tokenizer_from_json(files["tokenizer.json"]),
            Vocabulary.from_json(files["vocabulary.json"]),
        )
        if END not in made.vocabulary:
            raise BrokenModelError(
                found=f"the vocabulary of the model has no {END}.",
                expected="the symbol that ends a text",
                fix="copy the model folder again, or train again",
            )
        return made


def ragged(rows: Sequence[Sequence[int]]) -> Ragged:
    """Rows of ids, values (tokens,) int64."""
    values = torch.tensor([number for row in rows for number in row], dtype=torch.int64)
    return Ragged(values, torch.tensor([len(row) for row in rows], dtype=torch.int64))
