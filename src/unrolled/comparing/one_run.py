"""One training run of a comparison, and everything that is measured of it.

    {"variant", "seed", "hidden", "metric", "metrics": {...}, "baseline": {...},
     "seconds", "epochs", "tokens_per_second", "parameters", "recurrent_parameters",
     "rounds": [...], "by_length": [{"from", "to", "rows", "value", "rounds"}]}

`rounds` are the metric on rows drawn again (resampling.py). Plain JSON: a line of
results.jsonl.
"""

from dataclasses import replace
from typing import Any

from torch import Tensor

from unrolled.comparing import resampling
from unrolled.comparing.counting import recurrent_part
from unrolled.comparing.pace import Pace
from unrolled.comparing.variants import Variant
from unrolled.models.many_to_one import count_weights
from unrolled.settings import Value
from unrolled.tasks._base import AbstractTask, Answers, Example
from unrolled.tasks._pieces import measure_all
from unrolled.training.model import Model
from unrolled.training.report import Listener
from unrolled.training.run import Job, train_on

Run = dict[str, Any]
DIGITS = 6
BUCKETS = 4
"""Parts of the scored rows by their length, as near to equal numbers as may be."""


def run_once(
    job: Job,
    variant: Variant,
    *,
    seed: int,
    rows: list[Example],
    tokens_a_row: float,
    settings: dict[str, Value],
    listeners: tuple[Listener, ...] = (),
) -> Run:
    """Trains one variant with one seed and scores it on the rows.

    `settings` come on top of the job's and the variant's. Raises what training raises.
    """
    pace = Pace()
    given = {**job.given, **variant.settings, **settings, "training.seed": seed}
    model = train_on(replace(job, given=given), (pace, *listeners))
    found = model.metrics
    name, _ = model.task.chosen_by
    values = {k: v for k, v in found["metrics"].items() if isinstance(v, float)}
    wide: Any = model.settings["model"]
    return {
        "variant": variant.name,
        "seed": seed,
        "hidden": wide.hidden,
        "metric": name,
        "metrics": values,
        "baseline": {
            key: {k: v for k, v in one.items() if isinstance(v, float)}
            for key, one in found["baseline"].items()
        },
        "seconds": round(pace.seconds, 3),
        "epochs": pace.epochs,
        "tokens_per_second": round(pace.tokens_per_second(tokens_a_row)),
        "parameters": count_weights(model.network),
        "recurrent_parameters": recurrent_part(model.network),
        **_resampled(model, name, rows),
    }


def _resampled(model: Model, name: str, rows: list[Example]) -> Run:
    """The metric in all rounds, and in parts of the rows by length."""
    task = model.task
    batch = task.encode_to_score(rows)
    answers = measure_all(task, model.network, batch)
    if any(not answer for answer in answers):  # the sums of a batch stand at its first
        one_by_one = [
            task.measure(model.network, batch.gather([i])) for i in range(len(batch))
        ]
        answers = [answer for [answer] in one_by_one]
    value = float(task.score(answers, rows)[name])
    exact = resampling.fractions(task, name, answers, rows, value)
    seed = 0
    if exact:
        rounds = resampling.of_fractions(exact, seed=seed)
    else:
        rounds = resampling.of_scores(task, name, answers, rows, seed=seed)
    lengths = task.encode(rows).inputs.lengths
    parts = parts_of(lengths) if len(lengths) == len(rows) else []
    by_length = []
    for low, high in parts:
        chosen = (lengths >= low) & (lengths <= high)
        part: Run = {"from": low, "to": high, "rows": int(chosen.sum())}
        if exact:
            inside = resampling.Fractions(exact.over[chosen], exact.under[chosen])
            part["value"] = round(inside.value, DIGITS)
            drawn = resampling.of_fractions(exact, seed=seed, chosen=chosen)
            part["rounds"] = _short(drawn)
        else:
            part["value"] = _scored(task, name, answers, rows, chosen)
        by_length.append(part)
    return {"value": value, "rounds": _short(rounds), "by_length": by_length}


def parts_of(lengths: Tensor) -> list[tuple[int, int]]:
    """Shortest and longest of each of BUCKETS parts, from lengths (rows,) int64.

    Rows of one length stay together; fewer parts where there are few lengths.
    """
    if not len(lengths):
        return []
    ordered = lengths.sort().values
    cuts = [int(ordered[len(ordered) * i // BUCKETS]) for i in range(1, BUCKETS)]
    starts = sorted({int(ordered[0]), *cuts})
    there = sorted(set(ordered.tolist()))
    ends = [max(n for n in there if n < start) for start in starts[1:]]
    return list(zip(starts, [*ends, there[-1]], strict=True))


def _scored(
    task: AbstractTask, name: str, answers: Answers, rows: list[Example], chosen: Tensor
) -> float:
    inside = chosen.nonzero()[:, 0].tolist()
    found = task.score([answers[i] for i in inside], [rows[i] for i in inside])
    return round(float(found[name]), DIGITS)


def _short(values: Tensor) -> list[float | None]:
    """Numbers for JSON; one that is none is null."""
    return [round(v, DIGITS) if v == v else None for v in values.tolist()]
