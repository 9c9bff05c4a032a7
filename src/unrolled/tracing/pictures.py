"""Single pictures of a record: those of its page, one at a time.

network      folded and unrolled            output      how what is told forms
states       states and gates of a layer    gradient    of a layer, over time
attention    what each told step looks at   influence   of each step of the input
"""

from collections.abc import Callable
from typing import Any

from unrolled.drawing.axis import axis_of, labels
from unrolled.drawing.picture import Picture
from unrolled.errors import UnknownNameError
from unrolled.tracing import page_outputs as outputs
from unrolled.tracing.page_influence import influence
from unrolled.tracing.page_lanes import lanes
from unrolled.tracing.page_net import pictures
from unrolled.tracing.record import Record

KINDS = ("network", "states", "output", "gradient", "influence", "attention")


def picture_of(record: Record, kind: str, *, layer: str | None = None) -> Picture:
    """One of KINDS; "states" and "gradient" are of one `layer`, the first if not named.

    Empty where the record has nothing of the kind. Raises UnknownNameError.
    """
    if kind == "network":
        return Picture(pictures(record))
    if kind == "influence":
        return Picture(influence(record))
    told = record.told if len(record.axes[record.told]) > 1 else record.read
    of_axis: dict[str, Callable[[Any], str]] = {
        "output": lambda a: outputs.growing(record, a) + outputs.told(record, a),
        "attention": lambda a: outputs.weights_over(record, a),
    }
    if kind in of_axis:
        return _pane(record, told, of_axis[kind])
    if kind not in KINDS:
        raise _unknown(kind, KINDS)
    known = {one["name"]: one for one in record.layers}
    name = layer or next(iter(known), "")
    if name not in known:
        if not known and not layer:
            return Picture("")
        raise _unknown(name, tuple(known))
    axis = known[name]["axis"]
    if not record.axes[axis]:
        return Picture("")
    if kind == "gradient":
        return _pane(record, axis, lambda a: outputs.gradient(record, name, a))
    return _pane(record, axis, lambda a: lanes(record, known[name], a))


def _pane(record: Record, name: str, draw: Callable[[Any], str]) -> Picture:
    """Lanes over one axis, with the names of its steps."""
    axis = axis_of(name, record.axes[name])
    names = (
        '<svg aria-hidden="true" width="0" height="0" style="position:absolute">'
        f"<defs>{labels(axis)}</defs></svg>"
    )
    return Picture(f'{names}<div class="pane">{draw(axis)}</div>')


def _unknown(name: str, known: tuple[str, ...]) -> UnknownNameError:
    return UnknownNameError(
        found=f'there is no picture of "{name}".',
        expected=f"one of {', '.join(known)}",
        fix="choose one of these names",
    )
