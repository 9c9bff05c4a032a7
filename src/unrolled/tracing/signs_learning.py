"""Signs in the curve of the loss and in the size of the steps.

    rate_too_high     the loss left the numbers, or rose above where it began
    rate_too_low      all steps together could not have moved the weights
    no_end            the run still goes on, or was killed
    stopped_early     the time was over, or someone stopped it, before it had learned
    overfit           the training rows are known by heart, others are not
    underfit          nothing was learned, whatever the cause

On the size of steps: ‖Δw‖ / ‖w‖ near 1e-3 is the rule of thumb of Karpathy's lecture
notes ("Neural networks part 3", Stanford CS231n), where plain SGD is meant. AdamW's
steps have nearly the length of the learning rate in every number, which is 1e-2 of
weights as they are drawn; ten times as much is too much at any network.
"""

from statistics import median

from unrolled.tracing.case import LITTLE, Case
from unrolled.tracing.diagnosis import Diagnosis

GOOD_UPDATE = 0.01
TOO_LARGE = 0.1
"""‖Δw‖ / ‖w‖ of one step: ten such steps make other weights of them."""
TRAVEL = 0.3
"""What ‖Δw‖ / ‖w‖ has to come to over a run: weights that stay within a third of
where chance put them are still those of chance."""
ROSE = 1.5
"""How far above its start a loss is no chance: rows of a batch vary by less."""
NO_BETTER = 0.95
"""A validation loss from this share of chance on is as good as not knowing anything."""
BY_HEART = 0.5
"""A training loss below this share of chance is learned."""
TURNED = 1.25
"""A validation loss that many times its own least has turned up for good."""
FEW_STEPS = 100
_RESUME = "the same command with --resume goes on where it was"
_ATTENTION = ("--set model.attention=multiplicative: a vector is little for a text",)


def rate_too_high(case: Case) -> Diagnosis | None:
    """A run that diverged, or whose loss rose above its start and stayed high."""
    rate = case.setting("training.learning_rate", 0.0)
    if case.end.get("reason") == "diverged":
        return _diverged(case, rate)
    peak = max((e["train_loss"] or 0.0 for e in case.epochs), default=0.0)
    update, start = _update(case), case.start
    rose = start is not None and start > 0 and peak > ROSE * start
    huge = update is not None and update > TOO_LARGE
    if not ((rose and (huge or case.failed or case.beaten)) or (huge and case.failed)):
        return None
    evidence: dict[str, float] = {"training.learning_rate": rate}
    if start is not None:
        evidence |= {"first loss": start, "highest mean loss of an epoch": peak}
    if update is not None:
        evidence["largest step beside the weight"] = update
    return Diagnosis(
        name="learning rate too high",
        level="problem" if case.failed or case.beaten else "warning",
        sentence="steps are so long that they throw the weights about instead of"
        " leading them down: the loss rose above where it began."
        if rose
        else "each step changes the weights so much that nothing can settle.",
        evidence=evidence,
        change=(_lower(rate, update),),
    )


def _diverged(case: Case, rate: float) -> Diagnosis:
    end = case.end
    evidence = {"step": end.get("step", 0), "training.learning_rate": rate}
    norms = [step["gradient_norm"] for step in case.steps if step["gradient_norm"]]
    if norms:
        evidence["last gradient norm written"] = norms[-1]
    where = f", first in {end['broken']}" if end.get("broken") else ""
    return Diagnosis(
        name="learning rate too high",
        level="problem",
        sentence=f"the loss or the gradient is no number any more{where}: the steps"
        " led to weights whose states leave the range of floating point.",
        evidence=evidence,
        change=(
            _lower(rate, _update(case)),
            "--set training.clip=1, if it is off or higher",
            "unrolled check TASK DATA, for huge numbers in the data",
        ),
    )


def _lower(rate: float, update: float | None) -> str:
    """The rate whose steps have the usual size; a tenth where that is not known."""
    factor = min(GOOD_UPDATE / update, 0.1) if update else 0.1
    wanted = min(float(f"{rate * factor:.0e}"), 0.002) if rate else 0.002
    return f"--set training.learning_rate={wanted:g}"


def rate_too_low(case: Case) -> Diagnosis | None:
    """A run that went to its end, and whose weights are still nearly those of chance.

    Over a run the learning rate is on average half of its height.
    """
    update, steps = _update(case), _steps(case)
    if update is None or not case.epochs or _is_cut(case) or steps < 10:
        return None
    travel, rate = update * steps / 2, case.setting("training.learning_rate", 0.0)
    if travel >= TRAVEL or update >= GOOD_UPDATE / 10 or (case.fall or 0.0) > BY_HEART:
        return None
    wanted = float(f"{rate * GOOD_UPDATE / max(update, 1e-12):.0e}") if rate else 0.002
    wanted = min(max(wanted, 10 * rate), 0.002) if rate < 0.002 else 2 * rate
    return Diagnosis(
        name="learning rate too low",
        level="problem" if case.failed else "warning",
        sentence="the steps are so short that all of them together could move the"
        f" weights by at most {100 * travel:.2g} % of their size.",
        evidence={
            "training.learning_rate": rate,
            "largest step beside the weight": update,
            "steps": steps,
            "share of the loss that is gone": case.fall or 0.0,
        },
        change=(f"--set training.learning_rate={wanted:g}",),
    )


