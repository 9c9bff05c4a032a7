"""Two runs side by side: where they part, and whether they come together again.

    one       He    is    great   !
    other     He    is    awful   !        steps, aligned by their labels
    |h − h′|  0     0     1.62    1.10     the distance of the states, for each layer
                          ▲       └ 68 % of the largest is left at the end
                          first and largest

The distance is the Euclidean one, over the units of a layer. Runs that have read the
same so far have the same bits, so the distance before the first change is 0, in a layer
that reads forwards; one that reads from the end is told in its own order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, final

from torch import Tensor

from unrolled.tracing.record import Record

Pair = tuple[int | None, int | None]
"""Two steps that belong together; None where one run has no such step."""
NEAR = 0.1
"""The share of the largest distance below which two runs count as together."""
MOST_UNITS = 5


@final
@dataclass(frozen=True, kw_only=True)
class LayerComparison:
    """How far apart the states of one layer are, at the steps that both runs have."""

    axis: str
    reverse: bool
    distance: list[float | None]
    """Of each aligned pair of the axis, in order; None where one run has no step."""
    first: int | None
    """The pair at which the runs part; None if they never do. The first as it reads."""
    largest: int | None
    """The pair at which they are furthest apart."""
    together: int | None
    """The pair from which on they stay within a tenth of that; None if they do not."""
    left: float
    """The share of the largest distance that is left where the layer has read all."""
    units: list[tuple[int, float, float]]
    """The units that differ most at the largest: their number, and both values."""


@final
@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two runs of one model over two inputs, as plain data."""

    aligned: dict[str, list[Pair]]
    """For each axis which steps belong together, in order."""
    labels: dict[str, list[tuple[str, str]]]
    """The same as words, "" where one run has no such step."""
    layers: dict[str, LayerComparison]
    scores: list[dict[str, Any]]
    """What both runs gave the same column at the same told step: "step", "name", "one",
    "other", "difference" (other − one)."""
    unit: str
    """Of the scores."""
    answers: tuple[dict[str, Any], dict[str, Any]]
    sentence: str


def compared(one: Record, other: Record) -> Comparison:
    """Two records of one model, from `Trace.record`, step by step."""
    aligned = {
        axis: _aligned(labels, other.axes[axis])
        for axis, labels in one.axes.items()
        if axis in other.axes
    }
    labels = {
        axis: [
            (_label(one.axes[axis], a), _label(other.axes[axis], b)) for a, b in pairs
        ]
        for axis, pairs in aligned.items()
    }
    layers = _layers(one, other, aligned)
    scores = _scores(one, other, aligned[one.told])
    return Comparison(
        aligned=aligned,
        labels=labels,
        layers=layers,
        scores=scores,
        unit=one.unit,
        answers=(one.answer, other.answer),
        sentence=" ".join(_sentences(one, other, labels, layers, scores)),
    )


def _aligned(one: Sequence[str], other: Sequence[str]) -> list[Pair]:
    """Steps with the same label first; what stands between them side by side."""
    pairs: list[Pair] = []
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for _, a, a_stop, b, b_stop in matcher.get_opcodes():
        pairs += zip_longest(range(a, a_stop), range(b, b_stop))
    return pairs


def _label(labels: Sequence[str], step: int | None) -> str:
    return "" if step is None else labels[step]


def _layers(
    one: Record, other: Record, aligned: dict[str, list[Pair]]
) -> dict[str, LayerComparison]:
    found: dict[str, LayerComparison] = {}
    for layer in one.layers:
        name, axis = f"{layer['name']}/h", layer["axis"]
        if axis in aligned and name in one.arrays and name in other.arrays:
            mine, theirs = one.arrays[name].values, other.arrays[name].values
            found[layer["name"]] = _layer(layer, mine, theirs, aligned[axis])
    return found


