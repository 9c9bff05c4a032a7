"""One run of a classifier, for who looks inside: see tasks/_seeing.py.

The verdict of each prefix is a run of its own over so many tokens, so a network that
reads from the end, too, has an opinion after each word as well. Of a long input not
every prefix is run, but as many evenly spaced ones as read so many tokens in all; the
steps between have the verdict of the last one before them.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from unrolled.engine.watch import unwatched
from unrolled.models.scores import probabilities
from unrolled.models.sound_layer import SoundLayer
from unrolled.ragged import Ragged
from unrolled.tasks._base import Answers, Batch, Example
from unrolled.tasks._decisions import Rule
from unrolled.tasks._inputs import AnyInput
from unrolled.tasks._pieces import all_scores, resting
from unrolled.tasks._seeing import NATS, View
from unrolled.tasks._sound_input import SoundInput
from unrolled.tasks._targets import Targets
from unrolled.tasks._text_input import TextInput
from unrolled.time_major import spans

LEAST = 1e-12
"""Of a probability, before its logarithm is taken."""
MOST_READ, FEWEST = 200_000, 30
"""Tokens, or frames of sound, that all prefixes of an input have together; and
prefixes."""


def steps_of(reads: AnyInput, rows: list[Example]) -> list[str]:
    """What the steps of the one row are called: tokens, seconds, or numbers from 1."""
    if isinstance(reads, TextInput):
        return reads.tokens(rows)[0]
    if isinstance(reads, SoundInput):
        return reads.times(len(reads.encode(rows).values) // reads.factor)
    return [str(number + 1) for number in range(len(reads.encode(rows).values))]


class Decides(Protocol):
    """A classifier: what it chooses from, by which rule, and how it answers."""

    targets: Targets
    rule: Rule

    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        """One answer for each row."""
        ...


def view_of(
    task: Decides, network: nn.Module, batch: Batch, steps: Sequence[str]
) -> View:
    """The run over the one row of `batch`, whose input has these steps."""
    targets, rule = task.targets, task.rule
    with unwatched(), resting(network):
        [answer] = task.answer(network, batch)
    names = list(targets.names) or [targets.header]
    number = targets.kind == "number"
    return View(
        axes={"inputs": list(steps), "answer": [targets.header]},
        along={"stack": "inputs"},
        told="answer",
        names=names,
        unit=targets.header if number else NATS,
        run=partial(_scores, network, batch, targets, rule),
        chosen=[_column(answer, names)],
        answer=answer,
        growing=_growing(network, batch, targets, rule, steps=len(steps)),
    )


def _scores(network: nn.Module, batch: Batch, targets: Targets, rule: Rule) -> Tensor:
    return _told(network(batch.inputs, batch.evidence), targets, rule)


def _told(found: Tensor, targets: Targets, rule: Rule) -> Tensor:
    """(rows, names): log-probabilities as the answer has them, or numbers."""
    if targets.kind == "label":
        return (found / rule.temperature).log_softmax(-1)
    if targets.kind == "labels":
        return torch.nn.functional.logsigmoid(found)
    if targets.kind == "number":
        return found * targets.scale + targets.center
    return probabilities(targets.kind, found).clamp(min=LEAST).log()


def _column(answer: dict[str, Any], names: Sequence[str]) -> int:
    """What it decided for; of several labels, or of none, the likeliest."""
    chances = answer.get("probabilities")
    if not chances:
        return 0
    told = answer["prediction"]
    best = max(chances, key=chances.__getitem__)
    return names.index(told if isinstance(told, str) and told in names else best)


def _growing(
    network: nn.Module, batch: Batch, targets: Targets, rule: Rule, *, steps: int
) -> Tensor:
    """Scores (steps, names) after each step, or after the last one that was asked."""
    tokens = len(batch.inputs.values)
    asked = asked_of(steps, tokens)
    sounds = (one for one in network.modules() if isinstance(one, SoundLayer))
    lengths = (asked + 1) * next((one.factor for one in sounds), 1)
    lengths[-1:] = tokens  # some frames are left over behind the last step of a sound
    with unwatched():
        raw = all_scores(network, prefixes(batch, lengths))
    last = torch.searchsorted(asked, torch.arange(steps), right=True) - 1
    return _told(raw, targets, rule)[last]


def asked_of(steps: int, tokens: int) -> Tensor:
    """The steps, (asked,) int64, whose prefixes are run: the first and the last too."""
    count = min(steps, max(FEWEST, 2 * MOST_READ // max(tokens, 1)))
    return torch.linspace(0, steps - 1, count).round().long()


def prefixes(batch: Batch, lengths: Tensor) -> Batch:
    """The first so many tokens of the one row, a row for each of `lengths`, (rows,)."""
    places = spans(torch.zeros_like(lengths), lengths)

    def cut(one: Ragged) -> Ragged:
        return Ragged(one.values[places], lengths)

    evidence = None if batch.evidence is None else cut(batch.evidence)
    return Batch(cut(batch.inputs), None, evidence)
