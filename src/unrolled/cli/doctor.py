"""`unrolled doctor`: why a run fails to learn, and what to change."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

if TYPE_CHECKING:
    from unrolled.tasks._base import AbstractTask
    from unrolled.tracing.case import Case

EVENTS, CONFIG, WEIGHTS = "events.jsonl", "config.json", "model.safetensors"
CHECKPOINT = "checkpoint.safetensors"
ENDED_WELL = ("finished", "patience", "minutes")


def doctor(
    run: Annotated[
        Path, typer.Argument(help="A model folder, or the folder of any run.")
    ],
    data: Annotated[
        list[Path] | None,
        typer.Argument(help="Rows to look at, if not those of the training."),
    ] = None,
    json: Json = False,
) -> None:
    """Say why a run fails to learn: the evidence, and what to change."""
    from unrolled.tracing.doctor import diagnose

    found = diagnose(case_of(run, data or []))
    if json:
        as_json(found.to_json())
    else:
        tell(found.to_text())


def case_of(run: Path, data: list[Path]) -> "Case":
    """What a folder tells of its run, and rows of `data` if there are any.

    Raises UnreadableDataError for a folder without a run, BrokenModelError for one
    whose model is not as it was written.
    """
    from unrolled.tracing.case import read_events

    _refuse_no_folder(run)
    model_is_there = (run / CONFIG).exists() or (
        (run / WEIGHTS).exists() and not (run / CHECKPOINT).exists()
    )
    if model_is_there and not (run / EVENTS).is_file():
        missing = f"the training: {EVENTS} is missing, which tells what happened"
        return _of_model(run, data, [], missing)
    events = read_events(run / EVENTS)
    if not model_is_there:
        return _of_model(run, data, events) if data else _of_run(events)
    if not (run / CHECKPOINT).exists() and _has_finished(events):
        return _of_model(run, data, events)
    if data:
        other = f"the training: {EVENTS} is of another run than the model"
        return _of_model(run, data, [], other)
    return _of_run(events, f"the model in {run}: it is of an earlier run")


def _refuse_no_folder(run: Path) -> None:
    from unrolled.errors import UnreadableDataError

    if not run.is_dir():
        what = "is a file, and no folder" if run.exists() else "does not exist"
        raise UnreadableDataError(
            found=f"{run} {what}.",
            expected="a folder that `unrolled train` wrote",
            fix="give the folder that was --out in training",
        )


def _has_finished(events: list[dict[str, Any]]) -> bool:
    """Whether a run came to where its model is scored and written."""
    end = next((e for e in reversed(events) if e["event"] == "end"), {})
    return not _loops(events) or end.get("reason") in ENDED_WELL


def _loops(events: list[dict[str, Any]]) -> bool:
    """Whether the task of a run learns in a loop; False has no end either."""
    from unrolled import catalog

    task = _task_of(events)
    return task not in catalog.names("tasks") or catalog.find("tasks", task).loops


def _task_of(events: list[dict[str, Any]]) -> str:
    return next((e["task"] for e in reversed(events) if e["event"] == "start"), "")


def _of_run(events: list[dict[str, Any]], *missing: str) -> "Case":
    """A run that has no model, or none yet."""
    from unrolled.tracing.case import Case

    about = next((e for e in reversed(events) if e["event"] == "about"), {})
    return Case(
        task=_task_of(events),
        events=events,
        settings=about.get("settings", {}),
        loops=_loops(events),
        missing=missing,
    )


def _of_model(
    run: Path, data: list[Path], events: list[dict[str, Any]], *missing: str
) -> "Case":
    """A finished model, with what it makes of other rows if there are any."""
    from unrolled.settings import flat
    from unrolled.tracing.case import Case
    from unrolled.training.model import load
    from unrolled.training.observations import observed

    model = load(run)
    _refuse_single_files(model.task, data)
    rows = model.read(*data).examples if data else []
    # What older versions did not write is known of the model all the same.
    is_told = any(event["event"] == "about" for event in events)
    seen = [] if is_told and not data else observed(model, rows, events)
    return Case(
        task=model.name,
        events=[*events, *seen],
        settings=flat(model.settings),
        metrics=model.evaluate(rows) | {"on": "test"} if rows else model.metrics,
        loops=model.task.loops,
        missing=missing,
    )


def _refuse_single_files(task: "AbstractTask", data: list[Path]) -> None:
    """A sound or a picture by itself is no row: its answer is not beside it."""
    from unrolled.errors import UnreadableDataError
    from unrolled.tasks._base import Shape

    answers = "labels" if task.shape is Shape.MANY_TO_ONE else "texts"
    for path in data:
        if path.is_file() and path.suffix.lower() in task.columns[0].files:
            raise UnreadableDataError(
                found=f"{path} is a single file, without the answer that belongs to"
                " it.",
                expected=f"rows: each a file, and the {answers[:-1]} that is right",
                fix=f"name a table of files and {answers}, or a folder",
            )


def warn(run: Path) -> None:
    """At the end of a training: speaks only if something is wrong with it.

    Whatever goes wrong in here costs no training.
    """
    from unrolled.tracing.doctor import diagnose

    try:
        found = diagnose(case_of(run, [])).alarms
    except Exception as why:  # of any kind: the training itself was done
        say(f"· unrolled doctor {run} could not look at it: {why}")
        return
    for one in found[:3]:
        say(f"· {one.level}: {one.name}: {one.sentence}")
        for change in one.change[:1]:
            say(f"  → {change}")
    if found:
        say(f"  The evidence, and more: unrolled doctor {run}")
