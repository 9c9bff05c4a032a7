"""Input cells to numbers: texts to token ids, series to vectors, and what fits which.

text     "He is great"            → ids (tokens,)                a vocabulary
series   [0.1, 0.4] or "0.1 0.4"  → numbers (moments, features)  a mean and a scale
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.inputs import TokenInput, VectorInput
from unrolled.models.settings import ModelSettings
from unrolled.ragged import Ragged
from unrolled.readers import parse_series, read
from unrolled.tasks._base import Column, Example
from unrolled.tasks._columns import choose
from unrolled.tasks._columns import examples as examples_of
from unrolled.text.cooccurrence import cooccurrence_vectors
from unrolled.text.hashed_ngrams import ngrams_at_tokens
from unrolled.text.settings import TextSettings
from unrolled.text.tokenizers import (
    AbstractTokenizer,
    make_tokenizer,
    tokenizer_from_json,
)
from unrolled.text.vocabulary import Vocabulary
from unrolled.text.word_vectors import read_vectors

FEWEST = 5  # occurrences of a token worth a vector, where there is plenty of text
MANY_TOKENS = 2_000_000
FEW_WORDS = 1.5  # fewer words a text than this, on average: names, read by character

LONGEST_NGRAM = {"word": 2, "subword": 2, "character": 4, "byte": 4}


class AbstractInput(ABC):
    """What was learned of the input column of the training rows."""

    @abstractmethod
    def encode(self, examples: list[Example]) -> Ragged:
        """The inputs of these rows, as the network's first layer takes them."""

    @abstractmethod
    def layer(self, settings: ModelSettings, evidence: int) -> TokenInput | VectorInput:
        """A first layer with fresh weights, with room for so many counted numbers."""

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
        self.said: list[str] = []
        self.start: Tensor | None = None  # only the run that trains has a start
        self._recent: list[tuple[list[Example], list[list[str]]]] = []

    @classmethod
    def learn(
        cls, examples: list[Example], settings: TextSettings, further: list[Example]
    ) -> Self:
        """Tokenizer and vocabulary from the training rows.

        Of `further` texts, without labels, words that occur five times are known too.
        """
        texts = [text_of(example) for example in examples]
        name = settings.tokens
        if name == "auto":
            words = sum(len(text.split()) for text in texts) / max(len(texts), 1)
            name = "character" if words < FEW_WORDS else "word"
        tokenizer = make_tokenizer(name, lowercase=settings.lowercase, texts=texts)
        made = cls(tokenizer, Vocabulary.build([]), settings.longest)
        tokens = made.tokens(examples)
        many = sum(map(len, tokens)) >= MANY_TOKENS
        fewest = settings.min_count or (FEWEST if many else 1)
        known = Vocabulary.build(tokens, min_count=fewest, max_size=settings.vocabulary)
        if further:
            others = Vocabulary.build(made.tokens(further), min_count=FEWEST)
            words = {*known.tokens[1:], *others.tokens[1:]}
            kept = [[w for w in row if w in words] for row in tokens]
            known = Vocabulary.build([*kept, sorted(words)])
        made.vocabulary = known
        return made

    def tokens(self, examples: list[Example]) -> list[list[str]]:
        """The tokens of each text, cut to the longest that is read.

        The rows of a run are asked for many times (vocabulary, vectors, evidence,
        baselines), so the last three lists are kept.
        """
        for rows, found in self._recent:
            if rows is examples:
                return found
        cut = self.longest or None
        found = [self.tokenizer.tokens(text_of(row))[:cut] for row in examples]
        self._recent = [*self._recent[-2:], (examples, found)]
        return found

    @override
    def encode(self, examples: list[Example]) -> Ragged:
        rows = [self.vocabulary.ids(tokens) for tokens in self.tokens(examples)]
        values = torch.tensor([i for row in rows for i in row], dtype=torch.int64)
        return Ragged(values, torch.tensor([len(row) for row in rows]))

    def ngrams_at_tokens(self, examples: list[Example]) -> list[Ragged]:
        """For each length, the n-gram that ends at each token, values (tokens,)."""
        tokens = self.tokens(examples)
        return [ngrams_at_tokens(tokens, n) for n in range(1, self.longest_ngram + 1)]

    @property
    def longest_ngram(self) -> int:
        """How many tokens are counted together: words by two, smaller ones by four."""
        return LONGEST_NGRAM[self.tokenizer.name]

    def begin(self, examples: list[Example], settings: TextSettings, width: int) -> int:
        """Chooses what the embedding begins with; returns its width.

        Word vectors of a file bring their own width. Raises UnreadableDataError for a
        file that holds none.
        """
        if settings.vectors:
            found = read_vectors(settings.vectors, set(self.vocabulary.tokens))
            generator = torch.Generator().manual_seed(torch.initial_seed())
            self.start = found.table(self.vocabulary, generator)
            types, share = found.coverage(self.vocabulary)
            self.said.append(
                f"vectors: {types:,} of {len(self.vocabulary) - 1:,} tokens have one,"
                f" {100 * share:.1f} % of the text"
            )
            return self.start.shape[1]
        if settings.start == "cooccurrence" and width:
            ids, size = self.encode(examples), len(self.vocabulary)
            found = cooccurrence_vectors(ids, size, width)
            self.start = found if found.any() else None  # texts of one word each
        return width

    @override
    def layer(self, settings: ModelSettings, evidence: int) -> TokenInput:
        return TokenInput(
            len(self.vocabulary),
            settings.embedding,
            dropout=settings.embedding_dropout,
            token_dropout=settings.token_dropout,
            evidence=evidence,
            start=self.start,
        )

    @override
    def notes(self) -> list[str]:
        size = len(self.vocabulary)
        return [f"tokens: {self.tokenizer.name}s, a vocabulary of {size:,}", *self.said]

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
        wide = next((r.shape[1] for r in map(series_of, examples) if len(r)), 1)
        plain = cls(torch.zeros(wide), torch.ones(wide))
        values = plain.encode(examples).values.double()
        if not len(values):
            return plain
        scale = values.std(0, correction=0)
        return cls(values.mean(0).float(), torch.where(scale > 0, scale, 1.0).float())

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
    def layer(self, settings: ModelSettings, evidence: int) -> VectorInput:
        del settings, evidence  # a series is read as it is
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
    lengths = []
    for example in examples[:20]:
        try:
            lengths.append(len(parse_series(example.input)))
        except UnreadableDataError:
            return False
    lists = any(isinstance(e.input, list) for e in examples[:20])
    return lists or any(length > 1 for length in lengths)


def unlabelled(path: str, column: Column) -> list[Example]:
    """The texts of a file without labels; none for no path. Raises FixableError."""
    if not path:
        return []
    table = read(Path(path))
    places, _ = choose(table, (column,), {})
    return examples_of(table, places)


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
    """The series of a row, (moments, features) float32.

    Raises UnreadableDataError for what is no series, or too large for float32.
    """
    found = torch.tensor(parse_series(example.input, where=example.place)).float()
    if not found.isfinite().all():
        raise UnreadableDataError(
            found=f"{example.place} holds a number beyond 3.4e38.",
            expected="numbers that fit in 32 bits",
            fix="write the column in larger units",
        )
    return found[:, None] if found.dim() == 1 else found


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
