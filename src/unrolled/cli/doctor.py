"""`unrolled doctor`: why a run fails to learn, and what to change."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

if TYPE_CHECKING:
    from unrolled.tracing.case import Case

EVENTS, METRICS = "events.jsonl", "metrics.json"


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

    Raises UnreadableDataError for a folder without a run.
    """
    import json

    from unrolled.models.model_folder import is_model
    from unrolled.tracing.case import Case, read_events

    finished = is_model(run)
    events = read_events(run / EVENTS) if not finished or _is_there(run) else []
    about = next((e for e in reversed(events) if e["event"] == "about"), {})
    task = next((e["task"] for e in reversed(events) if e["event"] == "start"), "")
    metrics: dict[str, Any] = {}
    if finished and not data:
        metrics = json.loads((run / METRICS).read_text(encoding="utf-8"))
    case = Case(
        task=task, events=events, settings=about.get("settings", {}), metrics=metrics
    )
    return _with_rows(case, run, data) if data or not events else case


def _is_there(run: Path) -> bool:
    return (run / EVENTS).is_file()


def _with_rows(case: "Case", run: Path, data: list[Path]) -> "Case":
    """The case of a finished model, with what it makes of other rows."""
    from unrolled.settings import flat
    from unrolled.tracing.case import Case
    from unrolled.training.model import load
    from unrolled.training.observations import observed

    model = load(run)
    rows = model.read(*data).examples if data else []
    seen = observed(model, rows, case.events)
    return Case(
        task=model.name,
        events=[*case.events, *seen],
        settings=flat(model.settings),
        metrics=model.evaluate(rows) | {"on": "test"} if rows else model.metrics,
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
