"""`unrolled train`: from a file of examples to a model folder."""

from pathlib import Path
from typing import Annotated, Any

import typer

from unrolled.cli.doctor import warn
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
from unrolled.cli.output import as_json, say, show_scores
from unrolled.errors import DivergedError


def train(  # noqa: PLR0913 (a command's options are its parameters)
    task: Annotated[str, typer.Argument(help="What to learn: see `unrolled tasks`.")],
    data: Annotated[list[Path], typer.Argument(help="Files or folders to learn from.")],
    out: Annotated[Path, typer.Option(help="The folder for the model.")],
    valid: Valid = None,
    test: Test = None,
    input: Input = "",
    target: Target = "",
    given: Given = "",
    cell: Annotated[
        str, typer.Option(help="Recurrent cell: see `unrolled cells`.")
    ] = "",
    hidden: Annotated[int | None, typer.Option(help="Units of a layer.")] = None,
    layers: Annotated[int | None, typer.Option(help="Recurrent layers.")] = None,
    bidirectional: Annotated[
        bool | None, typer.Option(help="Whether each layer also reads backwards.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the rows.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Longest time.")] = None,
    seed: Annotated[int | None, typer.Option(help="The seed of all chance.")] = None,
    vectors: Annotated[str, typer.Option(help="File of word vectors.")] = "",
    set_: Assignments = None,
    skip_bad_rows: SkipBadRows = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a stopped run.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a finished model in --out.")
    ] = False,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Also write TensorBoard files.")
    ] = False,
    json: Json = False,
) -> None:
    """Train a model on examples of your own."""
    from unrolled.cli.progress import Progress
    from unrolled.training.model import load
    from unrolled.training.out_folder import claim
    from unrolled.training.run import Job, train_on
    from unrolled.training.sections import SHORT

    short = {
        "cell": cell or None,
        "hidden": hidden,
        "layers": layers,
        "bidirectional": bidirectional,
        "epochs": epochs,
        "minutes": minutes,
        "seed": seed,
        "vectors": vectors or None,
    }
    settings = {SHORT[k]: v for k, v in short.items() if v is not None}
    settings |= assigned(set_, skip_bad_rows=skip_bad_rows)
    named = {"input": input, "target": target, "given": given}
    refuse_strange_columns(task, named)
    if claim(out, resume=resume, overwrite=overwrite):
        say(f"The run in {out} is finished: nothing is left to do.")
        model = load(out)
    else:
        job = Job(
            task=task.replace("-", "_"),
            data=data,
            parts={"valid": valid or [], "test": test or []},
            named=named,
            given=settings,
            out=out,
            resume=resume,
        )
        try:
            with Progress() as progress:
                model = train_on(job, (progress, *_curves(out, tensorboard)))
        except DivergedError:
            warn(out)
            raise
    (as_json if json else show_scores)(model.metrics)
    file = model.task.usual_file
    ask = f"generate {out}" if model.begins else f"predict {out} {file}"
    warn(out)
    say(f"The model is in {out}. Ask it: unrolled {ask}")


def _curves(out: Path, wanted: bool) -> tuple[Any, ...]:
    if not wanted:
        return ()
    from unrolled.training.tensorboard import TensorBoard

    return (TensorBoard(out),)
