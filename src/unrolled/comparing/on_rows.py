"""The metric of a trained model, row by row as far as it can be told.

{"value", "rounds": [...],                 on all rows, and on rows drawn again
 "rows_drawn",                             whether there were rows to draw
 "by_length": [{"from", "to", "rows", "value", "rounds"}]}       of like length
"""

from typing import Any

import torch
from torch import Tensor

from unrolled.comparing import resampling
from unrolled.comparing.resampling import Fractions
from unrolled.tasks._base import AbstractTask, Answers, Example
from unrolled.tasks._pieces import measure_all
from unrolled.training.model import Model

DIGITS = 6
FEWEST = 8
"""Of fewer rows a drawing tells nothing."""
BUCKETS = 4
"""Parts of the rows by their length, as near to equal numbers as may be."""


def on_rows(model: Model, name: str, rows: list[Example]) -> dict[str, Any]:
    """The metric of that name on these rows."""
    task, answers = model.task, _measured(model, rows)
    value = float(task.score(answers, rows)[name])
    exact = resampling.fractions(task, name, answers, rows, value)
    drawn = len(answers) >= FEWEST and bool(exact or len(answers) == len(rows))
    if exact and drawn:
        rounds = resampling.of_fractions(exact, seed=0)
    elif drawn:
        rounds = resampling.of_scores(task, name, answers, rows, seed=0)
    else:  # such as a text in a few pieces
        rounds = torch.full((resampling.FEWER_ROUNDS,), value)
    lengths = task.encode(rows).inputs.lengths
    fits = len(lengths) == len(rows) == len(answers)
    parts = parts_of(lengths) if fits else []
    return {
        "value": value,
        "rounds": _short(rounds),
        "rows_drawn": drawn,
        "by_length": [
            {"from": low, "to": high}
            | _part(
                task, name, answers, rows, exact, (lengths >= low) & (lengths <= high)
            )
            for low, high in parts
        ],
    }


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


def _measured(model: Model, rows: list[Example]) -> Answers:
    """What is measured of each row; where sums of a batch stand at its first, alone."""
    task, batch = model.task, model.task.encode_to_score(rows)
    answers = measure_all(task, model.network, batch)
    if all(answers):
        return answers
    each = (batch.gather([place]) for place in range(len(batch)))
    return [measure_all(task, model.network, one)[0] for one in each]


def _part(
    task: AbstractTask,
    name: str,
    answers: Answers,
    rows: list[Example],
    exact: Fractions | None,
    chosen: Tensor,
) -> dict[str, Any]:
    """The metric of the chosen rows, bool (rows,)."""
    there = chosen.nonzero()[:, 0].tolist()
    if exact is None:
        some = task.score([answers[i] for i in there], [rows[i] for i in there])
        return {"rows": len(there), "value": round(float(some[name]), DIGITS)}
    value = Fractions(exact.over[chosen], exact.under[chosen]).value
    rounds = resampling.of_fractions(exact, seed=0, chosen=chosen)
    found = {"rows": len(there), "value": round(value, DIGITS)}
    return found | {"rounds": _short(rounds)}


def _short(values: Tensor) -> list[float | None]:
    """Numbers for JSON; one that is none is null."""
    return [round(v, DIGITS) if v == v else None for v in values.tolist()]
