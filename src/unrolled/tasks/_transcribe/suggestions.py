"""Settings that suit what is read, where the user names none."""

from collections.abc import Mapping
from typing import Any

from unrolled.settings import Settings, Value
from unrolled.tasks._base import Example


def suggestions(
    examples: list[Example], settings: Mapping[str, Settings]
) -> dict[str, Value]:
    """Values by "section.key"; few rows are seen until some 5,000 batches have been."""
    model: Any = settings["model"]
    found: dict[str, Value] = {
        "training.learning_rate": 0.003,
        "training.epochs": max(15, min(60, 160_000 // max(len(examples), 1))),
        "training.patience": 12,
    }
    if not model.bidirectional:  # it may be asked to begin before a sound is over
        found["sound.normalize"] = "running"
    return found
