"""`unrolled demo`: the whole journey on real data, from a package to answers."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, show_scores
from unrolled.errors import FixableError

if TYPE_CHECKING:
    from unrolled.cli.demos._base import AbstractDemo
    from unrolled.training.model import Model


def demo(
    task: Annotated[
        str,
        typer.Argument(
            help="classify, generate, tag, language-model, translate, summarize,"
            " correct, transcribe, caption or forecast."
        ),
    ] = "classify",
    out: Annotated[
        Path | None,
        typer.Option(help="The folder for the model; else one in demo/."),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="Longest time to train; 2 or 3 by itself.")
    ] = None,
    ask: Annotated[
        list[str] | None,
        typer.Option(help="A sentence, word or beginning of your own; repeat it."),
    ] = None,
    json: Json = False,
) -> None:
    """Train a task on real data in minutes, score it, and see what it has learned."""
    from unrolled.cli.progress import Progress
    from unrolled.training.front import train

    shown = _found(task)
    folder = out or Path(shown.folder)
    prepared = shown.prepare(folder)
    with Progress() as progress:
        model = train(
            task,
            prepared.files["train"],
            out=folder,
            listeners=(progress,),
            valid=prepared.files["valid"],
            test=prepared.files["test"],
            minutes=shown.minutes if minutes is None else minutes,
            overwrite=True,
            settings=prepared.settings,
            **prepared.columns,
        )
    answers = shown.answers(model, ask or [])
    if json:
        as_json(model.metrics | {"answers": answers})
        return
    show_scores(model.metrics)
    shown.show(answers)
    say(f"\nThe model is in {folder}. Ask it more:\n  {shown.more.format(out=folder)}")
    if sys.stdin.isatty() and not ask:
        _talk(shown, model)


def _found(task: str) -> "AbstractDemo":
    from unrolled import catalog

    known = catalog.names("cli.demos")
    if task.replace("-", "_") not in known:
        raise typer.BadParameter(
            f'there is no demo of "{task}" yet; try {", ".join(known)}'
        )
    kind: type[AbstractDemo] = catalog.find("cli.demos", task)
    return kind()


def _talk(shown: "AbstractDemo", model: "Model") -> None:
    """Answers lines as they are typed, until an empty one."""
    say(f"or here, {shown.invitation} (an empty line ends):")
    while line := sys.stdin.readline().strip():
        try:
            shown.reply(model, line)
        except FixableError as why:  # a letter that no row had
            say(str(why))
