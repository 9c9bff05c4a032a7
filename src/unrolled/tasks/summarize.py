"""Summarize: a long text to a short one (encoder and decoder, with copying).

    description of a program, 60 words     →   what it is, 6 words
    an article                             →   its highlights

Words may be copied from the text, unknown ones too, and the attention is told what it
has seen, so that the same is not said twice: the pointer-generator of See, Liu and
Manning 2017, arXiv:1704.04368. Both are settings: `model.copy`, `model.coverage`.

Data: one text a row beside its summary, with further summaries as references.
"""

from collections.abc import Mapping
from typing import Any, Self, final

from torch import Tensor
from typing_extensions import override

from unrolled.errors import BrokenModelError
from unrolled.readers import Cell
from unrolled.settings import Settings, Value
from unrolled.tasks._base import Column, Example, Metrics
from unrolled.tasks._pairs.lead import first_sentences, first_words, sentences
from unrolled.tasks._pairs.sides import Pairs, as_targets, references_of
from unrolled.tasks._pairs.summarize_scores import scored
from unrolled.tasks._pairs.task import AbstractPairsTask
from unrolled.tasks._text_input import text_of

LEAD = "lead.json"
KNOWN = (5_000, 20_000)  # words, at least and at most; See et al. took 50,000
ROWS = 4  # of training, for each word: one that is rarer is better copied
MANY = 20_000  # rows of which less is learned by heart
SHORT = 20  # words: two in a row are seldom meant twice in so short a summary


@final
class Summarize(AbstractPairsTask):
    """Titles, synopses and summaries."""

    goal = "a short text that says what a long one says"
    columns = (
        Column(
            "input",
            holds="texts to summarize",
            usual=(
                "text",
                "article",
                "document",
                "description",
                "body",
                "story",
                "source",
                "input",
            ),
        ),
        Column(
            "target",
            holds="their summaries",
            usual=(
                "summary",
                "title",
                "headline",
                "highlights",
                "synopsis",
                "abstract",
                "target",
            ),
            repeats=True,
        ),
    )

    def __init__(self, settings: Mapping[str, Settings], pairs: Pairs) -> None:
        super().__init__(settings, pairs)
        self.words = self.sentences = 0.0  # of a summary, on average: for the lead

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        rows = len(examples)
        words = sum(len(text_of(as_targets(row)).split()) for row in examples)
        return super().suggest(examples, settings) | {
            "task.joint": True,
            "task.no_repeat": 2 if words < SHORT * rows else 3,
            "task.length_penalty": 1.5,  # with 1, synopses were a quarter too short
            "target.tokens": "word",
            "target.lowercase": True,
            "target.vocabulary": max(KNOWN[0], min(rows // ROWS, KNOWN[1])),
            "model.attention": "additive",
            "model.copy": True,
            "model.coverage": 0.1,
            "model.dropout": 0.3 if rows >= MANY else 0.5,
            "model.word_dropout": 0.1,
        }

    @override
    def judged(self, predictions: list[str], examples: list[Example]) -> Metrics:
        sources = [text_of(row) for row in examples]
        return scored(sources, predictions, references_of(examples))

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        super().fit_baselines(train, valid)
        texts = [text_of(as_targets(row)) for row in train]
        self.words = sum(len(text.split()) for text in texts) / max(len(texts), 1)
        self.sentences = sum(map(sentences, texts)) / max(len(texts), 1)

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        if not (self.words and examples):
            return {}
        texts = [text_of(row) for row in examples]
        words, lines = max(round(self.words), 1), max(round(self.sentences), 1)
        leads = {
            f"lead: {words} words": [first_words(text, words) for text in texts],
            f"lead: {lines} sentence{'s' * (lines > 1)}": [
                first_sentences(text, lines) for text in texts
            ],
        }
        judged = {name: self.judged(said, examples) for name, said in leads.items()}
        return super().baselines(examples) | judged

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files, tensors = super().state()
        lead = {"words": self.words, "sentences": self.sentences}
        return files | {LEAD: lead}, tensors

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        made = super().restore(settings, files, tensors)
        made.words, made.sentences = _lead(files.get(LEAD))
        return made

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        things = ["editor", "player", "server", "viewer", "tool"]
        rows = [
            (f"This package has a small {thing}. It is easy to use.", f"small {thing}")
            for thing in things
        ]
        return [*rows, *rows]


def _lead(kept: Any) -> list[float]:
    """Words and sentences of a summary, of lead.json. Raises BrokenModelError."""
    mine: dict[str, Any] = kept if isinstance(kept, dict) else {}
    found: list[Any] = [mine.get(name) for name in ("words", "sentences")]
    if not all(type(one) in (int, float) and 0 <= one < 2**62 for one in found):
        raise BrokenModelError(
            found=f"lead.json does not hold two lengths, but {str(kept)[:40]}.",
            expected="words and sentences of a summary, each from 0 on",
            fix="copy the model folder again, or train again",
        )
    return [float(one) for one in found]
