"""What each step of the input counted for, on the words or as bars."""

import torch

from unrolled.drawing.axis import axis_of, lane
from unrolled.drawing.frame import figure, number, table
from unrolled.drawing.heat_map import heat_map
from unrolled.drawing.lines import bars
from unrolled.drawing.signed_words import signed_words
from unrolled.tracing.record import Record

ENOUGH, ROUNDED = 0.02, 1e-3
"""Of what the score moved by, and in its unit: less may be missing of the sum."""
FIRST = "integrated_gradients"
WAYS = (FIRST, "gradient_x_input", "leave_one_out", "left_out")
MOST_WORDS = 150
SIDE = 240
"""Pixels of a picture whose regions counted."""


def influence(record: Record) -> str:
    """Integrated gradients as the picture, the other ways in the table."""
    kept = {
        way: record.arrays[f"influence/{way}"].values.double().tolist()
        for way in WAYS
        if f"influence/{way}" in record.arrays
    }
    steps = record.axes[record.read]
    if FIRST not in kept or len(kept[FIRST]) != len(steps) or not steps:
        return ""
    of = record.influence.get("of", "score")
    sentence = (
        f"What each step did for the {of}: warm raised it, cool lowered it, and the "
        f"numbers add up{'' if _adds_up(record) else ' only roughly'}."
    )
    side = next((part["side"] for part in record.parts if "side" in part), 0)
    if side * side == len(steps):
        picture = _regions(kept[FIRST], side, sentence)
    elif len(steps) <= MOST_WORDS:
        picture = signed_words(steps, kept[FIRST], axis=record.read, label=sentence)
    else:
        axis = axis_of(record.read, steps)
        picture = lane(
            axis, bars(axis, kept[FIRST], label=sentence), name="", again=False
        )
    rows = [
        [
            f"{at + 1} {step}",
            *(number(values[at], digits=3, signed=True) for values in kept.values()),
        ]
        for at, step in enumerate(steps)
    ]
    head = ["step", *(way.replace("_", " ") for way in kept)]
    return figure(
        heading="Which steps moved the answer",
        sentence=sentence,
        numbers=f"Integrated gradients, in {record.unit}. {_complete(record)}",
        picture=picture,
        table=table(head, rows, caption="influence, every way"),
        name="influence",
    )


def _regions(values: list[float], side: int, label: str) -> str:
    """Of a picture's regions, where they lie."""
    squares = torch.tensor(values).view(side, side)
    largest = float(squares.abs().max())
    return heat_map(squares, size=(SIDE, SIDE), label=label, largest=largest)


def _adds_up(record: Record) -> bool:
    """Whether less is missing than ENOUGH of what the score moved by."""
    facts = record.influence.get("completeness", {})
    moved = abs(facts.get("difference", 0.0))
    return facts.get("error", 0.0) <= max(ENOUGH * moved, ROUNDED)


def _complete(record: Record) -> str:
    """The check that they add up."""
    facts = record.influence.get("completeness")
    if not facts:
        return ""
    return (
        f"Their sum is {number(facts['sum'], digits=3)}; the score moved by "
        f"{number(facts['difference'], digits=3)} from an input of zeros "
        f"(completeness, error {number(facts['error'], digits=3)})."
    )
