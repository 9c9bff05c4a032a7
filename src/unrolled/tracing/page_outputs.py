"""What comes out along the time axis, and what it came from.

growing     how the verdict forms      told       the best at each step
gradient    how far back it reaches    attention  where each output looked
"""

from collections.abc import Mapping, Sequence
from math import exp, log10
from typing import Any

import torch
from torch import Tensor

from unrolled.drawing.axis import Axis, lane, short
from unrolled.drawing.frame import figure, number, table, text
from unrolled.drawing.heat_map import heat_map
from unrolled.drawing.likeliest import ROOMY, likeliest
from unrolled.drawing.lines import Line, bounds, keys, lines, ribbon
from unrolled.tasks._seeing import NATS
from unrolled.tracing.gradient_over_time import FADED
from unrolled.tracing.page_words import counted, percent, score
from unrolled.tracing.record import Record

MOST_LINES, SHOWN = 5, 3


def growing(record: Record, axis: Axis) -> str:
    """How the verdict forms, prefix by prefix."""
    if "growing" not in record.arrays or axis.name != record.read or not axis.steps:
        return ""
    values = record.arrays["growing"].values.double()
    shown = values[-1].topk(min(MOST_LINES, values.shape[1])).indices.tolist()
    names = [record.names[column] for column in shown]
    numbers, low, high = values[:, shown], 0.0, 1.0
    if record.unit == NATS:
        numbers = numbers.exp()
    else:
        low, high = float(numbers.min()), float(numbers.max())
    last = score(float(values[-1, shown[0]]), record.unit)
    sentence = (
        "The network was asked again along the way, as if the input ended there: so "
        "the answer forms."
    )
    label = f"{sentence} At the end: {names[0]}, {last}."
    drawn = lines(
        axis,
        [Line(name, numbers[:, at].tolist()) for at, name in enumerate(names)],
        label=label,
        low=low,
        high=high,
    )
    ends = "0 to 1" if record.unit == NATS else f"{number(low)} to {number(high)}"
    name = f"{keys([short(one) for one in names])}<span>{ends}</span>"
    rows = [
        [f"{at + 1} {step}", *(score(float(x), record.unit) for x in values[at, shown])]
        for at, step in enumerate(axis.steps)
    ]
    return figure(
        heading="How the answer forms",
        sentence=sentence,
        numbers=_turns(record, values, last, names[0]),
        picture=lane(axis, drawn, name=name),
        table=table(["step", *names], rows, caption="the answer after each step"),
        scrolls=False,
    )


def _turns(record: Record, values: Tensor, last: str, name: str) -> str:
    """When the verdict took its final value."""
    if record.unit != NATS or values.shape[1] < 2:
        return f"At the end: {last}."
    best = values.argmax(1)
    other = (best != best[-1]).nonzero().flatten().tolist()
    since = other[-1] + 2 if other else 1
    return (
        f"{name} leads from step {since} of {len(best)} on; at the end it has {last}."
    )


def told(record: Record, axis: Axis) -> str:
    """The best at each told step, with their probabilities."""
    if axis.name != record.told or len(axis.steps) < 2 or "best" not in record.arrays:
        return ""
    values = record.arrays["best"].values.double()
    if record.unit != NATS:
        return _told_values(record, axis)
    shares = values.exp()
    picture, beside = _best(record, axis, shares)
    rows = [
        [f"{at + 1} {step}", record.chosen[at], *_listed(record, values, at)]
        for at, step in enumerate(axis.steps)
    ]
    count = values.shape[1]
    head = ["step", "taken", *(f"number {rank + 1}" for rank in range(count))]
    taken = sum(
        row[0] == one for row, one in zip(record.best_names, record.chosen, strict=True)
    )
    return figure(
        heading="What is told at each step",
        sentence="At each step the network spreads its trust over all names; here are "
        "the likeliest, and how much of it each has.",
        numbers=f"The likeliest was taken at {taken} of {len(axis.steps)} steps; mean "
        f"probability of the likeliest {percent(float(shares[:, 0].mean().log()))}.",
        picture=lane(axis, picture, name=f"<span>{beside}</span>"),
        table=table(head, rows, caption=f"the {count} likeliest at each step"),
        scrolls=False,
    )


