"""None of them: rows that `classify` refuses, and how that is learned and measured.

Three things make it refuse what it was not trained to tell apart:

    task.none_label   rows of the data that carry this label
    task.strangers    rows made up while training            (models/strangers.py)
    task.reject       a threshold, settled after training    (tasks/_refusal.py)

With any of the last two the label "none" stands behind the others, for the network as
well as in answers. Without them nothing of this happens.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self, final

import torch
from torch import Tensor, nn

from unrolled.errors import SettingError
from unrolled.models.novelty import Novelty
from unrolled.models.strangers import strangers
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on
from unrolled.settings import Settings
from unrolled.tasks._base import Answers, Batch, Example, Metrics
from unrolled.tasks._pieces import all_vectors
from unrolled.tasks._refusal import Refusal
from unrolled.tasks._targets import Targets


def learn_targets(examples: list[Example], settings: Any, header: str) -> Targets:
    """The targets of the training rows; with "none" as the last, if it may be answered.

    Raises SettingError where an answer is not one label, UnreadableDataError.
    """
    asked = settings.reject or settings.strangers
    kind = "label" if asked and settings.kind == "auto" else settings.kind
    targets = Targets.learn(examples, kind=kind, header=header)
    if not asked:
        return targets
    if kind != "label":
        raise SettingError(
            found=f"task.reject or task.strangers for {kind} answers.",
            expected="answers that are one label",
            fix="add --set task.kind=label, or leave both 0",
        )
    known = [name for name in targets.names if name != settings.none_label]
    return replace(targets, names=[*known, settings.none_label])


@final
class Rejection:
    """What a task refuses; nothing, unless its settings ask for it."""

    def __init__(self, name: str, *, share: float, strangers: float, none: int) -> None:
        """`name` is the label of what is refused, "" for nothing; `none` its place."""
        self.name, self.none = name, none
        self.share, self.strangers = share, strangers
        self.refusal, self.of_baseline = Refusal(none), Refusal(none)
        self.learned: Batch | None = None

    @classmethod
    def of(cls, settings: Mapping[str, Settings], targets: Targets) -> Self:
        """As the settings of the task say."""
        mine: Any = settings["task"]
        asked = bool(mine.reject or mine.strangers)
        return cls(
            mine.none_label if asked else "",
            share=mine.reject,
            strangers=mine.strangers,
            none=len(targets.names) - 1,
        )

    def with_strangers(self, batch: Batch) -> Batch:
        """The rows and, behind them, made-up ones; values are (moments, features).

        Raises SettingError for texts.
        """
        if not self.strangers:
            return batch
        if batch.inputs.values.dim() < 2:
            raise SettingError(
                found=f"task.strangers={self.strangers:g} for texts.",
                expected="sounds or series: of them others can be made up",
                fix=f"leave it out, and give rows with the label {self.name}",
            )
        targets = _labels(batch)
        known = (targets != self.none).nonzero()[:, 0]
        real = batch.inputs.gather(known)
        made = strangers(real, targets[known], round(self.strangers * len(real)))
        targets = torch.cat([targets, targets.new_full((len(made),), self.none)])
        return Batch(Ragged.concatenate([batch.inputs, made]), targets)

    def remember(self, learned: Batch) -> None:
        """Keeps the training rows: `settle` needs them, after every epoch."""
        if self.share:
            self.learned = learned

    def settle(self, network: nn.Module, valid: Batch, scores: Tensor) -> None:
        """From validation rows with their labels, and their scores (rows, names)."""
        if not self.share:
            return
        learned = self.learned or valid
        labels, wanted = _labels(learned), _labels(valid)
        known = (labels != self.none).nonzero()[:, 0]
        novelty, vectors = None, None
        if len(labels[known].unique()) > 1:
            rows = all_vectors(network, learned.gather(known))
            with computing_on(1):  # and so the same on any number of threads
                novelty = Novelty.fit(rows, labels[known])
            vectors = all_vectors(network, valid)
        self.refusal = Refusal.fit(
            scores, wanted, share=self.share, novelty=novelty, vectors=vectors
        )

    def settle_baseline(self, scores: Tensor, wanted: Tensor) -> None:
        """The same for the baseline, which has scores (rows, names) alone.

        It comes last: the training rows are let go.
        """
        self.learned = None
        if self.share:
            self.of_baseline = Refusal.fit(scores, wanted, share=self.share)

    def answers(self, answers: Answers, scores: Tensor, vectors: Tensor) -> Answers:
        """The answers to rows of scores (rows, names), vectors (rows, width)."""
        if not self.name:
            return answers
        return self.refusal.answers(answers, self.name, scores, vectors)

    def baseline_answers(self, answers: Answers, scores: Tensor) -> Answers:
        """The answers of the baseline, from its scores (rows, names)."""
        if not self.name:
            return answers
        return self.of_baseline.answers(answers, self.name, scores, None)

    def score(self, found: Metrics, answers: Answers, wanted: Tensor) -> Metrics:
        """The metrics, and the shares of known and of other rows that are refused.

        `wanted` is (rows,). How well probabilities fit is not told: a row may be
        refused for its distance, whatever they are.
        """
        if not self.name or not answers:
            return found
        refused = torch.tensor([a["prediction"] == self.name for a in answers]).double()
        strange = wanted == self.none
        parts = {"false_rejection": refused[~strange], "rejection": refused[strange]}
        shares = {name: float(part.mean()) for name, part in parts.items() if len(part)}
        kept = {key: one for key, one in found.items() if key != "calibration_error"}
        return {"accuracy": kept.pop("accuracy"), **shares, **kept}

    def notes(self) -> list[str]:
        """What was settled, in words."""
        return self.refusal.notes() if self.name else []

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model folder."""
        if not self.name:
            return {}
        both = {"refusal": self.refusal, "baseline_refusal": self.of_baseline}
        return {key: one.to_json() for key, one in both.items()}

    def tensors(self) -> dict[str, Tensor]:
        """Tensors for a model folder, (...,) each."""
        return self.refusal.tensors()

    def restore(self, found: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
        """Takes back what `to_json` and `tensors` (...,) gave. BrokenModelError."""
        if self.name:
            self.refusal = Refusal.restore(found.get("refusal"), tensors, self.none)
            plain = found.get("baseline_refusal")
            self.of_baseline = Refusal.restore(plain, {}, self.none)


def _labels(batch: Batch) -> Tensor:
    found: Any = batch.targets
    return found
