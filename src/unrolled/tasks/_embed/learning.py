"""How long and by which recipe vectors are learned, from the settings of a run.

Epochs, minutes, seed and threads are those of the run; without a number of epochs a
small text is seen more often than a large one.
"""

import math
import time
from collections.abc import Mapping
from typing import Any

import torch

from unrolled.randomness import derive
from unrolled.settings import Settings
from unrolled.text.train_vectors import Recipe, train_vectors
from unrolled.text.word_vectors import WordVectors

NEVER_LEFT_OUT = 100  # occurrences of a token
ENOUGH = 5_000_000  # tokens to see in all epochs together
FEWEST_EPOCHS, MOST_EPOCHS = 5, 50


def learn(
    texts: list[list[str]], settings: Mapping[str, Settings]
) -> tuple[WordVectors, str]:
    """Vectors of all words of the texts, and a sentence on how they were learned."""
    training: Any = settings["training"]
    tokens = max(sum(map(len, texts)), 1)
    usual = max(FEWEST_EPOCHS, min(MOST_EPOCHS, ENOUGH // tokens))
    recipe = recipe_of(settings, tokens, training.epochs or usual)
    until = time.monotonic() + (60 * training.minutes or math.inf)
    seen: list[float] = []

    def goes_on(done: float) -> bool:
        seen.append(done)
        return time.monotonic() < until

    found = train_vectors(texts, recipe, goes_on)
    times = "once" if len(seen) == 1 else f"{len(seen)} times"
    return found, f"learned by {recipe.method} from {tokens:,} tokens, seen {times}"


def recipe_of(settings: Mapping[str, Settings], tokens: int, epochs: int) -> Recipe:
    """What the settings say, for a text of so many tokens."""
    mine: Any = settings["task"]
    training: Any = settings["training"]
    rare = NEVER_LEFT_OUT / tokens
    return Recipe(
        method=mine.method,
        dim=mine.dim,
        window=mine.window,
        negative=mine.negative,
        sample=max(mine.sample, rare) if mine.sample and rare < 1 else 0.0,
        rate=mine.rate,
        epochs=epochs,
        seed=derive(training.seed, "vectors"),
        threads=1 if mine.exact else training.threads or torch.get_num_threads(),
    )