def _best(record: Record, axis: Axis, shares: Tensor) -> tuple[str, str]:
    """The likeliest as words over bars, or as colors where columns are narrow."""
    label = "The probability of the likeliest at each step"
    if axis.column < ROOMY:
        drawn = heat_map(
            shares.T[:SHOWN],
            size=(axis.width, 15 * SHOWN),
            label=label,
            ramp="share",
            data=f'data-what="rank" data-axis="{text(axis.name)}"',
        )
        return drawn, "likeliest, second and third: full color is 100 %"
    drawn = likeliest(
        axis,
        [names[:SHOWN] for names in record.best_names],
        shares[:, :SHOWN].tolist(),
        record.chosen,
        label=label,
    )
    return drawn, "the likeliest; bold is what was taken"


def _listed(record: Record, values: Tensor, at: int) -> list[str]:
    pairs = zip(record.best_names[at], values[at].tolist(), strict=True)
    return [f"{name} {percent(value)}" for name, value in pairs]


def _told_values(record: Record, axis: Axis) -> str:
    """A number at each step, such as a forecast."""
    rows = record.arrays.get("scores")
    if rows is None or not record.names:
        return ""
    values = rows.values.double()
    chosen = [record.names.index(name) for name in record.chosen]
    line = [float(values[at, column]) for at, column in enumerate(chosen)]
    low, high = min(line), max(line)
    sentence = "The number that is told at each step."
    drawn = lines(axis, [Line("told", line)], label=sentence, low=low, high=high)
    cells = [
        [f"{at + 1} {step}", *(number(float(x)) for x in values[at])]
        for at, step in enumerate(axis.steps)
    ]
    return figure(
        heading="What is told at each step",
        sentence=sentence,
        numbers=f"From {number(low)} to {number(high)} {record.unit}.",
        picture=lane(axis, drawn, name=f"<span>{number(low)} to {number(high)}</span>"),
        table=table(["step", *record.names], cells, caption="what is told"),
        scrolls=False,
    )


def gradient(record: Record, layer: str, axis: Axis) -> str:
    """The ribbon of one layer's gradient, on a log axis with its floor."""
    name = f"gradient/{layer}/h"
    facts = record.gradient.get("layers", {}).get(layer)
    if name not in record.arrays or not facts:
        return ""
    norms = torch.nan_to_num(record.arrays[name].values.double()).tolist()
    entered = norms[facts["enters"]] if norms else 0.0
    if not entered:
        return ""
    handed = _handed(record, layer, facts, len(norms))
    floor, back = FADED * entered, [entered * share for share in handed]
    low, high = bounds([*norms, *back], floor)
    sentence = _backward(facts)
    numbers = _measured(facts, entered)
    said = f"{sentence} {numbers}"
    drawn = ribbon(axis, norms, floor=floor, label=said, handed=back)
    ends = f"<span>{_power(high)}</span><span>log axis</span><span>{_power(low)}</span>"
    ends = f'<span class="ends">{ends}</span>'
    rows = [
        [f"{at + 1} {step}", f"{norm:.3e}", f"{norm / entered:.2%}", f"{left:.2%}"]
        for at, (step, norm, left) in enumerate(
            zip(axis.steps, norms, handed, strict=True)
        )
    ]
    head = ["step", "norm of ∂/∂h", "of what enters", "handed back"]
    return figure(
        heading=f"{layer}: gradient of the {record.gradient['of']}",
        sentence=sentence,
        numbers=numbers,
        picture=f'<div class="ribbon">{lane(axis, drawn, name=ends)}</div>',
        table=table(head, rows, caption="the gradient"),
        scrolls=False,
    )


