"""The argument for shared weights, as numbers of the user's own data.

    tokens      recurrent     feed-forward     feed-forward, one-hot
        10        100,864           84,000              9,456,640
        50        100,864          420,000             47,283,200
       200        100,864        1,680,000            189,132,800

Weights of the layer that reads the tokens in their order, counted in networks that are
built without memory for their numbers. The recurrent one has no more for longer rows.
"""

from typing import Any, NamedTuple

from unrolled.comparing.counting import count
from unrolled.comparing.variants import FEED_FORWARD
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
    model: Any = task.settings["model"]
    has_words = "text" in task.settings and bool(_words(task))
    recurrent = count(task, {**changes, "network": "recurrent"}).recurrent
    found = []
    for tokens in LENGTHS:
        spread = {"network": FEED_FORWARD, "places": tokens, "hidden": model.hidden}
        dense = count(task, spread, device="meta").recurrent
        codes = count(task, {**spread, "embedding": 0}, device="meta").recurrent
        found.append(Growth(tokens, recurrent, dense, codes if has_words else None))
    return found


def _words(task: AbstractTask) -> int:
    """How many more weights one place needs for a one-hot code than for vectors."""
    place: dict[str, Value] = {"network": FEED_FORWARD, "places": 1, "hidden": 1}
    plain = count(task, place, device="meta").recurrent
    return count(task, {**place, "embedding": 0}, device="meta").recurrent - plain
