"""Texts to token ids: "He is great" → ids (tokens,), by tokenizer and vocabulary."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import UnreadableDataError
from unrolled.models.inputs import TokenInput
from unrolled.models.settings import ModelSettings
from unrolled.ragged import Ragged
from unrolled.readers import read
from unrolled.tasks._base import Column, Example
from unrolled.tasks._columns import choose
from unrolled.tasks._columns import examples as examples_of
from unrolled.tasks._input import AbstractInput
from unrolled.text.cooccurrence import cooccurrence_vectors
from unrolled.text.hashed_ngrams import ngrams_at_tokens
from unrolled.text.settings import TextSettings
from unrolled.text.tokenizers import (
    AbstractTokenizer,
    make_tokenizer,
    tokenizer_from_json,
)
from unrolled.text.vectors_files import read_vectors
from unrolled.text.vocabulary import Vocabulary

FEWEST = 5  # occurrences of a token worth a vector, where there is plenty of text
MANY_TOKENS = 2_000_000
FEW_WORDS = 1.5  # fewer words a text than this, on average: names, read by character
LONGEST_NGRAM = {"word": 2, "subword": 2, "character": 4, "byte": 4}


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
        name = unit_of(examples, settings)
        tokenizer = make_tokenizer(name, lowercase=settings.lowercase, texts=texts)
        made = cls(tokenizer, Vocabulary.build([]), settings.longest)
        tokens = made.tokens(examples)
        if settings.longest:
            whole = (len(tokenizer.tokens(text)) for text in texts)
            longer = sum(length > settings.longest for length in whole)
            made.said.append(
                f"at most {settings.longest} tokens read: {longer:,} texts are longer"
            )
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
        found = [self._ends(self.tokenizer.tokens(text_of(row))) for row in examples]
        self._recent = [*self._recent[-2:], (examples, found)]
        return found

    def _ends(self, tokens: list[str]) -> list[str]:
        """Both ends of a text too long: a review is summed up in its last lines."""
        if not self.longest or len(tokens) <= self.longest:
            return tokens
        tail = self.longest // 2
        return tokens[: self.longest - tail] + (tokens[-tail:] if tail else [])

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
            even = bool(settings.unlabelled)
            found = cooccurrence_vectors(ids, size, width, even=even)
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


def unit_of(examples: list[Example], settings: Any) -> str:
    """What a token is: as `text.tokens` says, else by the words of a text."""
    if settings.tokens != "auto":
        return settings.tokens
    words = sum(len(text_of(row).split()) for row in examples) / max(len(examples), 1)
    return "character" if words < FEW_WORDS else "word"


def text_of(example: Example) -> str:
    """The text of a row. Raises UnreadableDataError for a list."""
    if isinstance(example.input, list):
        raise UnreadableDataError(
            found=f"{example.place}: a list where a text should be.",
            expected="a text, as in the other rows",
            fix="correct that row, or set task.reads=series",
        )
    return str(example.input)


def unlabelled(path: str, column: Column) -> list[Example]:
    """The texts of a file without labels; none for no path. Raises FixableError."""
    if not path:
        return []
    table = read(Path(path))
    places, _ = choose(table, (column,), {})
    return examples_of(table, places)
