"""The lanes of a layer on the time axis: its states and its gates, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from unrolled.drawing.axis import Axis, lane
from unrolled.drawing.frame import figure, number, table, text
from unrolled.drawing.heat_map import heat_map
from unrolled.tracing.page_data import drawn_rows, most_active, most_rows, shown_units
from unrolled.tracing.page_words import counted
from unrolled.tracing.record import Record

Layer = Mapping[str, Any]
CLOSED, OPEN = 0.05, 0.95
"""A gate below or above is saturated: its gradient is under a twentieth of its most."""
CLOSED_TANH = 0.95
"""A state beyond is near the ends of tanh, where it hardly moves."""
PER_UNIT, LOWEST, HIGHEST = 4, 40, 168
"""Pixels of a unit's row, and of a heat-map."""
GATES = {
    "i": "input gate",
    "f": "forget gate",
    "o": "output gate",
    "r": "reset gate",
    "z": "update gate",
}


def lanes(record: Record, layer: Layer, axis: Axis) -> str:
    """All lanes of one layer in one direction."""
    order = drawn_rows(record, layer)
    made = [_state(record, layer, axis, state, order) for state in layer["states"]]
    made.append(_gates(record, layer, axis, order))
    return "".join(made)


def _state(
    record: Record, layer: Layer, axis: Axis, state: str, order: Sequence[int]
) -> str:
    name = f"{layer['name']}/{state}"
    if name not in record.arrays:
        return ""
    values = torch.nan_to_num(record.arrays[name].values.float())
    order, known = _fitting(record, layer, values, order)
    bound = max(1.0, float(values.abs().max())) if values.numel() else 1.0
    what = "hidden state h" if state == "h" else f"cell state {state}"
    sentence = {
        True: "What the block remembers after each step, one row for each unit: warm "
        "is positive, cool is negative, clear is zero.",
        False: "The memory that gates write and forget; rows that keep their color "
        "carry something on.",
    }[state == "h"]
    units = most_active(values, most=shown_units(record))
    drawn = _heat(values, axis, order, (layer["name"], what, known), bound=bound)
    shown = f"{values.shape[1]:,} units"
    if len(order) < values.shape[1]:
        shown = f"{len(order)} most active of {shown}"
    return figure(
        heading=f"{layer['name']}: {what}",
        sentence=sentence,
        numbers=_range(values, bound, layer),
        picture=lane(axis, drawn, name=_key(shown, bound)),
        table=_table(axis, values, units, what),
        scrolls=False,
    )


def _key(what: str, bound: float) -> str:
    ends = number(bound, digits=int(bound != 1))
    return f"<span>{text(what)}</span><span>±{ends}</span>"


def _range(values: Tensor, bound: float, layer: Layer) -> str:
    full = float((values.abs() > CLOSED_TANH).float().mean())
    said = (
        f"{counted(len(values), 'step')} × {counted(values.shape[1], 'unit')}, from "
        f"{number(float(values.min()))} to {number(float(values.max()))}, "
        f"mean magnitude {number(float(values.abs().mean()))}"
    )
    if bound == 1.0:
        said += f"; {100 * full:.0f} % beyond ±{CLOSED_TANH}"
    way = ", read from the end" if layer["reverse"] else ""
    return f"{said}{way}. Rows that move alike stand together."


def _heat(
    values: Tensor,
    axis: Axis,
    order: Sequence[int],
    named: tuple[str, str, str],
    *,
    bound: float = 1.0,
    ramp: str = "signed",
) -> str:
    """Values (steps, units) with units as rows, in `order`.

    `named`: the layer, what, and the layer whose order the script knows.
    """
    layer, what, known = named
    per_unit, highest = (PER_UNIT, HIGHEST) if ramp == "signed" else (2, 72)
    height = min(max(per_unit * len(order), LOWEST), highest)
    data = f'data-what="unit" data-axis="{text(axis.name)}" data-rows="{text(known)}"'
    return heat_map(
        values[:, list(order)].T,
        size=(axis.width, height),
        label=f"Heat-map of the {what} of {layer}: {len(order)} units, "
        f"{len(values)} steps",
        ramp=ramp,
        largest=bound,
        data=data,
    )


def _table(axis: Axis, values: Tensor, units: Sequence[int], what: str) -> str:
    rows = [
        [f"{at + 1} {axis.steps[at]}", *(number(float(line[unit])) for unit in units)]
        for at, line in enumerate(values)
    ]
    whole = "" if len(units) == values.shape[1] else f" the {len(units)} most active of"
    caption = f"{what},{whole} {values.shape[1]:,} units"
    if whole:
        caption += "; all are in trace.safetensors"
    return table(["step", *(f"unit {unit}" for unit in units)], rows, caption=caption)


def _gates(record: Record, layer: Layer, axis: Axis, order: Sequence[int]) -> str:
    """Gates and candidates in one figure, under the names of the steps."""
    names = [
        one
        for one in (*layer["gates"], *layer["candidates"])
        if f"{layer['name']}/{one}" in record.arrays
    ]
    if not layer["gates"] or not names:
        return ""
    drawn, said = [], []
    shares: dict[str, Tensor] = {}
    for place, gate in enumerate(names):
        values = record.arrays[f"{layer['name']}/{gate}"].values.float()
        is_gate = gate in layer["gates"]
        what = GATES.get(gate, "gate") if is_gate else "candidate"
        rows, known = _fitting(record, layer, values, order)
        picture = _heat(
            values,
            axis,
            rows,
            (layer["name"], f"{what} {gate}", known),
            ramp="share" if is_gate else "signed",
        )
        name = f"<b>{text(gate)}</b><span>{what}</span>"
        drawn.append(lane(axis, picture, name=name, again=not place))
        if is_gate:
            shares[gate] = values
            said.append(_saturated(gate, values))
    return (
        '<div class="gates">'
        + figure(
            heading=f"{layer['name']}: gates",
            sentence="A gate at 1 (full color) lets all of it pass, at 0 (clear) "
            "nothing; what passes is the candidate, or what is remembered.",
            numbers=" ".join(said),
            picture="".join(drawn),
            table=_gate_table(axis, shares),
            scrolls=False,
        )
        + "</div>"
    )


def _fitting(
    record: Record, layer: Layer, values: Tensor, order: Sequence[int]
) -> tuple[Sequence[int], str]:
    """The rows of the hidden state, or the first ones where the units are others.

    And the layer whose rows they are; "" for the first ones.
    """
    if record.arrays[f"{layer['name']}/h"].values.shape[1] == values.shape[1]:
        return order, layer["name"]
    return range(min(values.shape[1], most_rows(record))), ""


def _saturated(gate: str, values: Tensor) -> str:
    closed = float((values < CLOSED).float().mean())
    opened = float((values > OPEN).float().mean())
    return (
        f"{gate}: mean {number(float(values.mean()))}, {100 * (closed + opened):.0f} % "
        f"saturated ({100 * closed:.0f} % below {CLOSED}, {100 * opened:.0f} % above "
        f"{OPEN})."
    )


def _gate_table(axis: Axis, gates: Mapping[str, Tensor]) -> str:
    head = ["step"]
    for gate in gates:
        head += [f"{gate} mean", f"{gate} saturated"]
    rows = []
    for at, step in enumerate(axis.steps):
        row = [f"{at + 1} {step}"]
        for values in gates.values():
            line = values[at]
            full = float(((line < CLOSED) | (line > OPEN)).float().mean())
            row += [number(float(line.mean())), f"{100 * full:.0f} %"]
        rows.append(row)
    return table(
        head, rows, caption="mean of each gate, and its share that is saturated"
    )
