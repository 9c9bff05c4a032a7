"""One training run of a comparison, and everything that is measured of it.

    {"variant", "seed", "hidden", "metric", "metrics": {...}, "baseline": {...},
     "seconds", "epochs", "tokens_per_second", "parameters", "recurrent_parameters",
     "value", "rounds": [...], "rows_drawn", "by_length": [...]}

`rounds` and `by_length` come from on_rows.py. Plain JSON: a line of results.jsonl.
"""

from dataclasses import replace
from typing import Any

from unrolled.comparing.counting import recurrent_part
from unrolled.comparing.on_rows import on_rows
from unrolled.comparing.pace import Pace
from unrolled.comparing.variants import Variant
from unrolled.models.many_to_one import count_weights
from unrolled.settings import Value
from unrolled.tasks._base import Example
from unrolled.training.report import Listener
from unrolled.training.run import Job, train_on

Run = dict[str, Any]


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
        **on_rows(model, name, rows),
    }
