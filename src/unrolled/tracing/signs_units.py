"""Signs inside the network: gates that are stuck, units that never move.

    saturated    nearly all gates are shut or wide open, whatever is read
    dead         units that give the same for every step of every row

Both are told of the layer where it is worst. Some saturation is what learning does:
Karpathy, Johnson and Fei-Fei (2015, arXiv:1506.02078, section 4.2) found that good
character models have many gates below 0.1 or above 0.9. Where nine of ten gates are
stuck, and the run failed, the gradient has no way through.
"""

from collections.abc import Mapping
from typing import Any

from unrolled.tracing.case import Case
from unrolled.tracing.diagnosis import Diagnosis

NEARLY_ALL = 0.9
FEWEST_STEPS = 20
"""After fewer different prefixes a unit may be still because nothing moved it."""
MANY_DEAD, MOST_DEAD = 0.2, 0.5
"""A share of dead units that costs something, and one that costs most of the layer."""


def saturated(case: Case) -> Diagnosis | None:
    """Gates, or the states of a cell without gates, that are stuck at their ends."""
    worst = _worst(case, "saturated")
    share = worst.get("saturated", 0.0)
    if share < NEARLY_ALL or not (case.failed or case.weak):
        return None
    gates: Mapping[str, Any] = worst["gates"]
    evidence: dict[str, float] = {"share of saturated values": share}
    for name, one in gates.items():
        evidence[f"gate {name} below 0.05"] = one["shut"]
        evidence[f"gate {name} above 0.95"] = one["open"]
    what = "gates are shut or wide open" if gates else "states are at −1 or 1"
    return Diagnosis(
        name="saturated gates" if gates else "saturated units",
        level="problem",
        sentence=f"{100 * share:.0f} % of the {what} in the {_layer(worst)},"
        " where their slope is nearly 0, so that no gradient comes through.",
        evidence=evidence,
        change=(
            _smaller_rate(case),
            "smaller numbers in: scale --vectors FILE to a length near 1 a word",
            "--set training.weight_decay=0.1",
        ),
    )


def dead(case: Case) -> Diagnosis | None:
    """Units that give one number for everything."""
    worst = _worst(case, "dead")
    share = worst.get("dead", 0.0)
    harmful = share >= MANY_DEAD and (case.failed or case.weak)
    if not harmful and share < MOST_DEAD:
        return None
    units = worst.get("units", 0)
    relu = "relu" in str(case.setting("model.cell_options", ""))
    other = ("--set model.cell_options=nonlinearity=tanh, or --cell lstm",)
    return Diagnosis(
        name="dead units",
        level="problem" if harmful else "warning",
        sentence=f"{round(share * units)} of {units} units of the {_layer(worst)} give"
        " the same for every step of every row"
        + (": a relu that is never above 0 has no gradient." if relu else "."),
        evidence={"share of dead units": share, "units": units},
        change=(
            _smaller_rate(case),
            *(other if relu else ()),
            f"--hidden {max(units // 2, 8)}, if so many are not needed",
        ),
    )


def _worst(case: Case, figure: str) -> Mapping[str, Any]:
    layers = case.network.get("layers", [])
    if figure == "dead":
        layers = [x for x in layers if x.get("steps", FEWEST_STEPS) >= FEWEST_STEPS]
    return max(layers, key=lambda one: one.get(figure, 0.0), default={})


def _layer(layer: Mapping[str, Any]) -> str:
    way = "backward" if layer["reverse"] else "forward"
    return f"{layer['cell']} layer that reads {way}"


def _smaller_rate(case: Case) -> str:
    rate = case.setting("training.learning_rate", 0.002)
    return f"--set training.learning_rate={min(rate / 10, 0.002):g}"
