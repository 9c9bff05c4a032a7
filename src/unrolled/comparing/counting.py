"""How many weights a network has, counted in its modules, and the width for a number.

The recurrent part is every stack of recurrent layers (W, R and biases of all layers and
directions; encoder and decoder alike) without the embedding table, attention, pooling
and head. Of a feed-forward network it is the hidden layer. It is what a cell changes:
the table has one size for all of them, and is often far larger.
"""

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from torch import nn

from unrolled.models.feed_forward import FeedForward
from unrolled.models.many_to_one import count_weights
from unrolled.models.stack import Stack
from unrolled.randomness import drawing_from
from unrolled.settings import Value
from unrolled.tasks._base import AbstractTask

NEAR = 0.02
"""Counts that differ by no more than this share are matched."""


class Count(NamedTuple):
    """Weights of one network."""

    whole: int
    recurrent: int


def count(task: AbstractTask, changes: Mapping[str, Value]) -> Count:
    """The weights of the task's network, with these settings of its model changed."""
    network = built(task, changes)
    return Count(count_weights(network), recurrent_part(network))


def recurrent_part(network: nn.Module) -> int:
    """The weights of all recurrent layers, or of a feed-forward hidden layer."""
    parts = [part for part in network.modules() if isinstance(part, Stack)]
    hidden = [
        part.hidden for part in network.modules() if isinstance(part, FeedForward)
    ]
    return sum(count_weights(part) for part in [*parts, *hidden])


def width_for(task: AbstractTask, wanted: int) -> int:
    """The `model.hidden` whose recurrent part comes nearest to `wanted` weights.

    Found by building networks: the count grows with the width, so halving finds it.
    """

    def at(hidden: int) -> int:
        return count(task, {"hidden": hidden}).recurrent

    low, high = 0, 1
    while at(high) < wanted:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at(middle) < wanted else (low, middle)
    if low and wanted - at(low) <= at(high) - wanted:
        return low
    return high


def built(task: AbstractTask, changes: Mapping[str, Value]) -> nn.Module:
    """The network with fresh weights; the task stays as it is."""
    twin = copy.copy(task)
    model: Any = task.settings["model"]
    twin.settings = {**task.settings, "model": replace(model, **dict(changes))}
    with drawing_from(0, "count"):
        return twin.build()
