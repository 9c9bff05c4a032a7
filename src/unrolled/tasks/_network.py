"""The network that answers for a whole sequence: recurrent, or feed-forward.

    recurrent      any length, one block of weights       models/many_to_one.py
    feedforward    a number of places, weights for each   models/feed_forward.py

How many places there are is settled by the training rows unless the user says; that a
row was cut is told with its answer: {"prediction": ..., "read": 52, "of": 60}.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from unrolled.models.feed_forward import FeedForward
from unrolled.models.inputs import TokenInput, VectorInput
from unrolled.models.many_to_one import ManyToOne
from unrolled.models.sound_layer import SoundLayer
from unrolled.ragged import Ragged
from unrolled.settings import Settings
from unrolled.tasks._base import Answers, Example
from unrolled.tasks._inputs import AnyInput
from unrolled.tasks._sound_input import SoundInput


def with_places(
    settings: Mapping[str, Settings], reads: AnyInput, examples: list[Example]
) -> Mapping[str, Settings]:
    """The settings, with as many places as the longest training row has steps."""
    model: Any = settings["model"]
    if model.network != "feedforward" or model.places:
        return settings
    longest = max(1, *_steps(reads, reads.encode(examples)))
    return {**settings, "model": replace(model, places=longest)}


def make_network(
    layer: TokenInput | VectorInput | SoundLayer,
    settings: Any,
    *,
    kind: str,
    classes: int,
) -> ManyToOne | FeedForward:
    """The network that `model.network` names, with fresh weights."""
    made = FeedForward if settings.network == "feedforward" else ManyToOne
    return made(layer, settings, kind=kind, classes=classes)


def notes_of(settings: Any) -> list[str]:
    """What a feed-forward network does to rows, in words."""
    if settings.network != "feedforward":
        return []
    return [f"feed-forward: {settings.places:,} places; a longer row is cut there"]


def telling_cuts(
    answers: Answers, settings: Any, reads: AnyInput, inputs: Ragged
) -> Answers:
    """The answers, with how much was read of each row that was cut.

    `inputs` has values (tokens, ...).
    """
    if settings.network != "feedforward":
        return answers
    return [
        answer | ({"read": settings.places, "of": of} if of > settings.places else {})
        for answer, of in zip(answers, _steps(reads, inputs), strict=True)
    ]


def _steps(reads: AnyInput, inputs: Ragged) -> list[int]:
    """How many vectors the first layer makes of each row."""
    factor = reads.factor if isinstance(reads, SoundInput) else 1
    return [length // factor for length in inputs.lengths.tolist()]
