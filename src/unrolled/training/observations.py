"""What a run notes of itself for `unrolled doctor`: the `about` and `network` events.

Neither touches a weight or a draw of chance, and a fault in either costs no training:
it becomes the event's "failed".
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import nn

from unrolled.randomness import drawing_from
from unrolled.settings import Settings, flat
from unrolled.tasks._base import AbstractTask, Example
from unrolled.tracing.examine import examine, loss_of
from unrolled.training.identity import FREE_TO_CHANGE
from unrolled.training.loop import Data
from unrolled.training.model import Model
from unrolled.training.report import Event, Report
from unrolled.training.row_facts import facts_of, known_of


def tell_about(
    report: Report,
    task: AbstractTask,
    settings: Mapping[str, Settings],
    rows: Mapping[str, list[Example]],
    *,
    first_loss: float,
    apart: bool,
) -> None:
    """Reports the settings of a run and what its rows are like.

    `apart` says that validation rows were cut from the training rows, and `first_loss`
    what fresh weights lose on some training rows.
    """
    facts = _unless_it_fails(
        lambda: facts_of(task, rows["train"], rows["valid"], apart=apart)
    )
    plain = flat({**settings, **task.settings})
    report(
        "about",
        {
            # Not what a resumed run may have otherwise.
            "settings": {k: v for k, v in plain.items() if k not in FREE_TO_CHANGE},
            "chosen_by": list(task.chosen_by),
            "first_loss": first_loss,
            "rows": facts,
        },
    )


def first_loss(task: AbstractTask, network: nn.Module, data: Data) -> float:
    """What fresh weights lose on some training rows; nan where nobody can tell."""
    with drawing_from(0, "examine"):
        found = _unless_it_fails(lambda: {"loss": loss_of(task, network, data.train)})
    return found.get("loss", math.nan)


def looker(
    report: Report, task: AbstractTask, network: nn.Module
) -> Callable[[Data], None]:
    """What a `Loop` calls with its rows when the best weights are in the network."""

    def look(data: Data) -> None:
        def found() -> dict[str, Any]:
            with drawing_from(0, "examine"):
                return examine(task, network, data.train, data.valid)

        report("network", _unless_it_fails(found))

    return look


def _unless_it_fails(look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return look()
    except Exception as why:  # of any kind: the model is worth more than a look at it
        return {"failed": f"{type(why).__name__}: {why}"}


def observed(
    model: Model, rows: list[Example], events: Sequence[Mapping[str, Any]]
) -> list[Event]:
    """A finished model with other rows, as further events of its run.

    `events` are those of its training, from which stays what other rows do not tell.
    """
    task = model.task
    before = {kind: _last(events, kind) for kind in ("about", "network")}

    def seen() -> dict[str, Any]:
        if not rows:
            return {}
        with drawing_from(0, "examine"):
            return examine(task, model.network, None, task.encode_to_score(rows))

    facts = before["about"].get("rows", {})
    if rows:
        facts = {**facts, "valid": _unless_it_fails(lambda: known_of(task, rows))}
    return [
        {
            "event": "about",
            "first_loss": before["about"].get("first_loss"),
            "settings": flat(model.settings),
            "chosen_by": list(task.chosen_by),
            "rows": facts,
        },
        {"event": "network", **before["network"], **_unless_it_fails(seen)},
    ]


def _last(events: Sequence[Mapping[str, Any]], kind: str) -> Mapping[str, Any]:
    return next((e for e in reversed(events) if e["event"] == kind), {})