def no_end(case: Case) -> Diagnosis | None:
    """A run without an end: from its events alone nobody can tell if it goes on."""
    if not case.running:
        return None
    return Diagnosis(
        name="no end",
        level="note",
        sentence="the run has no end: it still runs, or was killed.",
        evidence={"steps": _steps(case), "epochs": len(case.epochs)},
        change=(f"if it no longer runs: {_RESUME}",),
    )


def stopped_early(case: Case) -> Diagnosis | None:
    """A run that time or a person ended while it was still learning, or before."""
    if case.running or not _is_cut(case):
        return None
    reason, steps = case.end["reason"], _steps(case)
    falling = case.still_falls or len(case.epochs) < 2
    # A run of an older version does not tell its loss of chance.
    known = case.fall is not None or bool(case.epochs)
    learned = known and not case.failed
    if learned and (steps >= FEW_STEPS and not falling):
        return None
    evidence: dict[str, float | str] = {
        "ended by": reason,
        "steps": steps,
        "epochs": len(case.epochs),
    }
    if case.fall is not None:
        evidence["share of the loss that is gone"] = case.fall
    minutes = case.setting("training.minutes", 0.0)
    more = f"--minutes {max(10 * minutes, 1):g}, or no limit: --minutes 0"
    return Diagnosis(
        name="stopped too early",
        level="warning" if learned and steps >= FEW_STEPS else "problem",
        sentence=f"the run was over after {steps:,} steps"
        + (", while the loss was still falling." if falling else ": too few to learn."),
        evidence=evidence,
        change=(more,) if reason == "minutes" else (_RESUME,),
    )


def overfit(case: Case) -> Diagnosis | None:
    """Training rows known, and validation rows as little as if nothing were learned.

    A validation loss that only turned up again is a note: the weights of the best
    epoch were kept.
    """
    if case.learned is None or case.told is None:
        return None
    curve = [e["valid"].get("loss") for e in case.epochs]
    curve = [loss for loss in curve if loss is not None]
    turned = len(curve) > 1 and min(curve) > 0 and curve[-1] > TURNED * min(curve)
    grave = case.learned > 1 - BY_HEART and case.told < 1 - NO_BETTER
    if not grave and not (turned and case.learned > case.told + LITTLE):
        return None
    rows = case.rows.get("train", {}).get("rows", 0)
    weights = case.last("start").get("weights", 0)
    return Diagnosis(
        name="overfit",
        level="problem" if grave else "note",
        sentence="it knows the training rows by heart, and of other rows no more than"
        " if it had learned nothing."
        if grave
        else "the loss on the validation rows fell, and rose again while that on the"
        " training rows fell; the weights of the best epoch were kept.",
        evidence={
            "share of the training loss that is gone": case.learned,
            "share of the validation loss that is gone": case.told,
            "loss of chance": case.chance or 0.0,
            "validation loss of the last epoch": curve[-1] if curve else 0.0,
            "training rows": rows,
            "weights": weights,
        },
        change=_against_overfit(case),
    )


def _against_overfit(case: Case) -> tuple[str, ...]:
    hidden, drop = case.setting("model.hidden", 0), case.setting("model.dropout", 0.5)
    found = ["learn from more rows"]
    if hidden > 32:
        found.append(f"--hidden {max(hidden // 4, 16)}")
    if drop < 0.5:
        found.append("--set model.dropout=0.5")
    return (*found, "word vectors of much text: --vectors FILE")


def underfit(case: Case) -> Diagnosis | None:
    """Not even the training rows are answered better than by chance."""
    if case.fall is None or not case.failed or case.end.get("reason") == "diverged":
        return None
    return Diagnosis(
        name="underfit",
        level="problem",
        sentence="the loss is that of answering without a look at the input: nothing"
        " was learned, not even of the training rows.",
        evidence={
            "loss of chance": case.chance or 0.0,
            "training loss": case.train_loss or 0.0,
            "share of the loss that is gone": case.fall,
            "steps": _steps(case),
        },
        change=(
            "first what stands above, if anything does",
            *(_ATTENTION if case.setting("model.attention", "") == "none" else ()),
            f"--hidden {2 * case.setting('model.hidden', 64)}",
            "--epochs, twice as many",
        ),
    )


def _update(case: Case) -> float | None:
    """The largest step of the run beside its weight: of the median matrix."""
    found = []
    for epoch in case.epochs:
        moves = [one["update"] for one in epoch.get("moves", {}).values()]
        moves = [one for one in moves if one is not None]
        found += [median(moves)] if moves else []
    return max(found) if found else None


def _steps(case: Case) -> int:
    """How many steps it made, as far as it was written down."""
    return max((one.get("step", 0) for one in (*case.steps, *case.epochs)), default=0)


def _is_cut(case: Case) -> bool:
    """Whether something other than its plan ended it, as far as one can tell."""
    return case.running or case.end.get("reason") in ("minutes", "interrupted")
