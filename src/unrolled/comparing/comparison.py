"""A comparison from its plan to its report: the same rows, seeds and budget for all.

    prepare     read the files, set rows aside once (data.split_seed), count weights
    run         seed by seed, every variant in turn; each finished run is kept
    probe       how long each cell remembers
    report      estimates, tests, lengths, sentences: plain JSON

A seed gives the first weights, the dropout and the order of the batches; which rows are
set aside is the same for all seeds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from unrolled import __version__
from unrolled.comparing.counting import Count, count, width_for
from unrolled.comparing.kept import Kept, claim
from unrolled.comparing.memory import TASKS, memory_of
from unrolled.comparing.one_run import Run, run_once
from unrolled.comparing.variants import NETWORK, Variant
from unrolled.errors import SettingError
from unrolled.models.many_to_one import make_cell
from unrolled.settings import Value
from unrolled.tasks._base import AbstractTask, Example
from unrolled.training.examples import fingerprint
from unrolled.training.report import Listener
from unrolled.training.run import Job, Prepared, prepare

HIDDEN = "model.hidden"
PARAMETERS, TIME = "parameters", "time"
MATCHES = ("", PARAMETERS, TIME)
ENDLESS = 1_000_000
"""Epochs, and patience, where time alone ends a run."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is compared, and how."""

    job: Job
    """The data, and the settings that all have in common."""
    variants: Sequence[Variant]
    seeds: int = 3
    match: str = ""
    """What is made equal: "parameters", "time", or nothing."""
    probe: bool = True
    """Whether the memory of the cells is measured."""
    out: Path | None = None
    resume: bool = False
    overwrite: bool = False


class Told(NamedTuple):
    """Who hears of what happens."""

    note: Callable[[str], None]
    """A sentence for the person."""
    run: Callable[[str, int, int], Sequence[Listener]]
    """A run begins, the n-th of so many: listeners for its events."""
    ended: Callable[[Run], None]
    """A run is over, or was found finished."""


class Compared(NamedTuple):
    """All that was measured."""

    plan: Plan
    first: Prepared
    """The rows and the task of the first variant."""
    tasks: list[AbstractTask]
    widths: list[int]
    counts: list[Count]
    runs: list[Run]
    memories: list[dict[str, Any]]

    @property
    def part(self) -> str:
        """The part of the rows that was scored on."""
        return scored_part(self.first.rows)


def compare(plan: Plan, told: Told) -> Compared:
    """Trains, scores and probes everything that the plan names.

    Raises FixableError for what the user can mend, InterruptedTrainingError where the
    user stopped it; finished runs then lie in `plan.out`.
    """
    check(plan)
    if plan.out:
        claim(plan.out, resume=plan.resume, overwrite=plan.overwrite)
    ready = [prepare(_job(plan, variant, seed=0)) for variant in plan.variants]
    first = ready[0]
    tasks = [one.task for one in ready]
    widths = _widths(plan, tasks)
    counts = [
        count(task, {"hidden": width})
        for task, width in zip(tasks, widths, strict=True)
    ]
    kept = Kept.open(plan.out, _what(plan, first, widths), resume=plan.resume)
    if kept.note:
        told.note(kept.note)
    runs = _runs(plan, ready, widths, kept, told)
    memories = _memories(plan, tasks, widths, kept, told) if plan.probe else []
    return Compared(plan, first, tasks, widths, counts, runs, memories)


def _runs(
    plan: Plan, ready: list[Prepared], widths: list[int], kept: Kept, told: Told
) -> list[Run]:
    """Every variant with every seed, those that are kept as they are."""
    rows = ready[0].rows[scored_part(ready[0].rows)]
    tokens = [_tokens_a_row(one) for one in ready]
    total = plan.seeds * len(plan.variants)
    runs: list[Run] = []
    for seed in range(plan.seeds):
        for place, variant in enumerate(plan.variants):
            run = kept.find({"variant": variant.name, "seed": seed})
            if run is None:
                name = f"{variant.name}, seed {seed}"
                run = run_once(
                    plan.job,
                    variant,
                    seed=seed,
                    rows=rows,
                    tokens_a_row=tokens[place],
                    settings=_settings(plan, widths[place]),
                    listeners=tuple(told.run(name, len(runs) + 1, total)),
                )
                kept.add(run)
            runs.append(run)
            told.ended(run)
    return runs


