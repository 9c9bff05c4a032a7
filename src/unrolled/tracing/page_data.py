"""What the page's player reads: the steps in order, their words, some units' numbers.

moments   [axis, step] in the order in which the network runs
axes      what the steps of each axis are called
says      what is told at each step of an axis
layers    of each layer the numbers of its most active units, and their law:
          "lstm"  c = f c' + i g,  h = o tanh c      "gru"  h = z h' + (1 − z) n
          "elman" h = n; where the numbers obey it (to 0.001); "" for any other cell
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from unrolled.drawing.axis import short
from unrolled.drawing.heat_map import alike_together
from unrolled.tracing.record import Record

MOST_UNITS, MOST_ROWS, LEAST_ROWS = 8, 64, 8
"""Units of a layer in numbers, and in a heat-map, where a page is not long."""
NUMBERS, PIXELS = 6_000, 50_000
"""In the whole player, and in all heat-maps of states and gates together."""
SAME = 1e-3


def most_active(values: Tensor, *, most: int = MOST_UNITS) -> list[int]:
    """The units, (steps, units), with the largest mean magnitude, largest first."""
    return values.abs().mean(0).topk(min(most, values.shape[1])).indices.tolist()


def shown_units(record: Record) -> int:
    """How many units of a layer are told in numbers: fewer in a long page."""
    most = MOST_UNITS if len(record.layers) <= 2 else MOST_UNITS // 2
    return min(max(NUMBERS // max(_columns(record), 1), 1), most)


def drawn_rows(record: Record, layer: Mapping[str, Any]) -> list[int]:
    """The units that a layer's heat-maps have, those that move alike together.

    The most active ones, where there are more than rows that can be seen.
    """
    h = record.arrays[f"{layer['name']}/h"].values.float()
    return rows_of(h, most=most_rows(record))


def most_rows(record: Record) -> int:
    """Of a heat-map of states or gates: fewer in a long page."""
    return min(max(PIXELS // max(_columns(record), 1), LEAST_ROWS), MOST_ROWS)


def rows_of(values: Tensor, *, most: int) -> list[int]:
    """Of values (steps, units) the most active units, in an order to be drawn in."""
    units = sorted(most_active(torch.nan_to_num(values), most=most))
    return [units[place] for place in alike_together(values[:, units])]


def _columns(record: Record) -> int:
    """Steps of all states and gates together."""
    return sum(
        len(record.axes[layer["axis"]])
        * len([*layer["states"], *layer["gates"], *layer["candidates"]])
        for layer in record.layers
    )


def for_player(
    record: Record, axes: Sequence[str], says: Mapping[str, Sequence[str]]
) -> str:
    """JSON for a script element: nothing in it can end one."""
    made = {
        "moments": [
            [axis, at] for axis in axes for at in range(len(record.axes[axis]))
        ],
        "axes": {axis: [short(one) for one in record.axes[axis]] for axis in axes},
        "says": says,
        "layers": {
            layer["name"]: _numbers(record, layer)
            for layer in record.layers
            if layer["axis"] in axes
        },
    }
    told = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return told.replace("<", "\\u003c").replace("\u2028", " ").replace("\u2029", " ")


def _numbers(record: Record, layer: Mapping[str, Any]) -> dict[str, Any]:
    arrays = arrays_of(record, layer)
    h = arrays["h"]
    units = most_active(h, most=shown_units(record))
    same = {name: one for name, one in arrays.items() if one.shape == h.shape}
    law = law_of(same, reverse=layer["reverse"])
    return {
        "axis": layer["axis"],
        "reverse": layer["reverse"],
        "zero": starts_at_zero(record, layer),
        "steps": len(h),
        "units": units,
        "law": law,
        "order": drawn_rows(record, layer),
        "values": {name: _thousandths(one[:, units]) for name, one in same.items()},
    }


def arrays_of(record: Record, layer: Mapping[str, Any]) -> dict[str, Tensor]:
    """The states, gates and candidates of a layer by name, each (steps, units)."""
    names = [*layer["states"], *layer["gates"], *layer["candidates"]]
    return {
        name: record.arrays[f"{layer['name']}/{name}"].values.float()
        for name in names
        if f"{layer['name']}/{name}" in record.arrays
    }


def starts_at_zero(record: Record, layer: Mapping[str, Any]) -> bool:
    """Whether the first step began with a state of zeros, as far as its law tells.

    Of a layer whose numbers obey no law that is known here, a decoder's does not.
    """
    arrays = arrays_of(record, layer)
    same = {k: one for k, one in arrays.items() if one.shape == arrays["h"].shape}
    law = law_of(same, reverse=layer["reverse"])
    if law not in _LAWS or not len(arrays["h"]):
        return not layer["name"].startswith("decoder")
    first = slice(-1, None) if layer["reverse"] else slice(0, 1)
    start = {name: one[first] for name, one in same.items()}
    return _obeys(law, start, torch.zeros_like(start["h"]))


def _thousandths(values: Tensor) -> list[list[int]]:
    """Whole numbers are short."""
    clean = torch.nan_to_num(values).double() * 1000
    return clean.clamp(-1e12, 1e12).round().long().tolist()


_LAWS = {"lstm": ("c", {"h", "c", "i", "f", "g", "o"}), "gru": ("h", {"h", "z", "n"})}
"""The state that is carried on, and all that the law speaks of."""


def law_of(arrays: Mapping[str, Tensor], *, reverse: bool) -> str:
    """Which law the numbers, (steps, units) each, obey from the second step on."""
    for law, (state, names) in _LAWS.items():
        if names <= set(arrays):
            turned = {k: one.flip(0) if reverse else one for k, one in arrays.items()}
            before = turned[state][:-1]
            later = {name: one[1:] for name, one in turned.items()}
            if len(before) and _obeys(law, later, before):
                return law
    if set(arrays) == {"h", "n"} and _same(arrays["n"], arrays["h"]):
        return "elman"
    return ""


def _obeys(law: str, now: Mapping[str, Tensor], before: Tensor) -> bool:
    """Whether the law leads from the state `before` to the states of `now`."""
    if law == "gru":
        z = now["z"]
        return _same(z * before + (1 - z) * now["n"], now["h"])
    c = now["f"] * before + now["i"] * now["g"]
    return _same(c, now["c"]) and _same(now["o"] * now["c"].tanh(), now["h"])


def _same(one: Tensor, other: Tensor) -> bool:
    return bool(((one - other).abs() <= SAME * (1 + other.abs())).all())
