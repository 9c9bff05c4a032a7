"""`unrolled train`: from a file of examples to a model folder."""

from pathlib import Path
from typing import Annotated

import typer

from unrolled.cli.output import as_json, say, show_scores


def train(  # noqa: PLR0913 (a command's options are its parameters)
    task: Annotated[str, typer.Argument(help="What to learn: see `unrolled tasks`.")],
    data: Annotated[list[Path], typer.Argument(help="Files or folders to learn from.")],
    out: Annotated[Path, typer.Option(help="The folder for the model.")],
    valid: Annotated[Path | None, typer.Option(help="File to choose by.")] = None,
    test: Annotated[Path | None, typer.Option(help="File to score on.")] = None,
    input: Annotated[str, typer.Option(help="Column to read: header or number.")] = "",
    target: Annotated[str, typer.Option(help="Column to answer.")] = "",
    given: Annotated[str, typer.Option(help="Column with attributes.")] = "",
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
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="section.key=value: see `unrolled tasks TASK`."),
    ] = None,
    resume: Annotated[bool, typer.Option(help="Go on with a stopped run.")] = False,
    tensorboard: Annotated[bool, typer.Option(help="Also write TensorBoard files.")] = (
        False
    ),
    json: Annotated[bool, typer.Option(help="End with one JSON object.")] = False,
) -> None:
    """Train a model on examples of your own."""
    from unrolled.cli.progress import Progress
    from unrolled.training.distributed import World
    from unrolled.training.run import train_on
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
    given_settings = {SHORT[k]: v for k, v in short.items() if v is not None}
    for assignment in set_ or []:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise typer.BadParameter(f'"{assignment}" is not section.key=value')
        given_settings[key] = value
    listeners: tuple = ()
    is_first = World.rank_of_environment() == 0
    if is_first:
        listeners = (Progress(),)
    if tensorboard and is_first:
        from unrolled.training.tensorboard import TensorBoard

        listeners += (TensorBoard(out),)
    model = train_on(
        task.replace("-", "_"),
        data,
        parts={"valid": valid, "test": test},
        named={"input": input, "target": target, "given": given},
        given=given_settings,
        out=out,
        resume=resume,
        listeners=listeners,
    )
    if not is_first:
        return
    if json:
        as_json(model.metrics)
    else:
        show_scores(model.metrics)
        say(f"The model is in {out}. Ask it: unrolled predict {out} texts.txt")
