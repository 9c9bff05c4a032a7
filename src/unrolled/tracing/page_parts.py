"""How each kind of part is drawn: what a task has to show besides states and scores.

A part is plain data with a "kind" (tasks/_seeing.py); a kind that is not in PARTS is
left out of the page, and stays in the record.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from unrolled.drawing import (
    alignment,
    beam_tree,
    changes,
    comparison,
    copies,
    fan,
    neighbors,
    picture_attention,
    spans,
)
from unrolled.tasks._seeing import NATS
from unrolled.tracing.record import Record

Part = Mapping[str, Any]


def parts_of(record: Record) -> str:
    """The figures of all parts that can be drawn."""
    return "".join(
        PARTS[part["kind"]](record, part)
        for part in record.parts
        if part.get("kind") in PARTS
    )


def _alignment(record: Record, part: Part) -> str:
    """With the probabilities of the symbols over time, where all are kept."""
    scores = record.arrays.get("scores")
    if scores is None or record.unit != NATS:
        return alignment.draw(part)
    shares = scores.values.double().exp()
    wanted = {name: record.names.index(name) for name in set(part["symbols"])}
    curves = {name: shares[:, column].tolist() for name, column in wanted.items()}
    return alignment.draw(part, posteriors=curves)


def _picture(record: Record, part: Part) -> str:
    attention = record.arrays.get("attention")
    weights = torch.zeros(0, 0) if attention is None else attention.values
    words = record.axes[record.told]
    return picture_attention.draw(part, words=words, attention=weights)


PARTS: dict[str, Callable[[Record, Part], str]] = {
    "alignment": _alignment,
    "beam": lambda _, part: beam_tree.draw(part),
    "changes": lambda _, part: changes.draw(part),
    "comparison": lambda _, part: comparison.draw(part),
    "copies": lambda _, part: copies.draw(part),
    "fan": lambda _, part: fan.draw(part),
    "neighbors": lambda _, part: neighbors.draw(part),
    "picture": _picture,
    "spans": lambda _, part: spans.draw(part),
}
