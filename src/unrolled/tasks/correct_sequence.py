"""Correct, written anew: a wrong text in, a right one out (encoder and decoder).

    He go to the school yesturday.   →   He went to school yesterday.

The same data, answers and scores as those of `correct`, which says of each word what is
to be done with it. This one writes the whole text again, word by word, or copies words
from the source. It may change anything, needs more to learn from and takes far longer.

An answer is given only if it is likelier than the text as it was by a margin, which is
learned on validation rows: of log P(answer) − log P(copy), in nats.

Reference: Yuan and Briscoe 2016, "Grammatical error correction using neural machine
translation", NAACL; copying as in Zhao et al. 2019, arXiv:1903.00138.
"""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Self, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.models.encoder_decoder_settings import EncoderDecoderSettings
from unrolled.readers import Cell
from unrolled.settings import Settings, Value
from unrolled.tasks._base import Answers, Batch, Example, Metrics
from unrolled.tasks._correct.answers import answer, drafted
from unrolled.tasks._correct.errors import Errors
from unrolled.tasks._correct.learning import misspellings, pairs_to_learn, words_of
from unrolled.tasks._correct.margin import Written, best_margin, margin_of
from unrolled.tasks._correct.rows import COLUMNS, input_of, row_of
from unrolled.tasks._correct.sample import SAMPLE
from unrolled.tasks._correct.scores import correct_scores
from unrolled.tasks._correct.sequence_settings import ErrorsSettings
from unrolled.tasks._correct.view import changes_part
from unrolled.tasks._correct.written import WrittenBatch
from unrolled.tasks._pairs.answerer import AbstractAnswerer
from unrolled.tasks._pairs.settings import PairsSettings
from unrolled.tasks._pairs.sides import Pairs
from unrolled.tasks._pairs.task import AbstractPairsTask
from unrolled.tasks._pairs.view import Answered, searched
from unrolled.tasks._pieces import answer_all
from unrolled.tasks._symbol_settings import SymbolSettings
from unrolled.text.english.mistakes_settings import MistakesSettings

MOST_ROWS = 500  # of the validation rows that the margin is learned from


