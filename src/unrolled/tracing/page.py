"""The page of a record: one network unrolled over one input, in a single HTML file.

    answer · folded · unrolled · lanes of each axis · influence · what the task has

The file asks for nothing from anywhere: its content security policy allows its own
style, its own script (by its hash) and pictures inside it. Without the script all steps
are there to be read; with it they can be gone through.
"""

from base64 import b64encode
from hashlib import sha256

from unrolled.drawing.axis import axis_of, labels
from unrolled.drawing.frame import text
from unrolled.drawing.page_style import PAGE_STYLE
from unrolled.drawing.player import player, reader
from unrolled.drawing.script import SCRIPT
from unrolled.drawing.style import STYLE
from unrolled.tracing import page_outputs as outputs
from unrolled.tracing.page_data import for_player, most_active, shown_units
from unrolled.tracing.page_influence import influence
from unrolled.tracing.page_lanes import lanes
from unrolled.tracing.page_net import pictures
from unrolled.tracing.page_parts import parts_of
from unrolled.tracing.page_words import answer, counted, cut, heading, said_at
from unrolled.tracing.record import Record

LONG = 90
"""Letters of an input that is set in smaller type."""


def page_of(record: Record) -> str:
    """The page, as text; everything that a person wrote is escaped."""
    axes = axes_of(record)
    data = for_player(record, axes, said_at(record))
    body = [
        _header(record),
        '<main class="whole">',
        _player(record) if axes else "",
        '<div class="wide">',
        reader(_units(record, axes)) if axes else "",
        f"<h2>The network</h2>{pictures(record)}" if record.layers else "",
        *(_pane(record, name) for name in axes),
        influence(record),
        _parts(record),
        _footer(record),
        "</div></main>",
        f'<script type="application/json" id="data">{data}</script>',
        f"<script>{SCRIPT}</script>",
    ]
    return f"{_head(record)}<body>{''.join(body)}</body></html>\n"


def axes_of(record: Record) -> list[str]:
    """The axes to go along: those of the layers, then that of what is told."""
    found = [layer["axis"] for layer in record.layers]
    if len(record.axes[record.told]) > 1:
        found.append(record.told)
    return [name for name in dict.fromkeys(found) if record.axes[name]]


def _head(record: Record) -> str:
    digest = b64encode(sha256(SCRIPT.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(cut(heading(record), 60))} · unrolled</title>"
        f"<style>{STYLE}{PAGE_STYLE}</style></head>"
    )


def _header(record: Record) -> str:
    model = record.model
    both = ", reading both ways" if model.get("bidirectional") else ""
    facts = f"{record.task}: {model.get('weights', 0):,} weights, no recurrent layer."
    if record.layers:
        facts = (
            f"{record.task}: {model.get('cell', '')} with "
            f"{counted(model.get('hidden', 0), 'unit')}, "
            f"{counted(model.get('layers', 0), 'layer')}{both}, "
            f"{model.get('weights', 0):,} weights."
        )
    long = ' class="long"' if len(record.input) > LONG else ""
    return (
        f'<header class="wide"><h1{long}>{text(heading(record))}</h1>'
        f'<p class="answer">{text(answer(record))}</p>'
        f'<p class="numbers">{text(facts)}</p></header>'
    )


def _player(record: Record) -> str:
    gates = any(layer["gates"] for layer in record.layers)
    return player(gates=gates, gradient=bool(record.gradient))


def _units(record: Record, axes: list[str]) -> list[tuple[str, list[int]]]:
    """Of each layer the units whose arithmetic can be read."""
    most = shown_units(record)
    return [
        (
            layer["name"],
            most_active(record.arrays[f"{layer['name']}/h"].values, most=most),
        )
        for layer in record.layers
        if layer["axis"] in axes
    ]


def _pane(record: Record, name: str) -> str:
    """All lanes of one axis."""
    axis = axis_of(name, record.axes[name])
    layers = [layer for layer in record.layers if layer["axis"] == name]
    made = [
        *(lanes(record, layer, axis) for layer in layers),
        outputs.growing(record, axis),
        outputs.told(record, axis),
        *(outputs.gradient(record, layer["name"], axis) for layer in layers),
        outputs.weights_over(record, axis),
    ]
    title = f"Step by step: {name}"
    return (
        f"<h2>{text(title)}</h2>"
        f'<svg aria-hidden="true" width="0" height="0" style="position:absolute">'
        f"<defs>{labels(axis)}</defs></svg>"
        f'<div class="pane" tabindex="0" role="region" aria-label="{text(title)}">'
        f"{''.join(made)}</div>"
    )


def _parts(record: Record) -> str:
    drawn = parts_of(record)
    return f"<h2>What the task has to show</h2>{drawn}" if drawn else ""


def _footer(record: Record) -> str:
    notes = "".join(f"<li>{text(note)}</li>" for note in record.notes)
    return (
        f"<footer><ul>{notes}</ul><p>Made by unrolled from one run of the network; the "
        "page asks for nothing from anywhere. All numbers: save the trace, and read "
        "trace.safetensors.</p></footer>"
    )
