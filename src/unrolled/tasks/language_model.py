"""Language model: which word or character comes next (many to many, aligned).

    I love to go to the   →   gym 0.21, park 0.13, beach 0.09        predict
    To be                 →   To be, or not to be: that is ...       generate
    a text                →   how surprising each token of it is     score

Data: running text, a line or a paragraph a row. The rows are one stream, whose state is
carried on from batch to batch; with task.rows=apart each row is a text of its own.

References: Mikolov et al. 2010, "Recurrent neural network based language model"; Merity
et al. 2018, arXiv:1708.02182, for what keeps it from learning by heart.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.engine.watch import unwatched
from unrolled.models.next_token import NextToken
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.models.ngrams import NGrams
from unrolled.readers import Cell
from unrolled.settings import Settings, Value
from unrolled.tasks._abilities import AbstractJudge, AbstractWriter, Wish
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
from unrolled.tasks._language.baseline import fit_ngrams, ngram_scores
from unrolled.tasks._language.kept import length_of, ngrams_of, to_tensors
from unrolled.tasks._language.scores import compare_orders, measured, scored
from unrolled.tasks._language.settings import LanguageSettings
from unrolled.tasks._language.suggestions import suggestions, unit_of
from unrolled.tasks._next_token import best_next, sum_of_rows, surprisals, with_end
from unrolled.tasks._next_token_view import view_of
from unrolled.tasks._seeing import AbstractSeen, View
from unrolled.tasks._streams import Chunk, Streams, begun_anew, pieces
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._text_input import text_of
from unrolled.tasks._writing import Writer


@final
class LanguageModel(AbstractTask, AbstractWriter, AbstractJudge, AbstractSeen):
    """The next token, for running text or for texts that stand apart."""

    goal = "the next word or character; how likely a text is, and its continuation"
    shape = Shape.ALIGNED
    columns = (
        Column(
            "input",
            holds="texts",
            usual=("text", "line", "sentence", "paragraph", "document", "input"),
        ),
    )
    sections: ClassVar = {
        "text": SymbolSettings,
        "model": NextTokenSettings,
        "task": LanguageSettings,
    }
    follows_on = True

    def __init__(
        self, settings: Mapping[str, Settings], symbols: Symbols, length: float
    ) -> None:
        """`length` is the mean number of tokens of a row, the end counted."""
        self.settings, self.symbols, self.length = settings, symbols, length
        self.ngrams: NGrams | None = None
        self._carried: dict[str, Tensor] = {}

    @property
    def _mine(self) -> LanguageSettings:
        found: Any = self.settings["task"]
        return found

    @property
    def _joins(self) -> bool:
        return self._mine.rows == "joined"

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        text: Any = settings["text"]
        return suggestions(examples, text)

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        text, model = chosen["text"], chosen["model"]
        symbols = Symbols.learn(examples, text, unit_of(examples, text))
        if symbols.start is not None:
            width = symbols.start.shape[1]
            settings = {**settings, "model": replace(model, embedding=width)}
        rows = symbols.rows(map(text_of, examples))
        return cls(settings, symbols, len(rows.values) / len(rows))

    @override
    def notes(self) -> list[str]:
        how = "one running text" if self._joins else "texts of their own"
        return [*self.symbols.notes(), f"rows: {how}"]

    @override
    def build(self) -> nn.Module:
        model: Any = self.settings["model"]
        return NextToken(len(self.symbols), model, start=self.symbols.start)

    @override
    def encode(self, examples: list[Example]) -> Batch:
        return Batch(with_end(self.symbols, map(text_of, examples), to_learn=False)[0])

    @override
    def encode_to_score(self, examples: list[Example]) -> Batch:
        return pieces(self._joined(examples)) if self._joins else self._apart(examples)

    @override
    def encode_to_learn(self, examples: list[Example]) -> Batch:
        if not self._joins:
            return self._apart(examples)
        training: Any = self.settings["training"]
        return Streams.cut(
            self._joined(examples),
            streams=training.batch_rows,
            window=self._mine.window,
        )

    def _apart(self, examples: list[Example]) -> Batch:
        return Batch(*with_end(self.symbols, map(text_of, examples), to_learn=True))

    def _joined(self, examples: list[Example]) -> Tensor:
        """All rows as one text, (tokens,): each ends with an end, and so began it."""
        rows = self.symbols.rows(map(text_of, examples)).values
        return torch.cat([torch.tensor([self.symbols.end]), rows])

    @override
    def order(self, train: Batch, *, seed: int, epoch: int) -> list[list[int]] | None:
        if not isinstance(train, Streams):
            return None
        return train.order(seed=seed, epoch=epoch)

    @property
    @override
    def memory(self) -> dict[str, Tensor]:
        return self._carried

    @override
    def look(self, examples: list[Example]) -> Look:
        tokens = self.symbols.tokenizer.tokens
        return Look([["<end>", *tokens(text_of(row))] for row in examples], [], [])

    @override
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        state = None
        carries = isinstance(batch, Chunk)
        if carries and not batch.begins and self._carried:
            state = tuple(self._carried[name] for name in sorted(self._carried))
            if network.training:
                state = begun_anew(state, batch.inputs, self.symbols.end)
        told = network(batch.inputs, batch.targets, None, state)
        if carries:
            ends = (one.detach() for one in told.state)
            self._carried.update((str(place), one) for place, one in enumerate(ends))
        nats, counted = sum_of_rows(told.nats, batch)
        share = counted.clamp(min=1) if self._joins else self.length
        return nats / share + told.penalty

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        network_: Any = network
        return best_next(network_, self.symbols, batch.inputs, self._mine.best)

    @override
    def view(self, network: nn.Module, example: Example) -> View:
        network_: Any = network
        with unwatched():
            [answer] = self.answer(network, self.encode([example]))
        return view_of(network_, self.symbols, text_of(example), answer)

    @override
    def measure(self, network: nn.Module, batch: Batch) -> Answers:
        network_: Any = network
        return measured(network_, batch)

    @override
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        return scored(self.symbols, answers, examples)

    @override
    def probe(self, network: nn.Module, examples: list[Example]) -> Metrics:
        def nats(texts: list[str]) -> list[float]:
            rows = [Example(text, None, "") for text in texts]
            return [-one["log_probability"] for one in self.surprisal(network, rows)]

        return compare_orders(nats, examples, self._mine)

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        return "nats_per_token", -1

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        self.ngrams = fit_ngrams(
            self._for_ngrams(train),
            self._for_ngrams(valid),
            symbols=self.symbols,
            order=self._mine.order,
        )

    def _for_ngrams(self, examples: list[Example]) -> Any:
        rows = self.symbols.rows(map(text_of, examples))
        if not self._joins:
            return rows
        return type(rows)(rows.values, torch.tensor([len(rows.values)]))

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        if self.ngrams is None:
            return {}
        metrics = ngram_scores(
            self.ngrams, self.symbols, self._for_ngrams(examples), examples, self._mine
        )
        return {f"Kneser-Ney {self.ngrams.order}-gram": metrics}

    @override
    def surprisal(self, network: nn.Module, examples: list[Example]) -> Answers:
        network_: Any = network
        return surprisals(network_, self.symbols, [text_of(row) for row in examples])

    @override
    def write(self, network: nn.Module, wish: Wish) -> Answers:
        network_: Any = network
        writer = Writer(network=network_, symbols=self.symbols, ends=not self._joins)
        return writer.write(wish)

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files = self.symbols.state() | {"task.json": {"length": self.length}}
        return files, to_tensors(self.ngrams)

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        task = cls(settings, Symbols.restore(files), length_of(files))
        task.ngrams = ngrams_of(tensors, len(task.symbols))
        return task

    @override
    @staticmethod
    def text(answer: dict[str, Any]) -> str:
        best = answer["probabilities"].items()
        return ", ".join(f"{token} {chance:.2f}" for token, chance in best)

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        lines = ["the cat sat on the mat", "the dog sat on the rug"]
        lines += ["the cat saw the dog", "the dog saw the cat"]
        lines += ["a cat and a dog sat on the mat"]
        return [(line,) for line in [*lines, *lines]]
