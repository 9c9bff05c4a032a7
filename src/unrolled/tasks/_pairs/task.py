"""What the tasks have in common that turn one text into another.

A task of this kind says which columns it reads, what suits its data, its metrics and
its baselines; the network and its answers are here.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

from torch import Tensor, nn
from typing_extensions import override

from unrolled.errors import SettingError, UnreadableDataError
from unrolled.models.encoder_decoder import EncoderDecoder
from unrolled.models.encoder_decoder_base import Sides
from unrolled.models.encoder_decoder_settings import EncoderDecoderSettings
from unrolled.settings import Settings, Value
from unrolled.tasks._abilities import AbstractWriter, Wish
from unrolled.tasks._base import (
    Answers,
    Example,
    Look,
    Shape,
)
from unrolled.tasks._pairs.answers import Answerer
from unrolled.tasks._pairs.baseline import (
    from_tensors,
    to_tensors,
)
from unrolled.tasks._pairs.settings import PairsSettings
from unrolled.tasks._pairs.sides import Pairs, PairsBatch, as_targets, with_references
from unrolled.tasks._pairs.suggestions import suggestions
from unrolled.tasks._pairs.view import Asked
from unrolled.tasks._pairs.writing import written
from unrolled.tasks._pairs.written_task import AbstractWrittenTask
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.tasks._text_input import text_of


class AbstractPairsTask(AbstractWrittenTask, AbstractWriter):
    """Text in, text out, of a length of its own."""

    shape = Shape.ENCODER_DECODER
    sections: ClassVar = {
        "source": SymbolSettings,
        "target": SymbolSettings,
        "model": EncoderDecoderSettings,
        "task": PairsSettings,
    }

    def __init__(self, settings: Mapping[str, Settings], pairs: Pairs) -> None:
        super().__init__(settings, pairs.target, pairs.length)
        self.pairs = pairs

    @property
    def mine(self) -> PairsSettings:
        """The settings of the task."""
        found: Any = self.settings["task"]
        return found

    @property
    def model(self) -> EncoderDecoderSettings:
        """The settings of the network."""
        found: Any = self.settings["model"]
        return found

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        sources = [text_of(row) for row in examples]
        return suggestions(sources, [text_of(as_targets(row)) for row in examples])

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        _check(examples, headers)
        pairs = Pairs.learn(with_references(examples), settings)
        chosen: Mapping[str, Any] = settings
        given = [s.start for s in (pairs.source, pairs.target) if s.start is not None]
        widths = {start.shape[1] for start in given}
        if len(widths) > 1:
            raise SettingError(
                found=f"vectors of {' and '.join(map(str, sorted(widths)))} numbers.",
                expected="vectors of one width for source and target",
                fix="choose two files of one width, or give one of the two sides alone",
            )
        for width in widths:
            settings = {**settings, "model": replace(chosen["model"], embedding=width)}
        return cls(settings, pairs)

    @override
    def notes(self) -> list[str]:
        return self.pairs.notes()

    @override
    def build(self) -> nn.Module:
        source, target = self.pairs.source, self.pairs.target
        return EncoderDecoder(
            len(source),
            len(target),
            self.model,
            joint=self.pairs.joint,
            start=(source.start, target.start),
        )

    @override
    def batch(self, examples: list[Example], *, targets: bool) -> PairsBatch:
        return self.pairs.batch(
            examples,
            most=self.mine.longest_source,
            copies=self.model.copy,
            targets=targets,
        )

    @override
    def look(self, examples: list[Example]) -> Look:
        tokenizer = self.pairs.source.tokenizer
        return Look([tokenizer.tokens(text_of(row)) for row in examples], [], [])

    @override
    def sides(self, batch: PairsBatch) -> Sides:
        return self.pairs.sides(batch)

    @override
    def answerer(self, network: nn.Module) -> Answerer:
        """What gives the answers of the network."""
        network_: Any = network
        return Answerer(network_, self.pairs, self.mine)

    @override
    def asked(self, batch: PairsBatch) -> Asked:
        [words] = batch.words
        unknown = self.pairs.unknown(words) if self.model.copy else []
        return Asked("inputs", words, {"encoder": "inputs"}, unknown)

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        # Nats grow with overconfidence, which harms no search: see decision 0016.
        return ("nats_per_token", -1) if self.model.copy else ("token_accuracy", 1)

    @override
    def write(self, network: nn.Module, wish: Wish) -> Answers:
        if len(wish.given) != 1:
            raise SettingError(
                found=f"{len(wish.given)} texts given.",
                expected="one text that the answer depends on",
                fix='give it: --given "I am late."',
            )
        row = Example(wish.given[0], None, "given")
        batch = self.batch([row], targets=False)
        return written(self.answerer(network), batch, wish)

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        tensors = {} if self.ngrams is None else to_tensors(self.ngrams)
        return self.pairs.state(), tensors

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        made = cls(settings, Pairs.restore(files))
        made.ngrams = from_tensors(tensors, len(made.pairs.target))
        return made


def _check(examples: list[Example], headers: Mapping[str, str]) -> None:
    """Raises UnreadableDataError for a row that lacks one of its two texts."""
    for row in examples:
        for role, cell in (("input", row.input), ("target", row.target)):
            if cell is None or not text_of(row._replace(input=cell)).strip():
                raise UnreadableDataError(
                    found=f'{row.place}: column "{headers.get(role, role)}" is empty.',
                    expected="a text in both columns of every row",
                    fix="fill it in, or leave such rows out",
                )
