"""What the tasks have in common whose answers are texts, written from any source.

A task of this kind says what it reads, what suits its data, its metrics and its
baselines; the loss of a text, its search and its figures are here.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.models.encoder_decoder_base import Sides
from unrolled.models.ngrams import NGrams
from unrolled.ragged import Ragged
from unrolled.settings import Settings
from unrolled.tasks._base import AbstractTask, Answers, Batch, Example, Metrics
from unrolled.tasks._pairs.answerer import AbstractAnswerer
from unrolled.tasks._pairs.baseline import fit_ngrams, ngram_scores
from unrolled.tasks._pairs.sides import as_targets, with_references
from unrolled.tasks._pairs.view import Answered, Asked, names_of, searched, view_of
from unrolled.tasks._seeing import AbstractSeen, View
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._text_input import text_of


class AbstractWrittenTask(AbstractTask, AbstractSeen):
    """Anything in, text out, of a length of its own."""

    def __init__(
        self, settings: Mapping[str, Settings], target: Symbols, length: float
    ) -> None:
        """`length` is the mean of an answer in training, with its end, in tokens."""
        self.settings, self.target, self.length = settings, target, length
        self.ngrams: NGrams | None = None

    @abstractmethod
    def batch(self, examples: list[Example], *, targets: bool) -> Batch:
        """Examples as numbers, with their targets or without."""

    @abstractmethod
    def sides(self, batch: Any) -> Sides:
        """What the network learns from."""

    @abstractmethod
    def answerer(self, network: nn.Module) -> AbstractAnswerer:
        """What gives the answers of the network."""

    @abstractmethod
    def asked(self, batch: Any) -> Asked:
        """The one source of the batch, as a person sees it."""

    @abstractmethod
    def judged(self, predictions: list[str], examples: list[Example]) -> Metrics:
        """The metrics of texts, of the network or of a baseline, for these examples."""

    @override
    def encode(self, examples: list[Example]) -> Batch:
        return self.batch(examples, targets=False)

    @override
    def encode_to_score(self, examples: list[Example]) -> Batch:
        return self.batch(examples, targets=True)

    @override
    def encode_to_learn(self, examples: list[Example]) -> Batch:
        return self.batch(with_references(examples), targets=True)

    @override
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        told = network(self.sides(batch))
        each = told.nats.values + told.price
        total = each.new_zeros(len(batch)).index_add(0, told.nats.row_of_token, each)
        return total / self.length

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        return self.answerer(network).answers(batch)

    @override
    def view(self, network: nn.Module, example: Example) -> View:
        batch, known = self.batch([example], targets=False), self.answerer(network)
        asked = self.asked(batch)
        names = names_of(known, asked)
        answered = self.answered(known, example, batch, names)
        return view_of(known.network, asked, answered, names)

    def answered(
        self,
        answerer: AbstractAnswerer,
        example: Example,  # noqa: ARG002 (a task may weigh it against the answer)
        batch: Batch,
        names: Sequence[str],
    ) -> Answered:
        """The answer to the one source of the batch, and what was written for it."""
        return searched(answerer, batch, names, lambda: answerer.answers(batch))

    @override
    def measure(self, network: nn.Module, batch: Batch) -> Answers:
        told = network(self.sides(batch))
        each = torch.stack([told.nats.values.double(), told.hits.double()], dim=1)
        sums = each.new_zeros(len(batch), 2)
        sums = sums.index_add(0, told.nats.row_of_token, each).tolist()
        lengths = told.nats.lengths.tolist()
        return [
            {"nats": nats, "hits": hits, "tokens": tokens}
            for (nats, hits), tokens in zip(sums, lengths, strict=True)
        ]

    @override
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        tokens = max(sum(one["tokens"] for one in answers), 1)
        return {
            "nats_per_token": sum(one["nats"] for one in answers) / tokens,
            "token_accuracy": sum(one["hits"] for one in answers) / tokens,
        }

    @override
    def probe(self, network: nn.Module, examples: list[Example]) -> Metrics:
        if not examples:
            return {}
        answers = self.answerer(network).answers(self.batch(examples, targets=False))
        return self.judged([one["prediction"] for one in answers], examples)

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        self.ngrams = fit_ngrams(self._targets(train), len(self.target))

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        if self.ngrams is None:
            return {}
        scores = ngram_scores(self.ngrams, self._targets(examples))
        return {f"targets alone: {self.ngrams.order}-grams": scores}

    def _targets(self, examples: list[Example]) -> Ragged:
        return self.target.rows(text_of(as_targets(row)) for row in examples)

    @override
    @staticmethod
    def text(answer: dict[str, Any]) -> str:
        return " ".join(answer["prediction"].split("\n"))
