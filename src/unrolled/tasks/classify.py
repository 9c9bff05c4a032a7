"""Classify: one answer for a whole sequence (many to one).

    "He is great"              → positive          a label
    "I did not expect that!"   → fear, surprise    several labels
    "A fine film, if slow"     → 4                 an ordered rating
    [0.1, 0.4, 0.2, ...]       → walking           a series of numbers works as well
    three.wav                  → three             and so does a sound

Data: one sequence a row, beside its label. Several labels of a row are joined by `|`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.models import scores
from unrolled.models.evidence import Evidence
from unrolled.models.settings import ModelSettings
from unrolled.ragged import Ragged
from unrolled.readers import Cell
from unrolled.settings import Settings, Value
from unrolled.tasks import _decisions as decisions
from unrolled.tasks._base import (
    AbstractTask,
    Answers,
    Batch,
    Example,
    Look,
    Metrics,
    Shape,
)
from unrolled.tasks._baselines import Bag, bag_name, majority, restore_bag
from unrolled.tasks._classify.view import steps_of, view_of
from unrolled.tasks._classify_columns import COLUMNS
from unrolled.tasks._inputs import (
    AnyInput,
    kind_of_input,
    learn_input,
    name_of,
    restore_input,
)
from unrolled.tasks._network import (
    make_network,
    notes_of,
    telling_cuts,
    with_places,
)
from unrolled.tasks._pieces import all_scores
from unrolled.tasks._rejection import Rejection, learn_targets
from unrolled.tasks._seeing import AbstractSeen, View
from unrolled.tasks._settings import ClassifySettings
from unrolled.tasks._sound_settings import SoundSettings
from unrolled.tasks._suggestions import suggestions
from unrolled.tasks._targets import Targets
from unrolled.tasks._text_input import TextInput
from unrolled.text.settings import TextSettings


@final
class Classify(AbstractTask, AbstractSeen):
    """Labels, ratings and numbers for texts, series and sounds."""

    goal = "a label, several labels, a rating or a number for each sequence"
    shape = Shape.MANY_TO_ONE
    columns = COLUMNS
    sections: ClassVar = {
        "text": TextSettings,
        "sound": SoundSettings,
        "model": ModelSettings,
        "task": ClassifySettings,
    }

    def __init__(
        self,
        settings: Mapping[str, Settings],
        reads: AnyInput,
        targets: Targets,
    ) -> None:
        self.settings, self.reads, self.targets = settings, reads, targets
        self.rule = decisions.Rule.plain(targets)
        self.weights = torch.ones(max(len(targets.names), 1))
        self.always = torch.zeros(1, 1)
        self.evidence = Evidence()
        self.bag: Bag | None = None
        self.bag_rule = self.rule
        self.rejection = Rejection.of(settings, targets)

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        chosen: Mapping[str, Any] = settings
        kind = kind_of_input(examples, chosen["task"])
        return suggestions(examples, kind, chosen["text"])

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        chosen: Mapping[str, Any] = settings
        mine, model = chosen["task"], chosen["model"]
        header = headers.get("target", "target")
        targets = learn_targets(examples, mine, header)
        reads, settings = learn_input(examples, settings, cls.columns[0])
        task = cls(with_places(settings, reads, examples), reads, targets)
        wanted = targets.encode(examples)
        task.always = majority(targets, wanted)
        if isinstance(reads, TextInput) and model.evidence and targets.kind != "number":
            grams = reads.ngrams_at_tokens(examples)
            task.evidence = Evidence.count(grams, targets.member(wanted))
        if mine.class_weights == "balanced":
            task.weights = targets.balance(wanted)
        return task

    @override
    def notes(self) -> list[str]:
        names = self.targets.names
        shown = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
        answer = f"answers: {self.targets.kind}" + (f" ({shown})" if names else "")
        return [*self.reads.notes(), answer, *notes_of(self.settings["model"])]

    @override
    def build(self) -> nn.Module:
        model: Any = self.settings["model"]
        classes = len(self.targets.names)
        layer = self.reads.layer(model, self.evidence.channels)
        return make_network(layer, model, kind=self.targets.kind, classes=classes)

    @override
    def encode(self, examples: list[Example]) -> Batch:
        known = all(example.target is not None for example in examples)
        targets = self.targets.encode(examples) if known else None
        evidence = self.evidence.of(self._ngrams(examples))
        return Batch(self.reads.encode(examples), targets, evidence)

    @override
    def encode_to_learn(self, examples: list[Example]) -> Batch:
        targets = self.targets.encode(examples)
        evidence = self.evidence.out_of_fold(
            self._ngrams(examples), self.targets.member(targets)
        )
        batch = Batch(self.reads.encode(examples), targets, evidence)
        self.rejection.remember(batch)
        return batch

    def _ngrams(self, examples: list[Example]) -> list[Ragged]:
        """The n-grams whose evidence is asked for, none where there is no evidence."""
        if not isinstance(self.reads, TextInput) or not self.evidence.channels:
            return []
        return self.reads.ngrams_at_tokens(examples)

    @override
    def look(self, examples: list[Example]) -> Look:
        reads, targets = self.reads, self.targets
        tokens = reads.tokens(examples) if isinstance(reads, TextInput) else []
        if all(row.target is None for row in examples):  # rows to be answered
            return Look(tokens, [], [])
        return Look(tokens, targets.named(examples), targets.numbers(examples))

    @override
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        mine: Any = self.settings["task"]
        smoothing = mine.smoothing if network.training else 0.0
        rows = self.rejection.with_strangers(batch) if network.training else batch
        targets: Any = rows.targets
        found = network(rows.inputs, rows.evidence)
        each = scores.loss(self.targets.kind, found, targets, smoothing=smoothing)
        if self.targets.is_one_name:
            each = each * self.weights[targets]
        made_up = each[len(batch) :].sum() / max(len(batch), 1)
        return each[: len(batch)] + made_up

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        known: Any = network
        vectors = known.pooled(batch.inputs, batch.evidence)
        found = known.head(vectors)
        answers = self.rule.answers(self.targets, found)
        answers = self.rejection.answers(answers, found, vectors)
        model = self.settings["model"]
        return telling_cuts(answers, model, self.reads, batch.inputs)

    @override
    def view(self, network: nn.Module, example: Example) -> View:
        rows = [example._replace(target=None)]
        return view_of(self, network, self.encode(rows), steps_of(self.reads, rows))

    @override
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        return self._score(answers, self.targets.encode(examples))

    def _score(self, answers: Answers, wanted: Tensor) -> Metrics:
        found = decisions.score(self.targets, answers, wanted)
        return self.rejection.score(found, answers, wanted)

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        best = {"label": ("accuracy", 1), "labels": ("macro_f1", 1)}
        return best.get(self.targets.kind, ("mae", -1))

    @override
    def settle(self, network: nn.Module, examples: list[Example]) -> list[str]:
        batch = self.encode(examples)
        wanted: Any = batch.targets
        found = all_scores(network, batch)
        self.rule = decisions.Rule.fit(self.targets, found, wanted)
        self.rejection.settle(network, batch, found)
        return [*self.rule.notes(self.targets), *self.rejection.notes()]

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        self.bag = Bag.fit(train, self.reads, self.targets)
        wanted = self.targets.encode(valid)
        found = self.bag.scores(valid, self.reads)
        self.bag_rule = decisions.Rule.fit(self.targets, found, wanted)
        self.rejection.settle_baseline(found, wanted)

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        always = self.always.expand(len(examples), -1)
        plain = decisions.Rule.plain(self.targets)
        answers = {"majority": plain.answers(self.targets, always)}
        if self.bag:
            found = self.bag.scores(examples, self.reads)
            name = bag_name(self.reads, self.targets.kind)
            told = self.bag_rule.answers(self.targets, found)
            answers[name] = self.rejection.baseline_answers(told, found)
        wanted = self.targets.encode(examples)
        return {name: self._score(rows, wanted) for name, rows in answers.items()}

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        files, tensors = self.reads.state()
        files["targets.json"] = self.targets.to_json()
        files["task.json"] = {"reads": name_of(self.reads), "rule": self.rule.to_json()}
        files["task.json"]["baseline_rule"] = self.bag_rule.to_json()
        files["task.json"] |= self.rejection.to_json()
        tensors |= {"task.always": self.always, "task.weights": self.weights}
        tensors |= self.evidence.tensors() | self.rejection.tensors()
        if self.bag:
            tensors |= {f"baseline.{k}": t for k, t in self.bag.tensors.items()}
        return files, tensors

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        mine = files["task.json"]
        reads = restore_input(mine["reads"], files, tensors, settings)
        task = cls(settings, reads, Targets.from_json(files["targets.json"]))
        task.rule = decisions.Rule.from_json(mine["rule"], task.targets)
        task.bag_rule = decisions.Rule.from_json(mine["baseline_rule"], task.targets)
        task.always, task.weights = tensors["task.always"], tensors["task.weights"]
        task.evidence = Evidence.restore(tensors)
        task.rejection.restore(mine, tensors)
        if any(name.startswith("baseline.") for name in tensors):
            task.bag = restore_bag(tensors)
        return task

    @override
    @staticmethod
    def text(answer: dict[str, Any]) -> str:
        return decisions.text(answer)

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        good = ["He is great", "What a great and lovely film", "It is lovely"]
        good += ["I loved every great minute", "Great acting , lovely story"]
        bad = ["She is terrible", "A terrible and boring film", "It is boring"]
        bad += ["I hated every boring minute", "Terrible acting , boring story"]
        rows = [
            [(yes, "positive"), (no, "negative")]
            for yes, no in zip(good, bad, strict=True)
        ]
        return [row for pair in rows for row in pair]
