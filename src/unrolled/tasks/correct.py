"""Correct: grammar and spelling of a text, put right where something is wrong.

    He go to the school yesturday.   →   He went to school yesterday.
    edits   [3, 5] went   [6, 9] ""   [17, 26] yesterday       with kind and confidence

A tagger says of each word whether it stays, goes, is replaced, ...; what it says is
weighed together with a spelling corrector and with n-grams of right text, and done only
if it is probable enough. A text that needs nothing comes back as it is, byte for byte.

Data: wrong texts beside right ones, or right text alone, in which mistakes are made.

References: Omelianchuk et al. 2020, "GECToR", arXiv:2005.12592, for the tags; Zhao et
al. 2019, arXiv:1903.00138, for learning from mistakes that are made in right text.
"""

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar, Self, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.engine.watch import unwatched
from unrolled.models.edit_tagger import EditSizes, EditTagger
from unrolled.models.edit_tagger_settings import EditTaggerSettings
from unrolled.randomness import derive
from unrolled.readers import Cell
from unrolled.settings import Settings, Value
from unrolled.tasks._base import (
    AbstractTask,
    Answers,
    Batch,
    Example,
    Look,
    Metrics,
    Shape,
)
from unrolled.tasks._correct import answers as answers_of
from unrolled.tasks._correct.baselines import baselines
from unrolled.tasks._correct.batch import EditBatch, TextBatch
from unrolled.tasks._correct.decision import Decision
from unrolled.tasks._correct.familiar import SIZES
from unrolled.tasks._correct.learned import Learned, lengths_only
from unrolled.tasks._correct.learning import Pair, words_of
from unrolled.tasks._correct.proposals import Proposer
from unrolled.tasks._correct.rounds import Corrector
from unrolled.tasks._correct.rows import COLUMNS, Row, input_of, row_of
from unrolled.tasks._correct.sample import SAMPLE
from unrolled.tasks._correct.scores import correct_scores
from unrolled.tasks._correct.settings import CorrectSettings
from unrolled.tasks._correct.settle import settled
from unrolled.tasks._correct.tags import KINDS
from unrolled.tasks._correct.view import view_of
from unrolled.tasks._pieces import resting
from unrolled.tasks._seeing import AbstractSeen, View
from unrolled.tasks._tag.settings import WordSettings
from unrolled.text.english.mistakes_settings import MistakesSettings


