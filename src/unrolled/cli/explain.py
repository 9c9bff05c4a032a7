"""`unrolled explain`: what a network does on one input, as a page to look at."""

from enum import StrEnum
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unrolled.cli.output import as_json, say

if TYPE_CHECKING:
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
        typer.Option(
            min=1, help="Look back from this step of the answer, counted from 1."
        ),
    ] = None,
    score: Annotated[
        str | None, typer.Option(help="Look back from this label, tag or token.")
    ] = None,
) -> None:
    """Unroll the network over one input: states, gates, gradients, what counted."""
    from unrolled.training.model import load

    wanted = format or _format_of(out)
    _check(out, wanted, instead)
    asked = load(model)
    _check_model(asked, condition, row)
    trace = asked.trace(_cell(given, asked, row), conditions=condition or ())
    told = len(trace.record.axes[trace.record.told])
    if step is not None and step > told:
        raise typer.BadParameter(
            f"only {told} steps are told for this input", param_hint="--step"
        )
    if step is not None or score is not None:
        trace.ask(step=None if step is None else step - 1, name=score)
    beside = None if instead is None else trace.beside(_cell(instead, asked, row))
    if wanted is Format.json and out is None:
        as_json(loads(trace.explained.json()))
        return
    content = {
        Format.html: lambda: trace.html(beside=beside).encode(),
        Format.svg: lambda: trace.svg().encode(),
        Format.png: trace.png,
        Format.json: lambda: trace.explained.json().encode(),
    }[wanted]()
    _write(out, content)
    say(f"{out}: {asked.task.text(dict(trace.view.answer))}")


def _check(out: Path | None, wanted: Format, instead: str | None) -> None:
    """Raises BadParameter for options that do not fit together."""
    if (out is None and wanted is not Format.json) or (
        out is not None and not out.name
    ):
        raise typer.BadParameter("name the file to be written", param_hint="--out")
    if instead is not None and wanted is not Format.html:
        raise typer.BadParameter(
            "another input is shown on a page (html) alone", param_hint="--instead"
        )


def _check_model(model: "Model", condition: list[str] | None, row: int) -> None:
    """Raises BadParameter for options that say nothing to this model."""
    roles = [column.role for column in model.task.columns]
    if condition and "given" not in roles:
        raise typer.BadParameter(
            f"a model that can {model.name} is given an input alone",
            param_hint="--given",
        )
    if row != 1 and not model.task.reads_tables:
        raise typer.BadParameter(
            f"a model that can {model.name} reads no table", param_hint="--row"
        )


def _cell(given: str, model: "Model", row: int) -> Any:
    """An input as the task reads it. Raises BadParameter for a row beyond the last."""
    if not model.task.reads_tables:
        return given
    if not given:
        raise typer.BadParameter("name a table of series", param_hint="INPUT")
    rows = model.read(Path(given)).examples
    if row > len(rows):
        raise typer.BadParameter(f"{given} has {len(rows)} series", param_hint="--row")
    return rows[row - 1].input


def _format_of(out: Path | None) -> Format:
    """As the ending of the name says. Raises BadParameter for another ending."""
    ending = "json" if out is None else out.suffix.lower().removeprefix(".")
    known = [one.value for one in Format]
    if out is not None and out.name and ending not in known:
        raise typer.BadParameter(
            f"{out} ends in none of {', '.join(known)}: name one with --format",
            param_hint="--out",
        )
    return Format(ending) if ending in known else Format.html


def _write(out: Path | None, content: bytes) -> None:
    """Whole or not at all; what is no plain file (/dev/stdout) is written through."""
    from unrolled.durable import write_bytes

    if out is None:
        return
    if out.is_symlink() or (out.exists() and not out.is_file()):
        out.write_bytes(content)
    else:
        write_bytes(out, content)
