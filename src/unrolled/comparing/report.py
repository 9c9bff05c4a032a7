"""From finished runs to what is told of them: plain JSON, for the table and the page.

{"task", "metric", "better": "more", "on", "examples", "seeds", "match", "seconds",
 "metrics": {variant: {
     "accuracy", "interval", "by_seed",              interval: null if nothing varies
     "difference": {"value", "interval", "p", "p_holm"},       none for the first
     "seconds", "tokens_per_second", "parameters", "recurrent_parameters", "hidden",
     "memory": {"adding": {...}, "copying": {...}},
     "by_length": [{"from", "to", "rows", "value", "interval"}]}},
 "baseline": {name: {metric: value}},
 "growth": [{"tokens", "recurrent", "feed_forward", "one_hot"}], "sentences": [...]}
"""

from typing import Any

import torch

from unrolled.comparing.comparison import Compared
from unrolled.comparing.growth import growth
from unrolled.comparing.one_run import Run
from unrolled.comparing.sentences import is_share, sentences
from unrolled.comparing.verdicts import Interval, Measured, differences, estimate

Report = dict[str, Any]


def report(found: Compared, *, seconds: float) -> Report:
    """Everything that was measured, with its tests and its sentences."""
    by_variant = {
        one.name: [run for run in found.runs if run["variant"] == one.name]
        for one in found.plan.variants
    }
    rows = len(found.first.rows[found.part])
    measured = {name: _measured(runs, rows=rows) for name, runs in by_variant.items()}
    first, *others = measured.values()
    tested = differences(first, others)
    metrics: dict[str, Any] = {}
    for place, (name, runs) in enumerate(by_variant.items()):
        metrics[name] = _figures(runs, measured[name])
        variant = found.plan.variants[place]
        metrics[name]["feed_forward"] = variant.is_feed_forward
        if place:
            one = tested[place - 1]
            metrics[name]["difference"] = {
                "value": one.value,
                "interval": _ends(one.interval),
                "p": one.p,
                "p_holm": one.p_corrected,
            }
        if found.memories and found.memories[place]:
            metrics[name]["memory"] = found.memories[place]
        _lengths(metrics[name], by_variant, name)
    task = found.first.task
    told: Report = {
        "task": found.plan.job.task,
        "metric": found.runs[0]["metric"],
        "better": "more" if task.chosen_by[1] > 0 else "less",
        "on": found.part,
        "examples": rows,
        "seeds": found.plan.seeds,
        "match": found.plan.match,
        "rounds": len(found.runs[0]["rounds"]),
        "rows_drawn": found.runs[0]["rows_drawn"],
        "metrics": metrics,
        "baseline": found.runs[0]["baseline"],
        "growth": _growth(found),
        "seconds": round(seconds, 3),
    }
    return told | {"sentences": sentences(told)}


def _measured(runs: list[Run], *, rows: int, part: int | None = None) -> Measured:
    """The metric of all seeds, of all rows or of the part of a length."""
    is_drawn = runs[0]["rows_drawn"] and is_share(runs[0]["metric"])
    chosen = runs if part is None else [run["by_length"][part] for run in runs]
    values = torch.tensor([one["value"] for one in chosen], dtype=torch.float64)
    rounds = [[torch.nan if r is None else r for r in one["rounds"]] for one in chosen]
    drawn = torch.tensor(rounds, dtype=torch.float64).T
    return Measured(values, drawn, rows if is_drawn else 0)


def _ends(interval: Interval | None) -> list[float] | None:
    return None if interval is None else list(interval)


def _figures(runs: list[Run], measured: Measured) -> dict[str, Any]:
    value, interval = estimate(measured)
    middle = sorted(run["seconds"] for run in runs)
    return {
        runs[0]["metric"]: value,
        "interval": _ends(interval),
        "by_seed": measured.values.tolist(),
        "hidden": runs[0]["hidden"],
        "parameters": runs[0]["parameters"],
        "recurrent_parameters": runs[0]["recurrent_parameters"],
        "seconds": sum(middle) / len(middle),
        "seconds_by_seed": [run["seconds"] for run in runs],
        "epochs": [run["epochs"] for run in runs],
        "tokens_per_second": round(
            sum(run["tokens_per_second"] for run in runs) / len(runs)
        ),
    }


def _lengths(
    figures: dict[str, Any], by_variant: dict[str, list[Run]], name: str
) -> None:
    """Adds the metric of rows of like length, and how far behind the first one it is.

    "falls_behind" is by how much the difference to the first is another on the longest
    rows than on the shortest, with its interval.
    """
    runs, base = by_variant[name], next(iter(by_variant.values()))
    told = []
    for part, one in enumerate(runs[0]["by_length"]):
        line = {key: one[key] for key in ("from", "to", "rows")}
        if "rounds" in one:
            measured = _measured(runs, rows=one["rows"], part=part)
            value, interval = estimate(measured)
            told.append({**line, "value": value, "interval": _ends(interval)})
        else:
            values = [run["by_length"][part]["value"] for run in runs]
            told.append({**line, "value": sum(values) / len(values)})
    figures["by_length"] = told
    if len(told) > 1 and "interval" in told[0] and runs is not base:
        last = len(told) - 1
        ends = []
        for part in (0, last):
            mine, its = (_measured(r, rows=0, part=part) for r in (runs, base))
            ends.append(Measured(mine.values - its.values, mine.rounds - its.rounds))
        gap = Measured(ends[1].values - ends[0].values, ends[1].rounds - ends[0].rounds)
        value, interval = estimate(gap)
        figures["falls_behind"] = {"value": value, "interval": _ends(interval)}


def _growth(found: Compared) -> list[dict[str, Any]]:
    """Weights at several lengths, where a feed-forward network is compared."""
    pairs = list(zip(found.plan.variants, found.tasks, found.widths, strict=True))
    recurrent = [(task, width) for one, task, width in pairs if not one.is_feed_forward]
    if not recurrent or len(recurrent) == len(pairs):
        return []
    task, width = recurrent[0]
    return [one._asdict() for one in growth(task, {"hidden": width})]
