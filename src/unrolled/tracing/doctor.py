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

SIGNS: tuple[Sign, ...] = (
    signs_rows.leaked,
    signs_rows.telling,
    signs_learning.rate_too_high,
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
    return Report(task=case.task, found=found, unseen=_unseen(case))


def _unseen(case: Case) -> list[str]:
    """What was not examined, and what it would take."""
    if case.events and not case.last("about") and not case.epochs:
        return ["the training: all was learned in one look at the rows"]
    found = []
    if "failed" in case.network:
        found.append(f"the network: {case.network['failed']}")
    elif not case.network:
        found.append(
            "gates, units and gradients: the run did not come to its end"
            if case.events
            else "gates, units and gradients: name rows of data after the model"
        )
    if not case.rows:
        found.append("the rows: this run has not written what they are like")
    if not case.metrics:
        found.append("the baselines: the run did not come to be scored")
    return found
