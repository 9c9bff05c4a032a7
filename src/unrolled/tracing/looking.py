"""From a view of a task to a record: one run that somebody watches, by name."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from unrolled.cells._base import AbstractGatedCell
from unrolled.engine.watch import Passage, Watch, watching
from unrolled.models.pooling import Pooling
from unrolled.tasks._seeing import NATS, View
from unrolled.tracing.record import Array, Record

FEW = 64
"""Names whose scores are kept whole; of more, only the best are."""
BEST = 5
OF_R = ".weight_hh_"
"""Stands in the name of every recurrent matrix."""


@torch.no_grad()
def look(network: nn.Module, view: View, *, task: str, shown: str) -> Record:
    """What the network does on what the view is of; `shown` is its input as text."""
    with watching() as watch:
        scores = view.run()
    layers, arrays = [], {}
    for name, passage in named(network, watch):
        axis = axis_of(name, view)
        if axis is None:
            continue
        layers.append(_facts(name, passage, axis))
        arrays |= _arrays(name, passage, axis)
    arrays |= _points(view, watch)
    many = len(view.names) > FEW
    arrays |= _scores(view, scores, best_only=many)
    best = scores.topk(min(BEST, scores.shape[1]), dim=1).indices.tolist()
    return Record(
        task=task,
        model=_model(network, layers),
        input=shown,
        axes={name: list(steps) for name, steps in view.axes.items()},
        read=view.read,
        told=view.told,
        names=[] if many else list(view.names),
        unit=view.unit,
        chosen=[str(view.names[column]) for column in view.chosen],
        answer=dict(view.answer),
        layers=layers,
        arrays=arrays,
        best_names=[[str(view.names[column]) for column in row] for row in best],
        parts=[dict(part) for part in view.parts],
    )


def named(network: nn.Module, watch: Watch) -> list[tuple[str, Passage]]:
    """Each sweep with the name of its layer: "stack.l0_reverse", then "stack#2.l0"."""
    owners = {id(weight): name for name, weight in network.named_parameters()}
    found, calls = [], {}
    for passage in watch.passages:
        owner, _, layer = owners.get(id(passage.weights.R), "").rpartition(OF_R)
        if not owner:
            continue
        call = calls[owner, layer] = calls.get((owner, layer), 0) + 1
        again = f"#{call}" if call > 1 else ""
        found.append((f"{owner}{again}.{layer}", passage))
    return found


def axis_of(name: str, view: View) -> str | None:
    """The axis that the layer of this name runs along; None if it is not shown."""
    fitting = [one for one in view.along if name.startswith(f"{one}.")]
    return view.along[max(fitting, key=len)] if fitting else None


def cell_name(cell: AbstractGatedCell) -> str:
    """As the catalog has it."""
    return type(cell).__module__.rpartition(".")[2]


def _model(network: nn.Module, layers: list[dict[str, Any]]) -> dict[str, Any]:
    first: Mapping[str, Any] = layers[0] if layers else {}
    weights = list(network.parameters()) or list(network.buffers())  # a bare table
    pooling = [one for one in network.modules() if isinstance(one, Pooling)]
    return {
        "cell": first.get("cell", ""),
        "hidden": first.get("hidden", 0),
        "layers": len({one["name"] for one in layers if _is_its_own(one)}),
        "bidirectional": any(one["reverse"] for one in layers),
        "pooling": "+".join(pooling[0].kinds) if pooling else "",
        "weights": sum(weight.numel() for weight in weights),
    }


def _is_its_own(layer: Mapping[str, Any]) -> bool:
    """Whether it is no other direction, and no second run, of a layer."""
    return not layer["reverse"] and "#" not in layer["name"]


def _facts(name: str, passage: Passage, axis: str) -> dict[str, Any]:
    cell = passage.cell
    weights = passage.weights._asdict()
    return {
        "name": name,
        "cell": cell_name(cell),
        "reverse": passage.reverse,
        "axis": axis,
        "inputs": passage.weights.W.shape[1],  # with what a decoder is fed back
        "hidden": passage.output.values.shape[1],
        "states": list(cell.states),
        "gates": list(cell.opens),
        "candidates": [one for one in cell.gates if one not in cell.opens],
        "path": passage.path,
        "shapes": {k: list(w.shape) for k, w in weights.items() if w is not None},
    }


def _arrays(name: str, passage: Passage, axis: str) -> dict[str, Array]:
    """States and gates of one sweep over one row, each (steps, units)."""
    cell, axes = passage.cell, (axis, "units")

    def kept(values: Tensor, unit: str, about: str) -> Array:
        return Array(values.detach().to("cpu", copy=True), axes, unit, about)

    found = {"h": kept(passage.output.values, "", "the state h after each step")}
    for state in cell.states[1:]:
        values = passage.gates[f"{state}_new"].values
        found[state] = kept(values, "", f"the state {state} after each step")
    for gate in cell.gates:
        unit = "share" if gate in cell.opens else ""
        what = "gate" if unit else "candidate"
        values = passage.gates[gate].values
        found[gate] = kept(values, unit, f"the {what} {gate} at each step")
    return {f"{name}/{key}": one for key, one in found.items()}


def _points(view: View, watch: Watch) -> dict[str, Array]:
    """Weights of attention and of pooling, if there are any."""
    found: dict[str, Array] = {}
    read, told = len(view.axes[view.read]), len(view.axes[view.told])
    weights = watch.points.get("attention", [])
    if weights and weights[-1].values.numel() == read * told > 0:
        values = weights[-1].values.detach().view(told, read).to("cpu", copy=True)
        about = "what each told step gives each step of what was read"
        found["attention"] = Array(values, (view.told, view.read), "share", about)
    pooled = watch.points.get("pooling", [])
    if pooled and len(pooled[-1].values) == read:
        values = pooled[-1].values.detach().to("cpu", copy=True)
        about = "what each step counts for in the average"
        found["pooling"] = Array(values, (view.read,), "share", about)
    return found


def _scores(view: View, scores: Tensor, *, best_only: bool) -> dict[str, Array]:
    """(told, names), or the best of them, and those of each prefix."""
    what = "log-probability" if view.unit == NATS else "value"
    best = scores.topk(min(BEST, scores.shape[1]), dim=1).values
    axes = (view.told, "best")
    found = {"best": Array(best, axes, view.unit, f"the largest {what} at each step")}
    if not best_only:
        about = f"the {what} of each name at each step"
        axes = (view.told, "names")
        found["scores"] = Array(scores.clone(), axes, view.unit, about)
        if view.growing is not None:
            about = f"the {what} of each name after each prefix"
            axes = (view.read, "names")
            found["growing"] = Array(view.growing, axes, view.unit, about)
    return found
