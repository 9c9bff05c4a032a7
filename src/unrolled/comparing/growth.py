"""The argument for shared weights, as numbers of the user's own data.

    tokens      recurrent     feed-forward     feed-forward, one-hot
        10        100,864           84,000              9,456,640
        50        100,864          420,000             47,283,200
       200        100,864        1,680,000            189,132,800

Weights of the layer that reads the tokens in their order, counted in networks that are
built without memory for their numbers. The recurrent one has no more for longer rows.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import torch

from unrolled.comparing.counting import built, count, recurrent_part
from unrolled.comparing.variants import FEED_FORWARD
from unrolled.models.feed_forward import FeedForward
from unrolled.models.inputs import TokenInput
from unrolled.settings import Value
from unrolled.tasks._base import AbstractTask

LENGTHS = (10, 50, 200)


class Growth(NamedTuple):
    """Weights for rows of one length."""

    tokens: int
    recurrent: int
    feed_forward: int
    one_hot: int | None
    """With a one-hot code instead of an embedding; None for what has no words."""


def growth(task: AbstractTask, changes: dict[str, Value]) -> list[Growth]:
    """For each of LENGTHS, for a task that has both networks.

    `changes` are settings of its model: the cell and the width to count with.
    """
    recurrent = count(task, {**changes, "network": "recurrent"}).recurrent
    dense = _one_place(task, {})
    codes = _one_place(task, {"embedding": 0})
    has_words = isinstance(dense.reads, TokenInput)
    found = []
    for tokens in LENGTHS:
        one_hot = _hidden(task, codes, tokens) if has_words else None
        found.append(Growth(tokens, recurrent, _hidden(task, dense, tokens), one_hot))
    return found


def _one_place(task: AbstractTask, changes: dict[str, Value]) -> FeedForward:
    made: Any = built(task, {**changes, "network": FEED_FORWARD, "places": 1})
    return made


def _hidden(task: AbstractTask, like: FeedForward, tokens: int) -> int:
    """The weights of the hidden layer with so many places, which take no memory."""
    model: Any = task.settings["model"]
    with torch.device("meta"):
        wide = replace(model, places=tokens)
        return recurrent_part(FeedForward(like.reads, wide, kind="label", classes=2))
