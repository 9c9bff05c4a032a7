"""`unrolled generate`: texts that a model writes, one after the other."""

from pathlib import Path
from typing import Annotated, Any

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

Texts = list[str] | None


def generate(  # noqa: PLR0913 (a command's options are its parameters)
    model: Annotated[Path, typer.Argument(help="A model that writes: a folder.")],
    given: Annotated[
        Texts,
        typer.Option(
            metavar="VALUE",
            help="What the text depends on: a value, or COLUMN=VALUE; repeat it for"
            " further columns. The rest is drawn as the training rows have it.",
        ),
    ] = None,
    start: Annotated[str, typer.Option(help="The first letters or words.")] = "",
    count: Annotated[int, typer.Option(min=1, help="How many texts.")] = 1,
    temperature: Annotated[
        float | None, typer.Option(help="Above 1 bolder, below 1 more careful.")
    ] = None,
    top_k: Annotated[
        int | None, typer.Option(help="Draw from so many likeliest tokens.")
    ] = None,
    top_p: Annotated[
        float | None,
        typer.Option(help="Draw from the likeliest tokens of this probability."),
    ] = None,
    min_p: Annotated[
        float | None,
        typer.Option(help="Draw from tokens of this share of the likeliest one's."),
    ] = None,
    guidance: Annotated[
        float | None,
        typer.Option(help="How firmly to keep to what is given; 0: as the network."),
    ] = None,
    beam: Annotated[
        int | None, typer.Option(help="Search the best, with so many in view.")
    ] = None,
    shortest: Annotated[int | None, typer.Option(help="Fewest tokens.")] = None,
    longest: Annotated[int | None, typer.Option(help="Most tokens.")] = None,
    banned: Annotated[
        Texts, typer.Option(help="Letters or words that must not occur; repeat it.")
    ] = None,
    required: Annotated[
        Texts, typer.Option(help="Letters or words that must occur; repeat it.")
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help="No text of the training data.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The seed of all chance.")] = 0,
    json: Json = False,
) -> None:
    """Write texts: names for what is given, or how a text may go on."""
    from unrolled.training.model import load

    decoding: dict[str, Any] = {
        "temperature": temperature,
        "top_k": top_k,
        "top_p": top_p,
        "min_p": min_p,
        "guidance": guidance,
        "beam": beam,
        "shortest": shortest,
        "longest": longest,
    }
    found = load(model).generate(
        given=given or (),
        start=start,
        count=count,
        banned=banned or (),
        required=required or (),
        copies=not new,
        seed=seed,
        decoding={name: one for name, one in decoding.items() if one is not None},
    )
    for answer in found:
        (as_json if json else _show)(answer)
    if len(found) < count:
        say(f"{len(found)} of {count}: no more were found that keep to these rules.")


def _show(answer: dict[str, Any]) -> None:
    tell(answer["text"])