def _layer(
    layer: dict[str, Any], mine: Tensor, theirs: Tensor, pairs: list[Pair]
) -> LayerComparison:
    """From states (steps, units) of both runs."""
    distance = [
        None
        if a is None or b is None
        else float((mine[a].double() - theirs[b].double()).norm())
        for a, b in pairs
    ]
    order = [at for at, far in enumerate(distance) if far is not None]
    order = order[::-1] if layer["reverse"] else order
    far = [distance[at] or 0.0 for at in order]
    most = max(far, default=0.0)
    facts: dict[str, Any] = {"first": None, "largest": None, "together": None}
    left, units = 0.0, []
    if most > 0:
        peak = far.index(most)
        facts["first"] = order[next(n for n, d in enumerate(far) if d > 1e-6 * most)]
        facts["largest"] = order[peak]
        near = len(far)
        while far[near - 1] < NEAR * most:
            near -= 1
        facts["together"] = order[near] if near < len(far) else None
        left = far[-1] / most
        units = _units(mine, theirs, pairs[order[peak]])
    return LayerComparison(
        axis=layer["axis"],
        reverse=layer["reverse"],
        distance=distance,
        left=left,
        units=units,
        **facts,
    )


def _units(
    mine: Tensor, theirs: Tensor, pair: tuple[Any, Any]
) -> list[tuple[int, float, float]]:
    a, b = mine[pair[0]], theirs[pair[1]]
    most = (a - b).abs().argsort(descending=True, stable=True)[:MOST_UNITS].tolist()
    return [(unit, float(a[unit]), float(b[unit])) for unit in most]


def _scores(one: Record, other: Record, pairs: list[Pair]) -> list[dict[str, Any]]:
    """Every column of one answer; of many told steps what either run has chosen."""
    found: list[dict[str, Any]] = []
    for a, b in pairs:
        if a is None or b is None:
            continue
        chosen = list(dict.fromkeys([one.chosen[a], other.chosen[b]]))
        for name in (one.names if len(pairs) == 1 else []) or chosen:
            mine, theirs = _score(one, a, name), _score(other, b, name)
            if mine is not None and theirs is not None:
                line = {"step": one.axes[one.told][a], "name": name}
                line |= {"one": mine, "other": theirs, "difference": theirs - mine}
                found.append(line)
    return found


def _score(record: Record, step: int, name: str) -> float | None:
    """A score, from the best few where a record keeps no others; None if not kept."""
    if name in record.names:
        return float(record.arrays["scores"].values[step, record.names.index(name)])
    best = record.best_names[step]
    if name not in best:
        return None
    return float(record.arrays["best"].values[step, best.index(name)])


def _sentences(
    one: Record,
    other: Record,
    labels: dict[str, list[tuple[str, str]]],
    layers: dict[str, LayerComparison],
    scores: list[dict[str, Any]],
) -> list[str]:
    found = []
    reading = [(name, it) for name, it in layers.items() if it.axis == one.read]
    forwards = [pair for pair in reading if not pair[1].reverse] or reading
    if forwards:
        found.append(_of_layer(*forwards[-1], labels[one.read]))
    before, after = (record.answer.get("prediction") for record in (one, other))
    if before == after:
        found.append(f"The answer stays {_shown(before)}.")
    else:
        found.append(f"The answer changes from {_shown(before)} to {_shown(after)}.")
    if scores:
        most = max(scores, key=lambda line: abs(line["difference"]))
        what = "the log-probability of " if one.unit == "nats" else ""
        found.append(
            f'What changes most is {what}"{most["name"]}" at "{most["step"]}":'
            f" from {most['one']:.3g} to {most['other']:.3g} {one.unit}."
        )
    return found


def _of_layer(name: str, it: LayerComparison, labels: list[tuple[str, str]]) -> str:
    if it.first is None or it.largest is None:
        return f"The states of {name} are the same at every step that both runs have."
    told = (
        f"The states of {name} part at {_both(labels[it.first])} and are furthest apart"
        f" at {_both(labels[it.largest])}"
    )
    if it.together is not None:
        return f"{told}; from {_both(labels[it.together])} on they are together again."
    return f"{told}; {100 * it.left:.0f} % of that is left at the end."


def _both(labels: tuple[str, str]) -> str:
    one, other = labels
    return f'"{one}"' if one == other else f'"{one}" / "{other}"'


def _shown(answer: Any) -> str:
    if isinstance(answer, float):
        return f"{answer:.4g}"
    if isinstance(answer, list):
        answer = " ".join(
            f"{one:.4g}" if isinstance(one, float) else str(one) for one in answer
        )
    text = str(answer)
    return f'"{text}"' if len(text) <= 80 else f'"{text[:77]}..."'
