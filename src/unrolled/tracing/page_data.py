"""What the page's player reads: the steps in order, their words, some units' numbers.

moments   [axis, step] in the order in which the network runs
axes      what the steps of each axis are called
says      what is told at each step of an axis
layers    of each layer the numbers of its most active units, and their law:
          "lstm"  c = f c' + i g,  h = o tanh c      "gru"  h = z h' + (1 − z) n
          where the numbers obey it (to 0.001); "" for any other cell
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from unrolled.tracing.record import Record

MOST_UNITS = 8
SAME = 1e-3


def most_active(values: Tensor, *, most: int = MOST_UNITS) -> list[int]:
    """The units, (steps, units), with the largest mean magnitude, largest first."""
    return values.abs().mean(0).topk(min(most, values.shape[1])).indices.tolist()


def shown_units(record: Record) -> int:
    """How many units of a layer are told in numbers: fewer where layers are many."""
    return MOST_UNITS if len(record.layers) <= 2 else MOST_UNITS // 2


def for_player(
    record: Record, axes: Sequence[str], says: Mapping[str, Sequence[str]]
) -> str:
    """JSON for a script element: nothing in it can end one."""
    made = {
        "moments": [
            [axis, at] for axis in axes for at in range(len(record.axes[axis]))
        ],
        "axes": {axis: record.axes[axis] for axis in axes},
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
    names = [*layer["states"], *layer["gates"], *layer["candidates"]]
    arrays = {
        name: record.arrays[f"{layer['name']}/{name}"].values.float()
        for name in names
        if f"{layer['name']}/{name}" in record.arrays
    }
    h = arrays["h"]
    units = most_active(h, most=shown_units(record))
    same = {name: one for name, one in arrays.items() if one.shape == h.shape}
    return {
        "axis": layer["axis"],
        "reverse": layer["reverse"],
        "steps": len(h),
        "units": units,
        "law": law_of(same, reverse=layer["reverse"]),
        "values": {name: _rounded(one[:, units]) for name, one in same.items()},
    }


def _rounded(values: Tensor) -> list[list[float]]:
    clean = torch.nan_to_num(values).double()
    return [[round(one, 3) for one in row] for row in clean.tolist()]


def law_of(arrays: Mapping[str, Tensor], *, reverse: bool) -> str:
    """Which law the numbers obey, from zero on; each array is (steps, units)."""
    if {"h", "c", "i", "f", "g", "o"} <= set(arrays):
        before = _before(arrays["c"], reverse=reverse)
        c = arrays["f"] * before + arrays["i"] * arrays["g"]
        h = arrays["o"] * arrays["c"].tanh()
        if _same(c, arrays["c"]) and _same(h, arrays["h"]):
            return "lstm"
    if {"h", "z", "n"} <= set(arrays):
        z, before = arrays["z"], _before(arrays["h"], reverse=reverse)
        if _same(z * before + (1 - z) * arrays["n"], arrays["h"]):
            return "gru"
    return ""


def _before(values: Tensor, *, reverse: bool) -> Tensor:
    """The state that each step began with."""
    zero = torch.zeros_like(values[:1])
    return torch.cat([values[1:], zero] if reverse else [zero, values[:-1]])


def _same(one: Tensor, other: Tensor) -> bool:
    return bool(((one - other).abs() <= SAME * (1 + other.abs())).all())
