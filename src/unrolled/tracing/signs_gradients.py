"""Signs in the gradient: how long it is, and how far back it reaches.

    exploding      a few gradients hundreds of times as long as the others
    vanishing      the loss reaches only the end of each row, and nothing is learned
    memory_short   it is learned where rows are short, and not where they are long

A short reach alone is no fault: the last words may be all that matters. It is one where
the run failed or is hardly better than chance, where a baseline that reads all words is
better, or where long rows go worse.

References: Bengio, Simard and Frasconi 1994, IEEE Transactions on Neural Networks 5(2);
Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063.
"""

from statistics import median

from unrolled.tracing.case import Case
from unrolled.tracing.diagnosis import Diagnosis

SPIKE = 100
"""How many times the usual gradient is no chance: Pascanu et al. clip at ten times."""
GROWN = 1e3
"""‖∂L/∂h‖ at the begin of a row beside its end. Where every step adds a gradient of
its own, it grows with the length, to some hundreds at most."""
FEW_STEPS, SHORT_ROW = 10, 20
"""Shorter rows than SHORT_ROW are reached by any cell."""
MOST, HALF = 0.9, 0.5
WORSE = 1.5
"""How many times the loss of short rows makes that of long ones another matter."""


def exploding(case: Case) -> Diagnosis | None:
    """Spikes in the norm of the gradient, or a gradient that grows on its way back."""
    norms = [s["gradient_norm"] for s in case.steps if s["gradient_norm"] is not None]
    clip = case.setting("training.clip", 1.0)
    usual = median(norms) if norms else 0.0
    spiky = len(norms) >= FEW_STEPS and max(norms) > SPIKE * max(usual, clip)
    growth = case.network.get("growth") or 0.0
    if not spiky and not (growth > GROWN and (case.failed or case.weak)):
        return None
    clipped = sum(norm > clip for norm in norms) / max(len(norms), 1) if clip else 0.0
    tamed = clip and not case.failed and not case.beaten
    return Diagnosis(
        name="exploding gradient",
        level="note" if tamed else "problem" if case.failed else "warning",
        sentence="single gradients are hundreds of times as long as the usual one"
        + (", and were clipped." if clip else ", and nothing clips them.")
        if spiky
        else "the gradient grows with every step on its way back, so that early inputs"
        " drown the late ones.",
        evidence={
            "median gradient norm": usual,
            "largest gradient norm": max(norms, default=0.0),
            "share of steps clipped": clipped,
        }
        | ({"growth of the gradient over a row": growth} if growth else {}),
        change=(
            *(() if clip else ("--set training.clip=1",)),
            "--set training.learning_rate="
            f"{case.setting('training.learning_rate', 0.002) / 4:g}",
            "--cell lstm or --cell gru"
            if case.setting("model.cell", "") == "elman"
            else "shorter rows",
        ),
    )


def vanishing(case: Case) -> Diagnosis | None:
    """The gradient of the loss fades long before it comes to the begin of a row."""
    found = case.network
    length, steps = found.get("signal_length", 0), found.get("signal_steps", 0)
    signal = found.get("signal", 1.0)
    if length < SHORT_ROW or signal >= MOST:
        return None
    # Only for whole rows does a baseline read what the gradient does not reach.
    outdone = case.beaten and case.task == "classify"
    if not (case.failed or case.weak or outdone):
        return None
    return Diagnosis(
        name="vanishing gradient",
        level="problem" if signal < HALF or case.failed else "warning",
        sentence=f"the gradient of the loss has faded to a hundredth after {steps}"
        f" steps, and rows have {length}: what stands before was never learned from.",
        evidence=_reach(case),
        change=_longer(case),
    )


def memory_short(case: Case) -> Diagnosis | None:
    """Long rows are answered much worse than short ones, and the reach is short."""
    name = "train_by_length" if "train_by_length" in case.network else "valid_by_length"
    found = case.network.get(name)
    if not found or case.failed or case.network.get("signal", 1.0) >= HALF:
        return None
    if found["long_tokens"] < max(SHORT_ROW, WORSE * found["short_tokens"]):
        return None
    gap = found["long_loss"] - found["short_loss"]
    error = (found["long_error"] ** 2 + found["short_error"] ** 2) ** 0.5
    if gap < 2 * error or found["long_loss"] < WORSE * found["short_loss"]:
        return None
    return Diagnosis(
        name="memory too short",
        level="warning",
        sentence="long rows are answered much worse than short ones, and the gradient"
        " does not reach back to their begin.",
        evidence={
            "loss of the shortest third": found["short_loss"],
            "loss of the longest third": found["long_loss"],
            **_reach(case),
        },
        change=_longer(case),
    )


def _reach(case: Case) -> dict[str, float]:
    found = case.network
    return {
        "steps that the gradient reaches": found["signal_steps"],
        "median length of a row": found["signal_length"],
        "mean share of a row that is reached": found["signal"],
    }


def _longer(case: Case) -> tuple[str, ...]:
    """What makes the way back shorter, or less lossy."""
    found = []
    if case.setting("model.cell", "") == "elman":
        found.append("--cell lstm or --cell gru, whose state carries the gradient")
    pooling = str(case.setting("model.pooling", ""))
    if pooling == "last":
        found.append("--set model.pooling=max+mean+inputs: every step then answers")
    if case.setting("model.bidirectional", True) is False and pooling:
        found.append("--bidirectional, if the begin of a row matters most")
    attention = case.setting("model.attention", None)
    if attention in ("none", False):
        found.append("--set model.attention=additive")
    return tuple(found) or ("shorter rows, or more units: --hidden",)
