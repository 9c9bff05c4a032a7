"""Rows of words to numbers: vocabulary, letters and affixes, as learned from training.

["Chirag", "works"]  →  ids  [0, 17]       places in the vocabulary; 0 is unknown
                        forms [0, 1]       which distinct spelling each word has
                        spellings          letters, affixes and shape of each form
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self, final

import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.models.tagger import Words
from unrolled.models.tagger_settings import TaggerSettings
from unrolled.models.word_spelling import Sizes, Spellings
from unrolled.ragged import Ragged
from unrolled.tasks._tag.settings import WordSettings
from unrolled.text import word_shapes
from unrolled.text.cooccurrence import cooccurrence_vectors
from unrolled.text.vectors_files import read_vectors
from unrolled.text.vocabulary import Vocabulary

FEWEST_AFFIXES = 3  # distinct words that must share an affix for it to be known
MOST_AFFIXES = 20_000

TokenLists = list[list[str]]


@final
class WordInput:
    """What was learned of the words of the training rows."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        letters: Vocabulary,
        affixes: Vocabulary,
        *,
        lowercase: bool,
        has_capitals: bool,
    ) -> None:
        self.vocabulary, self.letters, self.affixes = vocabulary, letters, affixes
        self.lowercase, self.has_capitals = lowercase, has_capitals
        self.said: list[str] = []
        self.start: Tensor | None = None  # only the run that trains has a start

    @classmethod
    def learn(cls, rows: TokenLists, settings: WordSettings) -> Self:
        """From the words of the training rows."""
        has_capitals = any(word != word.lower() for row in rows for word in row)
        distinct = sorted({word for row in rows for word in row})
        found = cls(
            Vocabulary.build(
                [
                    [word_shapes.key(w, lowercase=settings.lowercase) for w in row]
                    for row in rows
                ],
                min_count=settings.min_count,
                max_size=settings.vocabulary,
            ),
            Vocabulary.build(map(word_shapes.letters, distinct)),
            Vocabulary.build(
                map(word_shapes.affixes, distinct),
                min_count=FEWEST_AFFIXES,
                max_size=MOST_AFFIXES,
            ),
            lowercase=settings.lowercase,
            has_capitals=has_capitals,
        )
        if not has_capitals:
            found.said.append("no capitals in training: none are read in a question")
        return found

    def begin(
        self, rows: TokenLists, settings: WordSettings, model: TaggerSettings
    ) -> TaggerSettings:
        """Chooses what the word vectors begin with; their width may be the file's.

        Raises UnreadableDataError for a file that holds none.
        """
        if settings.vectors:
            found = read_vectors(settings.vectors, set(self.vocabulary.tokens))
            generator = torch.Generator().manual_seed(torch.initial_seed())
            self.start = found.table(self.vocabulary, generator)
            types, share = found.coverage(self.vocabulary)
            self.said.append(
                f"vectors: {types:,} of {len(self.vocabulary) - 1:,} words have one,"
                f" {100 * share:.1f} % of the text"
            )
            return replace(model, embedding=self.start.shape[1])
        if settings.start == "cooccurrence" and model.embedding:
            ids, size = self.ids(rows), len(self.vocabulary)
            vectors = cooccurrence_vectors(ids, size, model.embedding)
            self.start = vectors if vectors.any() else None
        return model

    def keys(self, words: list[str]) -> list[str]:
        """Under which each word stands in the vocabulary."""
        return [word_shapes.key(word, lowercase=self.lowercase) for word in words]

    def knows(self, word: str) -> bool:
        """Whether the word was seen in training, in whatever capitals."""
        return word_shapes.key(word, lowercase=self.lowercase) in self.vocabulary

    def ids(self, rows: TokenLists) -> Ragged:
        """Places in the vocabulary, values (tokens,) int64."""
        found = [i for row in rows for i in self.vocabulary.ids(self.keys(row))]
        values = torch.tensor(found, dtype=torch.int64)
        return Ragged(values, torch.tensor([len(row) for row in rows]))

    def encode(self, rows: TokenLists) -> Words:
        """Ids with values (tokens,), and the spellings of all distinct words."""
        if not self.has_capitals:
            rows = [[word.lower() for word in row] for row in rows]
        number: dict[str, int] = {}
        forms = [number.setdefault(word, len(number)) for row in rows for word in row]
        return Words(
            self.ids(rows),
            torch.tensor(forms, dtype=torch.int64),
            self._spellings(list(number)),
        )

    def _spellings(self, words: list[str]) -> Spellings:
        letters = [self.letters.ids(word_shapes.letters(word)) for word in words]
        flat = torch.tensor([i for row in letters for i in row], dtype=torch.int64)
        lengths = torch.tensor([len(row) for row in letters], dtype=torch.int64)
        affixes = [self.affixes.ids(word_shapes.affixes(word)) for word in words]
        sides = 2 * word_shapes.LONGEST_AFFIX
        return Spellings(
            Ragged(flat, lengths),
            torch.tensor(affixes, dtype=torch.int64).view(-1, sides),
            torch.tensor(list(map(word_shapes.shape, words)), dtype=torch.int64),
        )

    @property
    def sizes(self) -> Sizes:
        """How many of each there are."""
        return Sizes(
            words=len(self.vocabulary),
            letters=len(self.letters),
            affixes=len(self.affixes),
            shapes=len(word_shapes.SHAPES),
        )

    @property
    def counts(self) -> Tensor:
        """How often each word of the vocabulary was seen, (words,) int64."""
        return torch.tensor(self.vocabulary.counts)

    def notes(self) -> list[str]:
        """What was found and chosen, in words."""
        size = len(self.vocabulary)
        return [f"words: a vocabulary of {size:,}", *self.said]

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder, by file."""
        words = self.vocabulary.to_json()
        spelling = {
            "letters": self.letters.to_json(),
            "affixes": self.affixes.to_json(),
            "lowercase": self.lowercase,
            "has_capitals": self.has_capitals,
        }
        return {"vocabulary.json": words, "spelling.json": spelling}

    @classmethod
    def from_json(cls, files: Mapping[str, Any]) -> Self:
        """The way back from `to_json`. Raises BrokenModelError."""
        spelling = files.get("spelling.json")
        flags = ("lowercase", "has_capitals")
        if not isinstance(spelling, dict) or not all(
            isinstance(spelling.get(flag), bool) for flag in flags
        ):
            raise BrokenModelError(
                found="spelling.json does not say how words are spelled.",
                expected="an object with letters, affixes, lowercase and has_capitals",
                fix="copy the model folder again, or train again",
            )
        return cls(
            Vocabulary.from_json(files.get("vocabulary.json")),
            Vocabulary.from_json(spelling.get("letters")),
            Vocabulary.from_json(spelling.get("affixes")),
            lowercase=spelling["lowercase"],
            has_capitals=spelling["has_capitals"],
        )