def _measured(facts: Mapping[str, Any], entered: float) -> str:
    if not facts["farthest"]:
        return f"The norm of the gradient that enters is {number(entered)}."
    return (
        f"{facts['verdict']}: horizon {facts['horizon']} of "
        f"{counted(facts['farthest'], 'step')} back; each step back multiplies the "
        f"norm by {facts['factor']:.3f}; floor at {FADED:g} of the {number(entered)} "
        "that enter."
    )


def _handed(
    record: Record, layer: str, facts: Mapping[str, Any], steps: int
) -> list[float]:
    """At each step the share of what entered last that was handed back so far."""
    reverse = any(one["reverse"] for one in record.layers if one["name"] == layer)
    found = [0.0] * steps
    for back, share in enumerate(facts.get("kept", ())):
        at = facts["enters"] + (back if reverse else -back)
        if 0 <= at < steps:
            found[at] = share
    return found


def _backward(facts: Mapping[str, Any]) -> str:
    """What the gradient does on its way, for who hears of it for the first time."""
    if not facts["farthest"]:
        return "There is no earlier step to go back to."
    fate = {
        "vanishing": "is handed back from step to step it fades (dashed): what falls "
        "into the gray part can hardly be learned from",
        "exploding": "is handed back from step to step it grows (dashed): training "
        "such a network needs clipping",
        "steady": "is handed back from step to step it stays (dashed), and reaches the "
        "far end",
    }[facts["verdict"]]
    told = f"Learning goes backward from the answer. As it {fate}"
    if facts.get("everywhere"):
        but = "but" if facts["verdict"] == "vanishing" else "and"
        told += f"; {but} this answer also looks at earlier steps directly"
    return f"{told}."


def _power(value: float) -> str:
    """A whole power of ten: 10⁻³."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "10" + str(round(log10(value))).translate(raised)


def weights_over(record: Record, axis: Axis) -> str:
    """Attention of each output over what is read, or the weights of pooling."""
    if axis.name != record.read:
        return ""
    if "attention" in record.arrays:
        values = record.arrays["attention"].values.float()
        rows, what = list(record.axes[record.told]), "attention"
        sentence = (
            "One row for each output: full color where it looked while it was said."
        )
    elif "pooling" in record.arrays:
        values = record.arrays["pooling"].values.float()[None]
        rows, what = ["weight"], "weights of pooling"
        sentence = "How much each step counts in the average that the answer is from."
    else:
        return ""
    return _matrix(axis, values, rows, what, sentence, record.told)


def _matrix(
    axis: Axis, values: Tensor, rows: Sequence[str], what: str, say: str, told: str
) -> str:
    best = values.argmax(1).tolist()
    spread = [
        exp(float(-(row * row.clamp(min=1e-12).log()).sum())) for row in values.double()
    ]
    drawn = heat_map(
        values,
        size=(axis.width, 20 * len(rows)),
        label=f"{what}: {say}",
        ramp="share",
        data=f'data-what="{what}," data-axis="{text(axis.name)}"',
    )
    names = "".join(
        f'<span class="row" data-axis="{text(told)}" data-step="{at}">'
        f"{text(short(row))}</span>"
        for at, row in enumerate(rows)
    )
    cells = [
        [row, axis.steps[best[at]], f"{values[at, best[at]]:.0%}", f"{spread[at]:.1f}"]
        for at, row in enumerate(rows)
    ]
    return figure(
        heading=what.capitalize(),
        sentence=say,
        numbers=f"Rows add up to 1; a row is spread over "
        f"{sum(spread) / len(spread):.1f} of {len(axis.steps)} steps (perplexity).",
        picture=lane(axis, drawn, name=f"<div>{names}</div>"),
        table=table(
            ["row", "looked most at", "with", "spread over"], cells, caption=what
        ),
        scrolls=False,
    )
