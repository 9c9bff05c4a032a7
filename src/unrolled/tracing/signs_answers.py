"""Signs in what the model answers, and in how it does beside the baselines.

imbalance        one label is nearly all of the data, and all of the answers
constant         every row gets one answer, though the rows have several
no_relation      neither the network nor a bag of words finds anything to learn
no_better        every baseline does better
too_good         hardly an error: is the answer among what is read?
"""

from collections.abc import Mapping
from typing import Any

from unrolled.tracing.case import Case
from unrolled.tracing.diagnosis import Diagnosis

MAJORITY = 0.8
"""From this share on, a label alone scores higher than many a good model."""
ONE_ANSWER = 0.98
GAP = 0.25
"""How far macro F1 lies below accuracy where rare labels are hardly ever found."""
FEWEST_SCORED = 40
"""Of fewer rows an accuracy of 1/2 has an interval of more than ± 0.15."""
PERFECT = 0.995


def imbalance(case: Case) -> Diagnosis | None:
    """A label that is most of the rows, and that the network hides behind."""
    labels: Mapping[str, int] = case.rows.get("train", {}).get("labels", {})
    if not labels or case.chosen_by[0] != "accuracy" or case.task != "classify":
        return None
    most, count = max(labels.items(), key=lambda pair: pair[1])
    share, metrics = count / sum(labels.values()), _mine(case)
    found = case.network.get("answers", {})
    alone = found.get("share", 0.0) >= ONE_ANSWER and found.get("most") == most
    gap = metrics.get("accuracy", 0.0) - metrics.get("macro_f1", 1.0)
    if share < MAJORITY or len(labels) < 2 or not (alone or gap > GAP):
        return None
    evidence: dict[str, float] = {f'share of "{most}" in the training rows': share}
    if found:
        evidence[f'share of "{found["most"]}" in the answers'] = found["share"]
    if metrics:
        evidence |= {k: metrics[k] for k in ("accuracy", "macro_f1") if k in metrics}
    rare = min(labels.values())
    return Diagnosis(
        name="label imbalance",
        level="problem" if alone else "warning",
        sentence=f'{100 * share:.0f} % of the training rows are "{most}", and the'
        " network answers hardly anything else: its accuracy is theirs.",
        evidence=evidence | {"rows of the rarest label": rare},
        change=(
            "--set task.class_weights=balanced",
            "more rows of the rare labels",
            "judge it by macro_f1, not by accuracy",
        ),
    )


def constant(case: Case) -> Diagnosis | None:
    """One answer to everything, where no label is most of the data."""
    found = case.network.get("answers", {})
    if found.get("rows", 0) < 8 or found["share"] < ONE_ANSWER:
        return None
    labels = case.rows.get("train", {}).get("labels", {})
    total = sum(labels.values())
    if total and max(labels.values()) / total >= MAJORITY:
        return None
    return Diagnosis(
        name="constant output",
        level="problem",
        sentence=f'{found["rows"]} different rows get the answer "{found["most"]}":'
        " the network does not look at what it reads.",
        evidence={"rows": found["rows"], "different answers": found["different"]},
        change=("first what stands above; else: unrolled check TASK DATA",),
    )


def no_relation(case: Case) -> Diagnosis | None:
    """Nothing but the majority: of the network, and of every baseline."""
    metrics, scored = _mine(case), case.metrics.get("examples", 0)
    base = {name: case.score(one) for name, one in _others(case).items()}
    always, mine = base.pop("majority", None), case.score(metrics)
    if always is not None and case.chosen_by[0] == "accuracy":
        always = max(always, _most_frequent(metrics))
    others = [score for score in base.values() if score is not None]
    if always is None or mine is None or not others or scored < FEWEST_SCORED:
        return None
    if max(mine, *others) > always + case.margin or always >= MAJORITY:
        return None
    if case.metrics.get("on") == "train":
        return None
    sign = case.chosen_by[1]
    return Diagnosis(
        name="nothing to learn",
        level="problem",
        sentence="neither the network nor a baseline that counts words does better"
        " than always giving one answer: nothing in the inputs tells the answers.",
        evidence={
            f"{case.chosen_by[0]} of the network": sign * mine,
            "of the best baseline": sign * max(others),
            "of the majority": sign * always,
            "what chance allows (± of the 95 % interval)": case.margin,
            "scored rows": scored,
        },
        change=(
            "look whether answers stand beside the right inputs: a column that was"
            " sorted or shuffled by itself, or the wrong --input or --target",
            "unrolled check TASK DATA",
            "if only the order of words tells the answer: more rows, --epochs",
        ),
    )


def no_better(case: Case) -> Diagnosis | None:
    """Behind every baseline by more than chance."""
    mine = case.score(_mine(case))
    base = {n: s for n, m in _others(case).items() if (s := case.score(m)) is not None}
    if mine is None or not base:
        return None
    name, best = max(base.items(), key=lambda pair: pair[1])
    if best - mine <= case.margin:
        return None
    worse = min(base.values()) - mine > case.margin
    metric, sign = case.chosen_by
    return Diagnosis(
        name="beats no baseline" if worse else "a baseline is better",
        level="warning" if worse and len(base) > 1 else "note",
        sentence=f"{name} has the better {metric}; it is cheaper, too.",
        evidence={metric: sign * mine, f"{metric} of {name}": sign * best},
        change=(
            *((f"--epochs {2 * len(case.epochs)}",) if case.still_falls else ()),
            "first what stands above; else more rows, or that baseline",
        ),
    )


def too_good(case: Case) -> Diagnosis | None:
    """Without an error on many rows, where a baseline has none either."""
    name, sign = case.chosen_by
    found, rows = _mine(case).get(name), case.metrics.get("examples", 0)
    if sign < 0 or not isinstance(found, float) or rows < FEWEST_SCORED:
        return None
    others = [m.get(name) for n, m in _others(case).items() if n != "majority"]
    if found < PERFECT or not any(one and one >= PERFECT for one in others):
        return None
    return Diagnosis(
        name="suspiciously good",
        level="note",
        sentence=f"{name} is {found:.3f}, and a cheap baseline is as good: either the"
        " task is easy, or what is read holds the answer.",
        evidence={name: found, "scored rows": rows},
        change=("look whether what is read will be there when the model is used",),
    )


def _most_frequent(metrics: Mapping[str, Any]) -> float:
    """The accuracy of the best answer to all scored rows, as if one knew it."""
    counts = [sum(row) for row in metrics.get("confusion", [])]
    return max(counts) / sum(counts) if sum(counts) else 0.0


def _mine(case: Case) -> Mapping[str, Any]:
    return case.metrics.get("metrics", {})


def _others(case: Case) -> Mapping[str, Mapping[str, Any]]:
    return case.metrics.get("baseline", {})
