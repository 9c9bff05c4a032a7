"""`unrolled compare`: cells, and any other setting, beside each other on the same data.

--cells elman,lstm,gru,feedforward    the networks; the first is the one to beat
--vary section.key=a,b                any setting; with several, all combinations
--match parameters|time               what is made equal
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from unrolled.cli.options import (
    Assignments,
    Given,
    Input,
    Json,
    SkipBadRows,
    Target,
    Test,
    Valid,
    assigned,
    refuse_strange_columns,
)
from unrolled.cli.output import as_json, say


def compare(  # noqa: PLR0913 (a command's options are its parameters)
    task: Annotated[str, typer.Argument(help="What to learn: see `unrolled tasks`.")],
    data: Annotated[list[Path], typer.Argument(help="Files or folders to learn from.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for results, page and pictures.")
    ] = None,
    cells: Annotated[
        str, typer.Option(help="Cells with commas; for classify also feedforward.")
    ] = "",
    bidirectional: Annotated[
        str, typer.Option(help="no, yes, or both to compare them.")
    ] = "",
    pooling: Annotated[str, typer.Option(help="Ways with commas: last,mean.")] = "",
    attention: Annotated[str, typer.Option(help="Kinds with commas.")] = "",
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="SECTION.KEY=A,B", help="A setting and its values."),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each, from seed 0.")] = 3,
    match: Annotated[
        str, typer.Option(help="What is made equal: parameters or time.")
    ] = "",
    probe: Annotated[
        bool, typer.Option(help="Whether the memory of each cell is measured.")
    ] = True,
    valid: Valid = None,
    test: Test = None,
    input: Input = "",
    target: Target = "",
    given: Given = "",
    hidden: Annotated[int | None, typer.Option(help="Units of a layer.")] = None,
    layers: Annotated[int | None, typer.Option(help="Recurrent layers.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the rows.")] = None,
    minutes: Annotated[
        float | None, typer.Option(help="Longest time of each run.")
    ] = None,
    vectors: Annotated[str, typer.Option(help="File of word vectors.")] = "",
    set_: Assignments = None,
    skip_bad_rows: SkipBadRows = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a stopped comparison.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a comparison in --out.")
    ] = False,
    json: Json = False,
) -> None:
    """Compare cells and settings on your data: the same rows, seeds and budget."""
    from unrolled.cli.compare_runs import Runs, compared
    from unrolled.cli.compare_table import show
    from unrolled.comparing.comparison import MATCHES, Plan
    from unrolled.comparing.names import refuse_unknown_key
    from unrolled.comparing.pages import write_pages
    from unrolled.comparing.variants import variants_of
    from unrolled.training.run import Job
    from unrolled.training.sections import SHORT

    if match not in MATCHES:
        raise typer.BadParameter(
            f'"{match}" is not parameters or time', param_hint="--match"
        )
    if resume and not out:
        raise typer.BadParameter(
            "there is nothing to go on with: name its folder with --out",
            param_hint="--resume",
        )
    if resume and overwrite:
        raise typer.BadParameter(
            "--resume goes on, --overwrite begins again: give one of the two",
            param_hint="--resume",
        )
    short = {
        "hidden": hidden,
        "layers": layers,
        "epochs": epochs,
        "minutes": minutes,
        "vectors": vectors or None,
    }
    settings: dict[str, Any] = {SHORT[k]: v for k, v in short.items() if v is not None}
    settings |= assigned(set_, skip_bad_rows=skip_bad_rows)
    named = {"input": input, "target": target, "given": given}
    task = task.replace("-", "_")
    refuse_strange_columns(task, named)
    options = {SHORT[k]: f"--{k}" for k, v in short.items() if v is not None}
    for key in settings:
        refuse_unknown_key(task, key, option=options.get(key, "--set"))
    axes = _axes(cells, bidirectional, pooling, attention, vary or [])
    plan = Plan(
        job=Job(
            task=task,
            data=data,
            parts={"valid": valid or [], "test": test or []},
            named=named,
            given=settings,
        ),
        variants=variants_of(task, axes),
        seeds=seeds,
        match=match,
        probe=probe,
        out=out,
        resume=resume,
        overwrite=overwrite,
    )
    with Runs() as runs:
        told = compared(plan, runs)
    (as_json if json else show)(told)
    if out:
        write_pages(told, out)
        say(f"The page is {out / 'compare.html'}, its pictures {out / 'compare.svg'}.")


def _axes(
    cells: str, bidirectional: str, pooling: str, attention: str, vary: list[str]
) -> list[Any]:
    """What varies, cells first. Raises BadParameter, SettingError."""
    from unrolled.comparing.variants import axis_of

    directions = {"": "", "both": "false,true", "yes": "true", "no": "false"}
    if bidirectional not in directions:
        raise typer.BadParameter(
            f'"{bidirectional}" is not no, yes or both', param_hint="--bidirectional"
        )
    short = {
        "cells": ("model.cell", cells),
        "bidirectional": ("model.bidirectional", directions[bidirectional]),
        "pooling": ("model.pooling", pooling),
        "attention": ("model.attention", attention),
    }
    made = [
        axis_of(f"{key}={values}", f"--{option}")
        for option, (key, values) in short.items()
        if values
    ]
    return [*made, *map(axis_of, vary)]
