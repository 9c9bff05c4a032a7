"""`unrolled explain`: what a network does on one input, as a page to look at."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unrolled.cli.output import as_json, say

if TYPE_CHECKING:
    from unrolled.tracing.trace import Trace
    from unrolled.training.model import Model


class Format(StrEnum):
    """What is written."""

    html = "html"
    svg = "svg"
    png = "png"
    json = "json"


def explain(  # noqa: PLR0913 (a command's options are its parameters)
    model: Annotated[Path, typer.Argument(help="A model folder.")],
    given: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="A text, a series of numbers, a sound or picture; to forecast, a"
            " table.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="The file; JSON may go to standard output.")
    ] = None,
    format: Annotated[
        Format | None,
        typer.Option("--format", help="As the name of the file says, else html."),
    ] = None,
    instead: Annotated[
        str | None,
        typer.Option(help="Another input, to be seen beside it, step by step."),
    ] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option("--given", help="What the text depends on; repeat it."),
    ] = None,
    row: Annotated[
        int, typer.Option(min=1, help="Which series of a table, counted from 1.")
    ] = 1,
    step: Annotated[
        int | None,
        typer.Option(help="Look back from this step of the answer, counted from 1."),
    ] = None,
    score: Annotated[
        str | None, typer.Option(help="Look back from this label, tag or token.")
    ] = None,
) -> None:
    """Unroll the network over one input: states, gates, gradients, what counted."""
    from unrolled.training.model import load

    wanted = format or _format_of(out)
    if out is None and wanted is not Format.json:
        raise typer.BadParameter("name the file to be written", param_hint="--out")
    asked = load(model)
    trace = asked.trace(_cell(given, asked, row), conditions=condition or ())
    trace.ask(step=None if step is None else step - 1, name=score)
    beside = None if instead is None else trace.beside(_cell(instead, asked, row))
    if wanted is Format.json:
        _write_json(trace, out)
        return
    content = {
        Format.html: lambda: trace.html(beside=beside).encode(),
        Format.svg: lambda: trace.svg().encode(),
        Format.png: trace.png,
    }[wanted]()
    _write(out, content)
    say(f"{out}: {asked.task.text(dict(trace.view.answer))}")


def _cell(given: str, model: "Model", row: int) -> Any:
    """An input as the task reads it. Raises BadParameter for a row beyond the last."""
    if not model.task.reads_tables:
        return given
    rows = model.read(Path(given)).examples
    if row > len(rows):
        raise typer.BadParameter(f"{given} has {len(rows)} series", param_hint="--row")
    return rows[row - 1].input


def _format_of(out: Path | None) -> Format:
    ending = "json" if out is None else out.suffix.lower().removeprefix(".")
    return Format(ending) if ending in set(Format) else Format.html


def _write_json(trace: "Trace", out: Path | None) -> None:
    if out is None:
        import json

        as_json(json.loads(trace.explained.json()))
    else:
        _write(out, trace.explained.json().encode())


def _write(out: Path | None, content: bytes) -> None:
    from unrolled.durable import write_bytes

    if out is not None:
        write_bytes(out, content)
