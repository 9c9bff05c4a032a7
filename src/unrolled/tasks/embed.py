"""Embed: a vector for each word, learned from running text; like words get like ones.

    king                       → queen 0.78, prince 0.74, ...
    king - man + woman         → queen 0.71, ...
    man : king :: woman : ?    → queen 0.71, ...

Data: one column of text, a sentence or a paragraph a row. Nothing has to be labelled.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.errors import BrokenModelError, UnreadableDataError
from unrolled.models.word_table import WordTable, vectors_of
from unrolled.ragged import Ragged
from unrolled.randomness import drawing_from
from unrolled.readers import Cell
from unrolled.settings import Settings
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
from unrolled.tasks._embed import question as question
from unrolled.tasks._embed.learning import learn
from unrolled.tasks._embed.scores import (
    known_tests,
    one_hot_tested,
    summary,
    tallies,
    tested,
)
from unrolled.tasks._embed.settings import EmbedSettings, EmbedTextSettings
from unrolled.tasks._embed.view import view_of
from unrolled.tasks._seeing import AbstractSeen, View
from unrolled.text.cooccurrence import cooccurrence_vectors
from unrolled.text.similar_words import SimilarWords
from unrolled.text.tokenizers import (
    AbstractTokenizer,
    make_tokenizer,
    tokenizer_from_json,
)
from unrolled.text.vocabulary import Vocabulary
from unrolled.text.word_tests import Pair, Questions, read_analogies, read_pairs

FEWEST, MANY_TOKENS = 5, 200_000  # occurrences of a token, where there is plenty


@final
class Embed(AbstractTask, AbstractSeen):
    """Word vectors from text: nearest words, analogies, and a file for other models."""

    goal = "a vector for each word of your text: like words, analogies"
    shape = Shape.ALIGNED
    columns = (
        Column(
            "input",
            holds="running text",
            usual=("text", "sentence", "line", "review", "document", "input"),
        ),
    )
    sections: ClassVar = {"text": EmbedTextSettings, "task": EmbedSettings}
    loops = False

    def __init__(
        self,
        settings: Mapping[str, Settings],
        tokenizer: AbstractTokenizer,
        vocabulary: Vocabulary,
    ) -> None:
        self.settings, self.tokenizer, self.vocabulary = settings, tokenizer, vocabulary
        self.mine: Any = settings["task"]
        self.start: Tensor | None = None  # only the run that learns has one
        self.company = torch.zeros(0, 0)
        self.tests: dict[str, dict[str, Any]] = {}
        self.asked: tuple[list[Pair], Questions] = ([], {})
        self.said: list[str] = []

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        mine, text = chosen["task"], chosen["text"]
        asked = (
            read_pairs(mine.pairs) if mine.pairs else [],
            read_analogies(mine.analogies) if mine.analogies else {},
        )
        lines = [line_of(row) for row in examples]
        tokenizer = make_tokenizer(text.tokens, lowercase=text.lowercase, texts=lines)
        texts = [tokenizer.tokens(line) for line in lines]
        tokens = sum(map(len, texts))
        fewest = text.min_count or (FEWEST if tokens >= MANY_TOKENS else 1)
        known = Vocabulary.build(texts, min_count=fewest, max_size=text.vocabulary)
        task = cls(settings, tokenizer, known)
        task.asked = asked
        learned, said = learn([[w for w in t if w in known] for t in texts], settings)
        task.said.append(said)
        task.start = torch.zeros(len(known), mine.dim)
        task.start[known.ids(learned.words)] = learned.values
        return task

    @override
    def notes(self) -> list[str]:
        size, dim = len(self.vocabulary) - 1, self.mine.dim
        return [f"vectors: {size:,} {self.tokenizer.name}s, {dim} numbers", *self.said]

    @override
    def build(self) -> nn.Module:
        fresh = torch.zeros(len(self.vocabulary), self.mine.dim)
        return WordTable(fresh if self.start is None else self.start.clone())

    @override
    def encode(self, examples: list[Example]) -> Batch:
        lines = [line_of(row) for row in examples]
        return question.encode(lines, self.tokenizer, self.vocabulary)

    @override
    def look(self, examples: list[Example]) -> Look:
        return Look([self.tokenizer.tokens(line_of(row)) for row in examples], [], [])

    @override
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        """Nothing is left to learn: 0 for each row, (rows,)."""
        return torch.zeros(len(batch))

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        similar = self.similar(network)
        signs, unknown = batch.evidence, batch.targets
        if signs is None or not isinstance(unknown, Ragged):
            raise TypeError("the batch is none that `encode` made")
        rows = zip(
            batch.inputs.to_list(), signs.to_list(), unknown.to_list(), strict=True
        )
        count = self.mine.answers
        return [question.answer(similar, *row, count=count) for row in rows]

    @override
    def view(self, network: nn.Module, example: Example) -> View:
        batch = self.encode([example])
        [answer] = self.answer(network, batch)
        line, similar = line_of(example), self.similar(network)
        return view_of(similar, batch, answer, line, example.place)

    def similar(self, network: nn.Module) -> SimilarWords:
        """The words to be asked which are alike."""
        return SimilarWords(self.vocabulary.tokens[1:], vectors_of(network)[1:])

    @override
    def measure(self, network: nn.Module, batch: Batch) -> Answers:
        return self._tallies(batch, vectors_of(network))

    def _tallies(self, batch: Batch, vectors: Tensor | None) -> Answers:
        counts = torch.tensor(self.vocabulary.counts)
        return tallies(batch.inputs, vectors, counts, window=self.mine.window)

    @override
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        return {**summary(answers), **self.tests.get("learned", {})}

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        return "neighbor_accuracy", 1

    @override
    def settle(self, network: nn.Module, examples: list[Example]) -> list[str]:
        """Asks what people said of words, which no row of text can change."""
        self.tests["learned"] = self._tested(vectors_of(network))
        return [f"{name}: {value}" for name, value in self.tests["learned"].items()]

    def _tested(self, vectors: Tensor) -> dict[str, Any]:
        """Metrics of vectors (tokens, dim) on the files of pairs and analogies."""
        similar = SimilarWords(self.vocabulary.tokens[1:], vectors[1:])
        return tested(similar, *self.asked, first=self.mine.first)

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        ids, training = self.encode(train).inputs, self.settings["training"]
        with drawing_from(getattr(training, "seed", 0), "baseline"):
            size = len(self.vocabulary)
            self.company = cooccurrence_vectors(ids, size, self.mine.dim)
        self.tests["co-occurrence"] = self._tested(self.company)
        self.tests["one-hot"] = one_hot_tested(self.tests["learned"])

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        batch = self.encode(examples)
        tables = {"one-hot": None, "co-occurrence": self.company}
        return {
            name: {**summary(self._tallies(batch, table)), **self.tests.get(name, {})}
            for name, table in tables.items()
        }

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        return {
            "tokenizer.json": self.tokenizer.to_json(),
            "vocabulary.json": self.vocabulary.to_json(),
            "task.json": {"tests": self.tests},
        }, {"baseline.company": self.company}

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        tokenizer = tokenizer_from_json(files["tokenizer.json"])
        task = cls(settings, tokenizer, Vocabulary.from_json(files["vocabulary.json"]))
        task.company = tensors["baseline.company"]
        task.tests = known_tests(files["task.json"])
        if task.company.shape != (len(task.vocabulary), task.mine.dim):
            raise BrokenModelError(
                found="the vectors of its baseline are not as many as its words.",
                expected="a vector for each word",
                fix="copy the model folder again, or train again",
            )
        return task

    @override
    @staticmethod
    def text(answer: dict[str, Any]) -> str:
        pairs = zip(answer["prediction"], answer["cosines"], strict=True)
        found = ", ".join(f"{word} {cosine:.2f}" for word, cosine in pairs)
        unknown = ", ".join(answer.get("unknown", []))
        said = f"no vector: {unknown}" if unknown else ""
        return "; ".join(part for part in (found, said) if part)

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        animals = "the cat sees the dog and the dog sees the cat"
        stars = "a moon circles a sun and a sun warms a moon"
        return [(animals,), (stars,)] * 5


def line_of(row: Example) -> str:
    """The text of a row. Raises UnreadableDataError for a list."""
    if isinstance(row.input, list):
        raise UnreadableDataError(
            found=f"{row.place}: a list where a text should be.",
            expected="a line of running text",
            fix="name the column that holds text with --input",
        )
    return str(row.input)
