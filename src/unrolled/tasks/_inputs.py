"""Input cells to numbers: texts to token ids, series to vectors, and what fits which.

text     "He is great"            → ids (tokens,)                a vocabulary
series   [0.1, 0.4] or "0.1 0.4"  → numbers (moments, features)  a mean and a scale
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.inputs import TokenInput, VectorInput
from unrolled.models.settings import ModelSettings
from unrolled.ragged import Ragged
from unrolled.readers import parse_series
from unrolled.tasks._base import Example
from unrolled.text.cooccurrence import cooccurrence_vectors
from unrolled.text.settings import TextSettings
from unrolled.text.tokenizers import (
    AbstractTokenizer,
    make_tokenizer,
    tokenizer_from_json,
)
from unrolled.text.vocabulary import Vocabulary

FEW_WORDS = 1.5  # fewer words a text than this, on average: names, read by character


class AbstractInput(ABC):
    """What was learned of the input column of the training rows."""

    @abstractmethod
    def encode(self, examples: list[Example]) -> Ragged:
        """The inputs of these rows, as the network's first layer takes them."""

    @abstractmethod
    def layer(self, settings: ModelSettings) -> TokenInput | VectorInput:
        """A first layer with fresh weights."""

    @abstractmethod
    def notes(self) -> list[str]:
        """What was found and chosen, in words."""

    @abstractmethod
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """JSON files and tensors for a model folder."""


@final
class TextInput(AbstractInput):
    """Texts as ids of a vocabulary."""

    def __init__(
        self, tokenizer: AbstractTokenizer, vocabulary: Vocabulary, longest: int
    ) -> None:
        self.tokenizer, self.vocabulary, self.longest = tokenizer, vocabulary, longest
        self.start: Tensor | None = None  # only the run that trains has a start

    @classmethod
    def learn(cls, examples: list[Example], settings: TextSettings) -> Self:
        """Tokenizer and vocabulary from the training rows."""
        texts = [text_of(example) for example in examples]
        name = settings.tokens
        if name == "auto":
            words = sum(len(text.split()) for text in texts) / max(len(texts), 1)
            name = "character" if words < FEW_WORDS else "word"
        tokenizer = make_tokenizer(name, lowercase=settings.lowercase, texts=texts)
        vocabulary = Vocabulary.build(
            [tokenizer.tokens(text) for text in texts],
            min_count=settings.min_count,
            max_size=settings.vocabulary,
        )
        return cls(tokenizer, vocabulary, settings.longest)

    def tokens(self, examples: list[Example]) -> list[list[str]]:
        """The tokens of each text, cut to the longest that is read."""
        cut = self.longest or None
        return [self.tokenizer.tokens(text_of(example))[:cut] for example in examples]

    @override
    def encode(self, examples: list[Example]) -> Ragged:
        rows = [self.vocabulary.ids(tokens) for tokens in self.tokens(examples)]
        values = torch.tensor([i for row in rows for i in row], dtype=torch.int64)
        return Ragged(values, torch.tensor([len(row) for row in rows]))

    def begin(self, examples: list[Example], start: str, width: int) -> None:
        """Chooses what an embedding of this width begins with (`text.start`)."""
        if start == "cooccurrence" and width:
            ids, size = self.encode(examples), len(self.vocabulary)
            self.start = cooccurrence_vectors(ids, size, width)

    @override
    def layer(self, settings: ModelSettings) -> TokenInput:
        return TokenInput(
            len(self.vocabulary),
            settings.embedding,
            dropout=settings.embedding_dropout,
            token_dropout=settings.token_dropout,
            start=self.start,
        )

    @override
    def notes(self) -> list[str]:
        return [
            f"tokens: {self.tokenizer.name}s, a vocabulary of {len(self.vocabulary)}"
        ]

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        return {
            "tokenizer.json": self.tokenizer.to_json(),
            "vocabulary.json": self.vocabulary.to_json(),
        }, {}

    @classmethod
    def restore(cls, files: Mapping[str, Any], settings: TextSettings) -> Self:
        """The way back from `state`."""
        tokenizer = tokenizer_from_json(files["tokenizer.json"])
        vocabulary = Vocabulary.from_json(files["vocabulary.json"])
        return cls(tokenizer, vocabulary, settings.longest)


