"""`unrolled demo`: the whole journey on real data, from a package to answers."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, show_scores, tell

if TYPE_CHECKING:
    from unrolled.datasets import Fetched
    from unrolled.training.model import Model

SENTENCES = (
    "He is great",
    "a waste of two hours and of good actors",
    "funny , moving and beautifully acted",
    "not as bad as everyone says",
)


def demo(
    task: Annotated[str, typer.Argument(help="What to show.")] = "classify",
    out: Annotated[Path, typer.Option(help="The folder for the model.")] = Path(
        "demo/film-reviews"
    ),
    minutes: Annotated[float, typer.Option(help="Longest time to train.")] = 3.0,
    ask: Annotated[
        list[str] | None, typer.Option(help="A sentence of your own; repeat it.")
    ] = None,
    json: Json = False,
) -> None:
    """Train on 6,824 real film reviews, score on 853 others, and answer sentences."""
    from unrolled.cli.progress import Progress
    from unrolled.training.front import train

    if task != "classify":
        raise typer.BadParameter(f'there is no demo of "{task}" yet; try classify')
    found, further = _reviews()
    with Progress() as progress:
        model = train(
            task,
            found.files["train"],
            out=out,
            listeners=(progress,),
            valid=found.files["valid"],
            test=found.files["test"],
            minutes=minutes,
            overwrite=True,
            settings={"text.unlabelled": str(further.files["train"])},
        )
    sentences = [*SENTENCES, *(ask or [])]
    if json:
        as_json(model.metrics | {"answers": model.predict(sentences)})
        return
    show_scores(model.metrics)
    for sentence in sentences:
        _show(model, sentence)
    say(f"\nThe model is in {out}. Ask it more:\n  unrolled predict {out} -")
    if sys.stdin.isatty() and not ask:
        say("or here, a sentence a line (an empty line ends):")
        while sentence := sys.stdin.readline().strip():
            _show(model, sentence)


def _reviews() -> tuple["Fetched", "Fetched"]:
    """The reviews to learn from, and longer ones that are read without labels."""
    from unrolled import datasets

    say("Film reviews: is a sentence positive or negative?\n")
    found = datasets.get("film_reviews", accept_license=True)
    say(f"Data:    {found.credit}\nLicense: {found.license}\n")
    further = datasets.get("imdb_reviews", accept_license=True)
    say(
        f"{further.rows['train']:,} longer reviews, without their labels, show which"
        " words keep company (text.unlabelled). Reading them takes a minute.\n"
        f"Data:    {further.credit}\n"
    )
    return found, further


def _show(model: "Model", sentence: str) -> None:
    [answer] = model.predict([sentence])
    name = answer["prediction"]
    tell(f"  {sentence:45} {name:10} {answer['probabilities'][name]:.2f}")