@final
class CorrectSequence(AbstractPairsTask):
    """Grammar and spelling by an encoder and a decoder."""

    goal = "grammar and spelling put right by writing the text anew"
    columns = COLUMNS
    sections: ClassVar = {
        "source": SymbolSettings,
        "target": SymbolSettings,
        "model": EncoderDecoderSettings,
        "task": PairsSettings,
        "errors": ErrorsSettings,
        "mistakes": MistakesSettings,
    }

    def __init__(self, settings: Mapping[str, Settings], pairs: Pairs) -> None:
        super().__init__(settings, pairs)
        self.errors, self.margin = _errors(settings, [], []), 0.0

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        told = [row._replace(target=row.target or row.input) for row in examples]
        return super().suggest(told, settings) | {
            "task.joint": True,
            "model.copy": True,
            "model.label_smoothing": 0.0,
        }

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        right = [
            r for row in map(row_of, examples) for r in (row.rights or (row.text,))
        ]
        words = sorted({w.lower() for text in right for w in words_of(text)})
        errors = _errors(settings, words, misspellings(chosen["errors"].misspellings))
        made = super().fit([errors.scored(row) for row in examples], settings, headers)
        made.errors = errors
        return made

    @override
    def encode_to_score(self, examples: list[Example]) -> Batch:
        return super().encode_to_score(self._scored(examples))

    @override
    def encode_to_learn(self, examples: list[Example]) -> Batch:
        chosen: Any = self.settings
        draw = Random(int(torch.randint(2**62, ())))
        made = [
            Example(" ".join(pair.wrong), " ".join(pair.right), row.place)
            for row in examples
            for pair in pairs_to_learn(
                [row_of(row)],
                self.errors.mistakes,
                draw,
                copies=chosen["errors"].copies,
            )
        ]
        return super().encode_to_learn(made)

    def _scored(self, examples: list[Example]) -> list[Example]:
        return [self.errors.scored(row) for row in examples]

    @override
    def encode(self, examples: list[Example]) -> Batch:
        texts = tuple(input_of(row) for row in examples)
        inner: Any = super().encode(examples)
        return WrittenBatch(inputs=inner.inputs, inner=inner, texts=texts)

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        asked: Any = batch
        found = []
        for text, written in zip(asked.texts, self._tried(network, asked), strict=True):
            does = bool(words_of(text)) and written.gain > self.margin
            sure = 1 / (1 + math.exp(-max(min(written.gain, 30.0), -30.0)))
            draft = drafted(text, written.text if does else text, confidence=sure)
            found.append(answer(draft))
        return found

    @override
    def answered(
        self,
        answerer: AbstractAnswerer,
        example: Example,
        batch: Any,
        names: Sequence[str],
    ) -> Answered:
        text, network = input_of(example), answerer.network
        asked = WrittenBatch(inputs=batch.inputs, inner=batch, texts=(text,))
        found = searched(answerer, batch, names, lambda: self.answer(network, asked))
        edits = found.answer["edits"]
        found = found._replace(parts=[*found.parts, changes_part(text, edits)])
        if edits:
            return found
        # What was written is not likelier by the margin: the text stays as it was.
        sides = self.sides(self.batch([Example(text, text, "")], targets=True))
        return found._replace(sides=sides, tokens=self.target.tokenizer.tokens(text))

    def _tried(self, network: nn.Module, batch: WrittenBatch) -> list[Written]:
        """What the network writes for each text, and how much likelier that is."""
        found = super().answer(network, batch.inner)
        same = [Example(text, text, "") for text in batch.texts]
        copies = super().measure(network, self.batch(same, targets=True))
        return [
            Written(one["prediction"], _gain(one["log_probability"], copy["nats"]))
            for one, copy in zip(found, copies, strict=True)
        ]

    @override
    def settle(self, network: nn.Module, examples: list[Example]) -> list[str]:
        scored = self._scored(examples[:MOST_ROWS])
        said = "a text is changed if that is {:.1f} nats likelier"
        if not scored:
            return [f"no validation rows to fit on: {said.format(self.margin)}"]
        batch: Any = self.encode(scored)
        was_training = network.training
        network.eval()
        with torch.no_grad():
            tried = self._tried(network, batch)
        network.train(was_training)
        chosen: Any = self.settings
        self.margin = best_margin(
            [row_of(row) for row in scored],
            tried,
            false_alarms=chosen["errors"].false_alarms,
        )
        return [said.format(self.margin)]

    @override
    def probe(self, network: nn.Module, examples: list[Example]) -> Metrics:
        if not examples:
            return {}
        found = answer_all(self, network, self.encode(self._scored(examples)))
        return self.judged([one["prediction"] for one in found], examples)

    @override
    def judged(self, predictions: list[str], examples: list[Example]) -> Metrics:
        rows = [row_of(row) for row in self._scored(examples)]
        return correct_scores(rows, predictions)

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        super().fit_baselines(self._scored(train), valid)

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        scored = self._scored(examples)
        found = super().baselines(scored)
        copied = [input_of(row) for row in scored]
        return {**found, "copy": self.judged(copied, examples)} if found else {}

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files, tensors = super().state()
        mine = {"errors.json": self.errors.to_json()}
        return {**files, **mine, "margin.json": {"nats": self.margin}}, tensors

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        made = super().restore(settings, files, tensors)
        made.errors = Errors.from_json(chosen["mistakes"], files.get("errors.json"))
        made.margin = margin_of(files.get("margin.json"))
        return made

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        return list(SAMPLE)


def _errors(
    settings: Mapping[str, Any], words: list[str], listed: list[tuple[str, str]]
) -> Errors:
    return Errors(settings["mistakes"], words, listed)


def _gain(written: float | None, copied: float) -> float:
    return -math.inf if written is None else written + copied
