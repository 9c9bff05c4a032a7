"""A record as one SVG file, for documents: network, states, output and gradient.

Of a stack of several layers the states and the gradient of the highest one are drawn;
all of them are on the page.
"""

from collections.abc import Sequence
from typing import Any

import torch

from unrolled.drawing.lines import Line
from unrolled.drawing.net_row import Block
from unrolled.drawing.svg_file import Norms, States, Strip, svg_file
from unrolled.tasks._seeing import NATS
from unrolled.tracing.gradient_over_time import FADED
from unrolled.tracing.page_net import START, chains_of, levels_of, title
from unrolled.tracing.page_words import above, answer, counted
from unrolled.tracing.record import Record

MOST_LINES = 4

Layer = dict[str, Any]


def svg_of(record: Record) -> str:
    """The text of an SVG file; everything that a person wrote is escaped."""
    chains = [chain for chain in chains_of(record) if record.axes[chain[0]["axis"]]]
    strips = [_strip(record, chain, many=len(chains) > 1) for chain in chains]
    model = record.model
    about = (
        f"{record.task}: {model.get('cell', '')},"
        f" {counted(model.get('hidden', 0), 'unit')},"
        f" {counted(model.get('layers', 0), 'layer')},"
        f" {model.get('weights', 0):,} weights. W and R are the same numbers at every"
        " step."
    )
    about = about if strips else record.task
    return svg_file(strips, title=record.input, answer=answer(record), about=about)


def _strip(record: Record, chain: Sequence[Layer], *, many: bool) -> Strip:
    axis = chain[0]["axis"]
    levels = levels_of(chain)
    shares, ends = _shares(record, axis)
    return Strip(
        name=f"{title(chain)}, along {axis}" if many else "",
        below=_below(record, chain),
        above=above(record, axis)[0],
        levels=[
            [Block(layer["cell"], layer["reverse"]) for layer in level]
            for level in levels
        ],
        states=[
            States(layer["name"], record.arrays[f"{layer['name']}/h"].values)
            for layer in levels[-1]
        ],
        shares=shares,
        ends=ends,
        norms=[one for layer in levels[-1] for one in _norms(record, layer["name"])],
    )


def _below(record: Record, chain: Sequence[Layer]) -> list[str]:
    """What goes in: a decoder reads what it has written, after a start."""
    axis = chain[0]["axis"]
    steps = record.axes[axis]
    writes = axis == record.told and title(chain).startswith("decoder")
    return [START, *steps[:-1]] if writes else list(steps)


def _shares(record: Record, axis: str) -> tuple[list[Line], tuple[float, float]]:
    """How the answer forms, or how sure each told step is."""
    if "growing" in record.arrays and axis == record.read:
        values = record.arrays["growing"].values.double()
        best = values[-1].topk(min(MOST_LINES, values.shape[1])).indices.tolist()
        told = [(record.names[one], values[:, one]) for one in best]
    elif "best" in record.arrays and axis == record.told:
        told = [("most probable", record.arrays["best"].values[:, 0].double())]
    else:
        return [], (0.0, 1.0)
    if record.unit == NATS:
        return [Line(name, one.exp().tolist()) for name, one in told], (0.0, 1.0)
    every = torch.stack([one for _, one in told])
    ends = float(every.min()), float(every.max())
    return [Line(name, one.tolist()) for name, one in told], ends


def _norms(record: Record, layer: str) -> list[Norms]:
    name = f"gradient/{layer}/h"
    facts = record.gradient.get("layers", {}).get(layer)
    if name not in record.arrays or not facts:
        return []
    norms = torch.nan_to_num(record.arrays[name].values.double()).tolist()
    entered = norms[facts["enters"]] if norms else 0.0
    return [Norms(layer, norms, FADED * entered)] if entered else []
