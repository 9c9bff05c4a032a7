"""Generate: a sequence from what is given, and another one each time (one to many).

    female        →   M a r y <end>          every output is the next input
    male, irish   →   Declan                 several things given
    nothing       →   a name like those of a plain list

What is given decides the state before the first symbol and stands beside every input.

Data: one text a row, a name as a rule, beside columns of categories or numbers.

Reference: Graves 2013, arXiv:1308.0850, for sequences from a network that is asked
for one symbol after the other.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Self, final

from torch import Tensor, nn
from typing_extensions import override

from unrolled.decoding.settings import DecodingSettings
from unrolled.models.next_token import NextToken
from unrolled.models.next_token_settings import NextTokenSettings
from unrolled.randomness import stream
from unrolled.readers import Cell
from unrolled.settings import Settings, Value
from unrolled.tasks._abilities import AbstractWriter, Wish
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
from unrolled.tasks._generate.answers import best_texts
from unrolled.tasks._generate.batch import GivenBatch, questions, rows_of, texts_of
from unrolled.tasks._generate.given import Given
from unrolled.tasks._generate.peers import Peers
from unrolled.tasks._generate.probe import Known, Probe
from unrolled.tasks._generate.scores import scored, tallies
from unrolled.tasks._generate.settings import GenerateSettings
from unrolled.tasks._generate.suggestions import suggestions, unit_of
from unrolled.tasks._generate.view import view_of
from unrolled.tasks._next_token import sum_of_rows, with_end
from unrolled.tasks._seeing import AbstractSeen, View
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._text_input import text_of
from unrolled.tasks._writing import Writer, steps_for

PERSONS = ("sex", "gender", "origin")


@final
class Generate(AbstractTask, AbstractWriter, AbstractSeen):
    """Names and other short texts from given attributes."""

    goal = "names and other short texts from what is given, such as female"
    shape = Shape.ONE_TO_MANY
    columns = (
        Column(
            "input",
            holds="texts to learn from, such as names",
            usual=("name", "text", "word", "title", "sentence", "line", "input"),
        ),
        Column(
            "given",
            holds="categories or numbers that a text depends on",
            usual=(*PERSONS, "category", "language", "label", "class", "kind", "given"),
            optional=True,
        ),
    )
    sections: ClassVar = {
        "text": SymbolSettings,
        "model": NextTokenSettings,
        "task": GenerateSettings,
    }
    asks = "given"

    def __init__(
        self,
        settings: Mapping[str, Settings],
        symbols: Symbols,
        given: Given,
        peers: Peers,
        length: float,
    ) -> None:
        """`length` is the mean number of tokens of a training text, with its end."""
        self.settings, self.symbols, self.given = settings, symbols, given
        self.peers, self.length = peers, length

    @property
    def _mine(self) -> GenerateSettings:
        found: Any = self.settings["task"]
        return found

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        return suggestions(examples, settings["text"])

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        texts = texts_of(examples, headers.get("input", "input"))
        numbers = chosen["task"].numbers
        given = Given.learn(examples, headers.get("given", ""), numbers)
        unit = unit_of(examples, chosen["text"])
        symbols = Symbols.learn(examples, chosen["text"], unit)
        if symbols.start is not None:
            width = symbols.start.shape[1]
            settings = {**settings, "model": replace(chosen["model"], embedding=width)}
        ids = [symbols.ids(text) for text in texts]
        length = sum(len(row) + 1 for row in ids) / len(ids)
        peers = Peers(frozenset(map(symbols.text, ids)))
        return cls(settings, symbols, given, peers, length)

    @override
    def notes(self) -> list[str]:
        told = ", ".join(field.told for field in self.given.fields)
        return [*self.symbols.notes(), f"given: {told or 'nothing'}"]

    @override
    def build(self) -> nn.Module:
        model: Any = self.settings["model"]
        return NextToken(
            len(self.symbols), model, sizes=self.given.sizes, start=self.symbols.start
        )

    @override
    def encode(self, examples: list[Example]) -> Batch:
        if self.given.fields and not any(row.given for row in examples):
            return questions(self.symbols, self.given, examples)
        texts = map(text_of, examples)
        inputs, _ = with_end(self.symbols, texts, to_learn=False)
        return GivenBatch(inputs=inputs, given=self.given.encode(examples))

    @override
    def encode_to_score(self, examples: list[Example]) -> Batch:
        return rows_of(self.symbols, self.given, examples)

    @override
    def encode_to_learn(self, examples: list[Example]) -> Batch:
        return self.encode_to_score(examples)

    @override
    def look(self, examples: list[Example]) -> Look:
        tokens = self.symbols.tokenizer.tokens
        names = self.given.categories
        return Look(
            [["<end>", *tokens(text_of(row))] for row in examples],
            [[str(row.given[at]).strip() for at in names] for row in examples],
            [],
        )

    @override
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        rows: Any = batch
        told = network(rows.inputs, rows.targets, rows.given)
        nats, _ = sum_of_rows(told.nats, rows)
        return nats / self.length + told.penalty

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        network_: Any = network
        rows: Any = batch
        return best_texts(network_, self.symbols, rows, self._mine)

    @override
    def view(self, network: nn.Module, example: Example) -> View:
        network_: Any = network
        return view_of(network_, self.symbols, self.given, example)

    @override
    def measure(self, network: nn.Module, batch: Batch) -> Answers:
        rows: Any = batch
        told = network(rows.inputs, rows.targets, rows.given)
        nats, tokens = sum_of_rows(told.nats.map(Tensor.double), rows)
        return tallies(nats, tokens, rows.given)

    @override
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        return scored(self.symbols, self.given, answers, examples)

    @override
    def probe(self, network: nn.Module, examples: list[Example]) -> Metrics:
        network_: Any = network

        return self._drawn(partial(steps_for, network_, self.symbols), examples)

    def _drawn(self, start: Any, examples: list[Example]) -> Metrics:
        """The figures of texts that are drawn; none where none are wanted."""
        if not (self._mine.samples and examples):
            return {}
        known = Known(self.given, self.symbols, self.peers.texts, self.peers.judge)
        texts = [text_of(row) for row in examples]
        probe = Probe(known, texts, self.given.encode(examples))
        return probe.figures(start, self._mine.samples, DecodingSettings())

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        return "nats_per_token", -1

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        self.peers.fit(train, self.symbols, self.given, self._mine)

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        ngrams = self.peers.ngrams
        if ngrams is None:
            return {}
        given = self.given.encode(examples)
        rows = self.symbols.rows(map(text_of, examples))
        answers = tallies(*ngrams.nats(rows, given), given)
        found = scored(self.symbols, self.given, answers, examples)
        name = f"Kneser-Ney {ngrams.ngrams.order}-gram"
        return {name: found | self._drawn(ngrams.steps, examples)}

    @override
    def write(self, network: nn.Module, wish: Wish) -> Answers:
        network_: Any = network
        asked = self.given.asked(wish.given)
        given = (
            self.given.usual(asked)
            if wish.decoding.beam
            else self.given.drawn(asked, wish.count, stream(wish.seed, "given"))
        )
        writer = Writer(
            network=network_,
            symbols=self.symbols,
            given=given,
            contrast=self.given.contrast,
            refuse=None if wish.copies else self._is_known,
        )
        return writer.write(wish)

    def _is_known(self, ids: tuple[int, ...]) -> bool:
        return self.symbols.text(ids) in self.peers.texts

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files, tensors = self.given.state()
        known, kept = self.peers.state()
        mine = {"task.json": {"length": self.length}}
        return files | self.symbols.state() | known | mine, tensors | kept

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        given = Given.restore(files, tensors)
        symbols = Symbols.restore(files)
        peers = Peers.restore(files, tensors, symbols, given)
        length = float(files["task.json"]["length"])
        return cls(settings, symbols, given, peers, length)

    @override
    @staticmethod
    def text(answer: dict[str, Any]) -> str:
        return " ".join(answer["prediction"].split("\n"))

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        women, men = ["Anna", "Nina", "Ina"], ["Otto", "Bob"]
        named = [(n, "female") for n in women] + [(n, "male") for n in men]
        return [*named, *named]