@final
class SeriesInput(AbstractInput):
    """Series of numbers, or of vectors that are all equally wide."""

    def __init__(self, mean: Tensor, scale: Tensor) -> None:
        self.mean, self.scale = mean, scale

    @classmethod
    def learn(cls, examples: list[Example]) -> Self:
        """Mean and scale of each feature over all moments of the training rows."""
        values = torch.cat([series_of(example) for example in examples])
        scale = values.std(0, correction=0)
        return cls(values.mean(0), torch.where(scale > 0, scale, 1.0))

    @override
    def encode(self, examples: list[Example]) -> Ragged:
        rows = [series_of(example) for example in examples]
        wide = len(self.mean)
        for row, example in zip(rows, examples, strict=True):
            if row.shape[1] != wide and len(row):
                raise UnreadableDataError(
                    found=f"{example.place}: a series of {row.shape[1]} numbers at each"
                    " moment.",
                    expected=f"{wide}, as in the training rows",
                    fix="correct that row",
                )
        rows = [row if len(row) else row.new_zeros(0, wide) for row in rows]
        return Ragged.from_list([*rows, torch.zeros(0, wide)]).gather(range(len(rows)))

    @override
    def layer(self, settings: ModelSettings) -> VectorInput:
        return VectorInput(self.mean, self.scale, dropout=0.0)

    @override
    def notes(self) -> list[str]:
        return [f"series of {len(self.mean)} numbers at each moment, standardized"]

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        return {}, {"input.mean": self.mean, "input.scale": self.scale}

    @classmethod
    def restore(cls, tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `state`."""
        return cls(tensors["input.mean"], tensors["input.scale"])


def looks_like_series(examples: list[Example]) -> bool:
    """Whether the first cells hold several numbers each and no words."""
    for example in examples[:20]:
        if isinstance(example.input, str) and not any(map(str.isdigit, example.input)):
            return False
        try:
            parse_series(example.input)
        except UnreadableDataError:
            return False
    lists = any(isinstance(e.input, list) for e in examples[:20])
    return lists or any(len(str(e.input).split()) > 1 for e in examples[:20])


def text_of(example: Example) -> str:
    """The text of a row. Raises UnreadableDataError for a list."""
    if isinstance(example.input, list):
        raise UnreadableDataError(
            found=f"{example.place}: a list where a text should be.",
            expected="a text, as in the other rows",
            fix="correct that row, or set task.reads=series",
        )
    return str(example.input)


def series_of(example: Example) -> Tensor:
    """The series of a row, (moments, features) float32."""
    try:
        found = torch.tensor(parse_series(example.input), dtype=torch.float32)
    except UnreadableDataError as why:
        raise UnreadableDataError(
            found=f"{example.place}: {why.found}", expected=why.expected, fix=why.fix
        ) from None
    return found[:, None] if found.dim() == 1 else found


def with_embedding(settings: ModelSettings, width: int) -> ModelSettings:
    """The settings with the width of given word vectors."""
    return replace(settings, embedding=width)


def restore_input(
    reads: str,
    files: Mapping[str, Any],
    tensors: Mapping[str, Tensor],
    text: TextSettings,
) -> TextInput | SeriesInput:
    """The input of a model folder. Raises BrokenModelError where parts are missing."""
    try:
        if reads == "series":
            return SeriesInput.restore(tensors)
        return TextInput.restore(files, text)
    except KeyError as missing:
        raise BrokenModelError(
            found=f"the model folder has no {missing.args[0]}.",
            expected="every file that the training run wrote",
            fix="copy the folder again, whole",
        ) from None
