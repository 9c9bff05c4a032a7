"""Settings that suit what is read, where the user names none."""

from collections.abc import Mapping
from typing import Any

from unrolled.settings import Settings, Value
from unrolled.tasks._base import Example

FEW = 1_000
"""Rows below which smaller batches make up for how few of them there are."""


def suggestions(
    examples: list[Example], settings: Mapping[str, Settings]
) -> dict[str, Value]:
    """Values by "section.key"; few rows are seen until some 5,000 batches have been."""
    model: Any = settings["model"]
    epochs = max(15, min(250, 160_000 // max(len(examples), 1)))
    found: dict[str, Value] = {
        "training.learning_rate": 0.004,
        "training.batch_rows": 8 if len(examples) < FEW else 32,
        "training.epochs": epochs,
        "training.patience": max(epochs // 2, 5),  # at first all is blank
    }
    if not model.bidirectional:  # it may be asked to begin before a sound is over
        found["sound.normalize"] = "running"
        found["model.hidden"] = 256  # as many units as both directions have
        found["model.dropout"] = 0.2
    return found
