"""Tag: a label for every word of a sentence (many to many, aligned).

    Chirag  worked  at  Microsoft  in  India      words
    B-PER   O       O   B-ORG      O   B-LOC      entities, as parts of spans
    PROPN   VERB    ADP PROPN      ADP PROPN      or parts of speech

Data: a list of words beside a list of tags in each row (CoNLL columns, CoNLL-U, JSONL),
or a text beside its spans [start, stop, label]. Raw text is cut into words when the
model is asked, and the spans that it answers count characters of that text.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.models.tagger import Tagger
from unrolled.models.tagger_settings import TaggerSettings
from unrolled.readers import Cell
from unrolled.settings import Settings, Value
from unrolled.tasks._base import (
    AbstractTask,
    Answers,
    Batch,
    Column,
    Example,
    Look,
    Metrics,
    Shape,
)
from unrolled.tasks._seeing import AbstractSeen, View
from unrolled.tasks._tag import answers as tag_answers
from unrolled.tasks._tag.baselines import TagBaselines
from unrolled.tasks._tag.batch import TagBatch
from unrolled.tasks._tag.input import WordInput
from unrolled.tasks._tag.rows import ENDS, Row, row_of, with_other_end
from unrolled.tasks._tag.sample import SAMPLE
from unrolled.tasks._tag.scores import tag_scores
from unrolled.tasks._tag.settings import TagSettings, WordSettings
from unrolled.tasks._tag.targets import Tags
from unrolled.tasks._tag.view import view_of
from unrolled.text.tag_schemes import spans


@final
class Tag(AbstractTask, AbstractSeen):
    """Entities, parts of speech, slots, chunks: a tag for each word."""

    goal = "a tag for each word: entities, parts of speech, slots"
    shape = Shape.ALIGNED
    columns = (
        Column(
            "input",
            holds="lists of words, or texts",
            usual=("words", "word", "tokens", "token", "form", "text", "sentence"),
        ),
        Column(
            "target",
            holds="a tag for each word, or spans as [start, stop, label]",
            usual=tuple(
                [
                    "tags",
                    "tag",
                    "ner",
                    "ner_tags",
                    "upos",
                    "pos",
                    "labels",
                    "label",
                    "spans",
                    "entities",
                    "slots",
                ]
            ),
        ),
    )
    sections: ClassVar = {
        "text": WordSettings,
        "model": TaggerSettings,
        "task": TagSettings,
    }

    def __init__(
        self, settings: Mapping[str, Settings], reads: WordInput, tags: Tags
    ) -> None:
        self.settings, self.reads, self.tags = settings, reads, tags
        self.cheap: TagBaselines | None = None
        self._recent: list[tuple[list[Example], list[Row]]] = []

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        return _suggested(len(examples))

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        rows = [row_of(example) for example in examples]
        tags = Tags.learn(rows, chosen["task"], headers.get("target", "target"))
        words = [row.words for row in rows]
        reads = WordInput.learn(words, chosen["text"])
        model = reads.begin(words, chosen["text"], chosen["model"])
        return cls({**settings, "model": model}, reads, tags)

    @override
    def notes(self) -> list[str]:
        found = self.tags.kinds or self.tags.names
        shown = ", ".join(found[:8]) + (", ..." if len(found) > 8 else "")
        what = f"spans, written in {self.tags.scheme}" if self.tags.kinds else "plain"
        return [*self.reads.notes(), f"tags: {what} ({len(found)}: {shown})"]

    @override
    def build(self) -> nn.Module:
        model: Any = self.settings["model"]
        return Tagger(
            model,
            self.reads.sizes,
            self.tags.constraints(),
            counts=self.reads.counts,
            start=self.reads.start,
        )

    @override
    def encode(self, examples: list[Example]) -> TagBatch:
        known = all(example.target is not None for example in examples)
        return self._encode(self._rows(examples), known=known)

    @override
    def encode_to_learn(self, examples: list[Example]) -> TagBatch:
        mine: Any = self.settings["task"]
        rows = list(self._rows(examples))
        chance, mark = torch.rand(len(rows)), torch.randint(len(ENDS), (len(rows),))
        for number in (chance < mine.loose_ends).nonzero()[:, 0].tolist():
            row, end = rows[number], ENDS[mark[number]]
            tags = self.tags.wanted(row)
            rows[number] = with_other_end(row, tags, self.tags.outside, end)
        return self._encode(rows, known=True)

    def _encode(self, rows: list[Row], *, known: bool) -> TagBatch:
        targets = self.tags.encode(rows) if known else None
        words = self.reads.encode([row.words for row in rows])
        forms = words.ids.with_values(words.forms)
        return TagBatch(
            inputs=words.ids,
            targets=targets,
            forms=forms,
            spellings=words.spellings,
            rows=tuple(rows),
        )

    def _rows(self, examples: list[Example]) -> list[Row]:
        """The rows of a run are asked for many times, so the last three are kept."""
        for asked, found in self._recent:
            if asked is examples:
                return found
        found = [row_of(example) for example in examples]
        self._recent = [*self._recent[-2:], (examples, found)]
        return found

    @override
    def look(self, examples: list[Example]) -> Look:
        rows = self._rows(examples)
        names = [set(self.tags.wanted(row)) for row in rows]
        if self.tags.has_spans:
            found = [spans(self.tags.wanted(row)) for row in rows]
            names = [{span.kind for span in some} for some in found]
        return Look([row.words for row in rows], list(map(sorted, names)), [])

    @override
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        mine: Any = batch
        return network(mine.words, mine.targets)

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        asked: Any = network
        mine: Any = batch
        settings: Any = self.settings["task"]
        scores, rows = asked(mine.words), list(mine.rows)
        return tag_answers.answers(asked, scores, self.tags, rows, k=settings.k_best)

    @override
    def measure(self, network: nn.Module, batch: Batch) -> Answers:
        asked: Any = network
        mine: Any = batch
        found = tag_answers.predictions(asked, asked(mine.words), self.tags)
        return [{"prediction": tags} for tags in found]

    @override
    def view(self, network: nn.Module, example: Example) -> View:
        asked: Any = network
        settings: Any = self.settings["task"]
        batch = self.encode([example])
        return view_of(asked, batch, self.tags, k=settings.k_best)

    @override
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        return self._scores([answer["prediction"] for answer in answers], examples)

    def _scores(self, predicted: list[list[str]], examples: list[Example]) -> Metrics:
        rows = self._rows(examples)
        return tag_scores(
            predicted,
            [self.tags.wanted(row) for row in rows],
            [[self.reads.knows(word) for word in row.words] for row in rows],
            has_spans=self.tags.has_spans,
        )

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        return ("f1" if self.tags.has_spans else "accuracy"), 1

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        rows = self._rows(train)
        words = [row.words for row in rows]
        self.cheap = TagBaselines.fit(
            words,
            self.reads.ids(words),
            self.tags.encode(rows),
            words=len(self.reads.vocabulary),
            tags=len(self.tags.names),
        )

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        if self.cheap is None:
            return {}
        words = [row.words for row in self._rows(examples)]
        found = self.cheap.answers(words, self.reads.ids(words))
        return {
            name: self._scores(
                [self.tags.decode(row.tolist()) for row in answers.to_list()], examples
            )
            for name, answers in found.items()
        }

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files = {**self.reads.to_json(), "tags.json": self.tags.to_json()}
        return files, self.cheap.tensors() if self.cheap else {}

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        task = cls(
            settings,
            WordInput.from_json(files),
            Tags.from_json(files.get("tags.json")),
        )
        words, tags = len(task.reads.vocabulary), len(task.tags.names)
        task.cheap = TagBaselines.restore(tensors, words=words, tags=tags)
        return task

    @override
    @staticmethod
    def text(answer: dict[str, Any]) -> str:
        return tag_answers.line(answer)

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        return [(words.split(), tags.split()) for words, tags in SAMPLE]


def _suggested(rows: int) -> dict[str, Value]:
    """Values by "section.key"; few rows are seen until some 2,000 batches have been."""
    return {
        "training.learning_rate": 0.004,
        "training.table_rate": 1.0,
        "training.epochs": max(8, min(60, 60_000 // max(rows, 1))),
    }
