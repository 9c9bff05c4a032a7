"""Says why a run fails to learn: with the evidence, and with what to change.

    signs_learning     the curve of the loss, the size of the steps
    signs_gradients    how long the gradient is, and how far back it reaches
    signs_units        gates that are stuck, units that never move
    signs_answers      what is answered, beside the baselines
    signs_rows         what was learned from

Each sign looks at a `Case` and gives a diagnosis or none. They are listed so that a
cause stands before what it causes; of one level the first in the list is told first.
"""

from collections.abc import Callable

from unrolled.tracing import (
    signs_answers,
    signs_gradients,
    signs_learning,
    signs_rows,
    signs_units,
)
from unrolled.tracing.case import Case
from unrolled.tracing.diagnosis import LEVELS, Diagnosis, Report

Sign = Callable[[Case], Diagnosis | None]

OLDER = "this run wrote no such record (made by an older version)"
NAME_ROWS = "name rows of data after the model"

SIGNS: tuple[Sign, ...] = (
    signs_rows.leaked,
    signs_rows.telling,
    signs_learning.rate_too_high,
    signs_learning.no_end,
    signs_learning.stopped_early,
    signs_learning.rate_too_low,
    signs_rows.unknown,
    signs_units.dead,
    signs_units.saturated,
    signs_gradients.exploding,
    signs_gradients.vanishing,
    signs_answers.imbalance,
    signs_rows.contradicted,
    signs_answers.no_relation,
    signs_learning.overfit,
    signs_gradients.memory_short,
    signs_learning.underfit,
    signs_answers.constant,
    signs_rows.few,
    signs_answers.no_better,
    signs_answers.too_good,
)


def diagnose(case: Case) -> Report:
    """All that is wrong with a run, the gravest first."""
    found = [one for sign in SIGNS if (one := sign(case)) is not None]
    found.sort(key=lambda one: LEVELS.index(one.level))
    unseen = [*case.missing, *_unseen(case)]
    there = case.epochs or case.steps or case.network or case.rows or case.metrics
    return Report(task=case.task, found=found, unseen=unseen, examined=bool(there))


def _unseen(case: Case) -> list[str]:
    """What was not examined, and what it would take."""
    if not case.loops and case.metrics and not case.network:
        return ["the training: all was learned in one look at the rows"]
    found = []
    if "failed" in case.network:
        found.append(f"the network: {case.network['failed']}")
    elif not case.network:
        found.append(f"gates, units and gradients: {_why_no_network(case)}")
    if "failed" in case.rows:
        found.append(f"the rows: {case.rows['failed']}")
    elif "train" not in case.rows and (case.end or not case.rows):
        which = "the training rows" if case.rows else "the rows"
        found.append(f"{which}: {_why_no_rows(case)}")
    if not case.metrics:
        found.append("the baselines: the run did not come to be scored")
    return found


def _why_no_network(case: Case) -> str:
    if case.running:
        return "the run has no end"
    if not case.metrics:
        return "the run did not come to its end"
    return f"{OLDER}: {NAME_ROWS}" if case.end else NAME_ROWS


def _why_no_rows(case: Case) -> str:
    if case.end:
        return f"{OLDER}: {NAME_ROWS}" if case.metrics and not case.rows else OLDER
    return NAME_ROWS if case.metrics else "the run has not written what they are like"