def check(plan: Plan) -> None:
    """Raises SettingError for wishes that do not go together."""
    varying = {key for one in plan.variants for key in one.settings}
    if plan.match == PARAMETERS and HIDDEN in varying:
        raise SettingError(
            found="model.hidden varies, and parameters were to be matched.",
            expected="one of the two: matching chooses the width",
            fix="leave --match out, or do not vary model.hidden",
        )
    minutes = plan.job.given.get("training.minutes", 0)
    if plan.match == TIME and not float(minutes):
        raise SettingError(
            found="time was to be matched, and no time was given.",
            expected="minutes of training for each run",
            fix="add --minutes 1, for example",
        )
    if plan.match == TIME and plan.job.given.get("training.epochs"):
        raise SettingError(
            found="time was to be matched, and a number of epochs was given.",
            expected="one of the two: with --match time each run takes its minutes",
            fix="leave --epochs out, or --match",
        )


def scored_part(rows: Mapping[str, list[Example]]) -> str:
    """The part that models are scored on: test, else valid, else train."""
    return next(part for part in ("test", "valid", "train") if rows.get(part))


def _job(plan: Plan, variant: Variant, *, seed: int) -> Job:
    own = {**variant.settings, "training.seed": seed, "data.split_seed": 0}
    return replace(plan.job, given={**plan.job.given, **own})


def _settings(plan: Plan, width: int) -> dict[str, Value]:
    """What every run is given besides the settings of its variant."""
    found: dict[str, Value] = {"data.split_seed": 0}
    if plan.match == PARAMETERS:
        found[HIDDEN] = width
    if plan.match == TIME:
        found |= {"training.epochs": ENDLESS, "training.patience": ENDLESS}
    return found


def _widths(plan: Plan, tasks: list[AbstractTask]) -> list[int]:
    """The `model.hidden` of each variant."""
    own: list[Any] = [task.settings["model"] for task in tasks]
    if plan.match != PARAMETERS:
        return [one.hidden for one in own]
    wanted = count(tasks[0], {}).recurrent
    return [own[0].hidden, *(width_for(task, wanted) for task in tasks[1:])]


def _tokens_a_row(ready: Prepared) -> float:
    lengths = ready.task.encode(ready.rows["train"]).inputs.lengths
    return float(lengths.double().mean())


def _what(plan: Plan, first: Prepared, widths: list[int]) -> dict[str, Any]:
    """What a comparison that goes on must have as it was."""
    return {
        "version": __version__,
        "task": plan.job.task,
        "rows": {part: fingerprint(rows) for part, rows in first.rows.items() if rows},
        "settings": {key: str(value) for key, value in plan.job.given.items()},
        "variants": {one.name: one.settings for one in plan.variants},
        "hidden": widths,
        "match": plan.match,
    }


def _memories(
    plan: Plan, tasks: list[AbstractTask], widths: list[int], kept: Kept, told: Told
) -> list[dict[str, Any]]:
    """For each variant what its cell remembers; {} for one without a cell."""
    found = []
    for variant, task, width in zip(plan.variants, tasks, widths, strict=True):
        if variant.settings.get(NETWORK, "recurrent") != "recurrent":
            found.append({})
            continue
        model: Any = task.settings["model"]
        what = {"probe": f"{model.cell} {model.cell_options}".strip(), "hidden": width}
        line = kept.find(what)
        if line is None:
            told.note(f"memory of {what['probe']}, {width} units")
            cell = make_cell(model)
            line = {
                **what,
                "memory": {
                    one.name: memory_of(cell, one, hidden=width).to_json()
                    for one in TASKS
                },
            }
            kept.add(line)
        found.append(line["memory"])
    return found
