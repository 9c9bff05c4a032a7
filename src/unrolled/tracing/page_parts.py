"""How each kind of part is drawn: what a task has to show besides states and scores.

A part is plain data with a "kind" (tasks/_seeing.py); a kind that is not in PARTS is
left out of the page, and stays in the record.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from unrolled.decoding.beam_tree import START
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


def _beam(record: Record, part: Part) -> str:
    """What was found is not the answer where a task has rejected it."""
    nodes = part["nodes"]
    found = [node["token"] for node in nodes if node["best"] and not node["ended"]]
    told = [START, *record.chosen[:-1]]  # without the end
    answered = not found or " ".join(found) == " ".join(told)
    return beam_tree.draw(part, answered=answered)


def _copies(record: Record, part: Part) -> str:
    """Nothing of an empty answer can have been copied."""
    return copies.draw(part) if record.chosen[:-1] else ""


PARTS: dict[str, Callable[[Record, Part], str]] = {
    "alignment": _alignment,
    "beam": _beam,
    "changes": lambda _, part: changes.draw(part),
    "comparison": lambda _, part: comparison.draw(part),
    "copies": _copies,
    "fan": lambda _, part: fan.draw(part),
    "neighbors": lambda _, part: neighbors.draw(part),
    "picture": _picture,
    "spans": lambda _, part: spans.draw(part),
}
