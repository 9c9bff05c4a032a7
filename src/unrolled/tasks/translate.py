"""Translate: a text in one language to a text in another (encoder and decoder).

    I am late.      →   Je suis en retard.
    abandon         →   AH B AE N D AH N        spelling to sound is a translation too

Data: one pair a row, with further translations as further references; or two files of
which each line of the one belongs to the same line of the other.

Reference: Bahdanau et al. 2015, arXiv:1409.0473; Luong et al. 2015, arXiv:1508.04025.
"""

from collections.abc import Mapping
from typing import Any, Self, final

from torch import Tensor
from typing_extensions import override

from unrolled.models.word_translation import WordTranslation
from unrolled.readers import Cell
from unrolled.settings import Settings
from unrolled.tasks._base import Column, Example, Metrics
from unrolled.tasks._pairs.sides import Pairs, as_targets, references_of
from unrolled.tasks._pairs.task import AbstractPairsTask
from unrolled.tasks._pairs.translate_scores import note, scored
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._text_input import text_of
from unrolled.text.joined import joined
from unrolled.text.tokenizers import AbstractTokenizer, make_tokenizer

WORDS = "word_translation.json"


@final
class Translate(AbstractPairsTask):
    """Sentences of one language to those of another, or spelling to sound."""

    goal = "a text in another language, or in another spelling"
    columns = (
        Column(
            "input",
            holds="texts to translate",
            usual=("source", "src", "english", "en", "text", "sentence", "input"),
        ),
        Column(
            "target",
            holds="their translations",
            usual=("target", "tgt", "translation", "french", "fr", "reference"),
            repeats=True,
        ),
    )

    def __init__(self, settings: Mapping[str, Settings], pairs: Pairs) -> None:
        super().__init__(settings, pairs)
        self.words: WordTranslation | None = None

    @override
    def notes(self) -> list[str]:
        return [*super().notes(), *note()]

    @override
    def judged(self, predictions: list[str], examples: list[Example]) -> Metrics:
        sources = [text_of(row) for row in examples]
        return scored(sources, predictions, references_of(examples))

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        super().fit_baselines(train, valid)
        rows = [(self._source(row), self._target(row)) for row in train]
        self.words = WordTranslation.learn(rows)

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        sources = [text_of(row) for row in examples]
        found = super().baselines(examples)
        found["copy"] = self.judged(sources, examples)
        if self.words is not None:
            said = [self._word_for_word(row) for row in examples]
            found["word for word"] = self.judged(said, examples)
        return found

    def _word_for_word(self, row: Example) -> str:
        """IBM model 1 without a model of the order: each word by its likeliest."""
        words = self.words.translate(self._source(row)) if self.words else []
        return joined(words, self._unit)

    def _source(self, row: Example) -> list[str]:
        return _whole(self.pairs.source).tokens(text_of(row))

    def _target(self, row: Example) -> list[str]:
        return _whole(self.pairs.target).tokens(text_of(as_targets(row)))

    @property
    def _unit(self) -> str:
        return _whole(self.pairs.target).name

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files, tensors = super().state()
        if self.words is None:
            return files, tensors
        known, kept = self.words.state()
        kept = {f"word_translation.{name}": one for name, one in kept.items()}
        return files | {WORDS: known}, tensors | kept

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        made = super().restore(settings, files, tensors)
        if WORDS in files:
            mine = {
                name.removeprefix("word_translation."): one
                for name, one in tensors.items()
                if name.startswith("word_translation.")
            }
            made.words = WordTranslation.restore(files[WORDS], mine)
        return made

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        pairs = [
            ("red cat", "chat rouge"),
            ("red dog", "chien rouge"),
            ("black cat", "chat noir"),
            ("black dog", "chien noir"),
            ("a cat", "un chat"),
        ]
        return [*pairs, *pairs]


def _whole(side: Symbols) -> AbstractTokenizer:
    """What cuts a text for the baseline: whole words where the network has parts."""
    tokenizer = side.tokenizer
    if side.unit != "subword":
        return tokenizer
    return make_tokenizer("word", lowercase=tokenizer.lowercase)