@final
class Correct(AbstractTask, AbstractSeen):
    """Grammar and spelling."""

    goal = "grammar and spelling put right, and what was wrong"
    shape = Shape.ENCODER_DECODER
    columns = COLUMNS
    sections: ClassVar = {
        "text": WordSettings,
        "model": EditTaggerSettings,
        "task": CorrectSettings,
        "mistakes": MistakesSettings,
    }

    def __init__(
        self, settings: Mapping[str, Settings], learned: Learned, decision: Decision
    ) -> None:
        self.settings, self.learned, self.decision = settings, learned, decision
        self._recent: list[tuple[list[Example], list[Row]]] = []

    @property
    def _mine(self) -> CorrectSettings:
        found: Any = self.settings["task"]
        return found

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        rows = max(len(examples), 1)
        return {
            "text.min_count": 2 if rows > 5000 else 1,
            "task.least_words": max(1, min(5, rows // 2000)),
            "training.batch_rows": 128 if rows > 5000 else 32,
            "training.learning_rate": 0.004 if rows > 5000 else 0.003,
            "training.table_rate": 1.0,
            "training.epochs": max(2, min(60, 60_000 // rows)),
        }

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        rows = [row_of(example) for example in examples]
        learned, model = Learned.fit(rows, settings)
        return cls({**settings, "model": model}, learned, Decision())

    @override
    def notes(self) -> list[str]:
        return self.learned.notes()

    @override
    def build(self) -> nn.Module:
        model: Any = self.settings["model"]
        words, lists = self.learned.reads.words, self.learned.tagged.lists
        sizes = EditSizes(
            words.sizes,
            SIZES,
            kinds=len(KINDS),
            replacements=len(lists.replacements),
            insertions=len(lists.insertions),
        )
        return EditTagger(model, sizes, counts=words.counts, start=words.start)

    @override
    def encode(self, examples: list[Example]) -> Batch:
        # Right texts that may stand beside these do not matter here.
        rows = [Row(input_of(one), (), one.place) for one in examples]
        lengths = [len(words_of(row.text)) for row in rows]
        return TextBatch(lengths_only(lengths), rows=tuple(rows))

    @override
    def encode_to_score(self, examples: list[Example]) -> EditBatch:
        rows = self._rows(examples)
        pairs = [Pair(words_of(r.text), words_of(r.rights[0])) for r in rows]
        return self.learned.encode(pairs, counted=False, rows=tuple(rows))

    @override
    def encode_to_learn(self, examples: list[Example]) -> EditBatch:
        rows = [row_of(example) for example in examples]
        return self.learned.encode(self.learned.to_learn(rows), counted=True)

    def _rows(self, examples: list[Example]) -> list[Row]:
        """Rows to be scored, with mistakes that are always the same in right text.

        Those of a run are asked for many times, so the last three are kept.
        """
        for asked, found in self._recent:
            if asked is examples:
                return found
        rows = map(row_of, examples)
        found = [
            self.learned.with_mistakes(row, Random(derive(0, row.text))) for row in rows
        ]
        self._recent = [*self._recent[-2:], (examples, found)]
        return found

    @override
    def look(self, examples: list[Example]) -> Look:
        return Look([words_of(input_of(one)) for one in examples], [], [])

    @override
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        mine: Any = batch
        return network(mine.read, mine.truth)

    def _corrector(self, network: nn.Module) -> Corrector:
        asked: Any = network
        learned = self.learned
        proposer = Proposer(
            asked, learned.tagged.lists, learned.spelling, learned.judge
        )
        return Corrector(learned.reads, proposer, self.decision, self._mine.rounds)

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        mine: Any = batch
        drafts = self._corrector(network).correct([row.text for row in mine.rows])
        return [answers_of.answer(draft) for draft in drafts]

    @override
    def view(self, network: nn.Module, example: Example) -> View:
        with unwatched(), resting(network):
            [answer] = self.answer(network, self.encode([example]))
        return view_of(self._corrector(network), input_of(example), answer)

    @override
    def measure(self, network: nn.Module, batch: Batch) -> Answers:
        mine: Any = batch
        drafts = self._corrector(network).correct([row.text for row in mine.rows])
        return [{"prediction": draft.text} for draft in drafts]

    @override
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        return correct_scores(
            self._rows(examples), [answer["prediction"] for answer in answers]
        )

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        return "f0.5", 1

    @override
    def settle(self, network: nn.Module, examples: list[Example]) -> list[str]:
        rows = [
            [Pair(words_of(row.text), words_of(right)) for right in row.rights]
            for row in self._rows(examples)
        ]
        was_training = network.training
        network.eval()
        with torch.no_grad():
            found = settled(
                self._corrector(network),
                self.learned.tagged,
                rows,
                false_alarms=self._mine.false_alarms,
            )
        network.train(was_training)
        self.decision = found or self.decision
        said = f"changes are made from a probability of {self.decision.threshold:.2f}"
        return [said if found else f"nothing to fit on in the validation rows: {said}"]

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        """There is nothing to fit: one copies, the other has its words from `fit`."""

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        return baselines(self._rows(examples), self.learned.spelling)

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files, tensors = self.learned.state()
        return {**files, "decision.json": self.decision.to_json()}, tensors

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        learned = Learned.restore(settings, files, tensors)
        return cls(settings, learned, Decision.from_json(files.get("decision.json")))

    @override
    @staticmethod
    def text(answer: dict[str, Any]) -> str:
        return " ".join(answer["prediction"].splitlines())

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        return list(SAMPLE)
