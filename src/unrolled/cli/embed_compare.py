"""`unrolled embed compare`: one-hot codes beside vectors, in the same classifier.

A one-hot code is as long as the vocabulary, and finds "film" as far from "movie" as
from "Tuesday". A vector is short, and like words have like vectors. What that changes:
the size of the input, the weights of the network, the time, and the accuracy.

    one-hot          model.embedding=0
    learned          a table that begins by chance and learns with the network
    co-occurrence    the same, begun from the company that words keep in the texts
    given            the same, begun from a file of vectors

Counted evidence is left out everywhere, so that words reach the network in these ways
and in no other.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from unrolled.cli.options import Assignments, Input, Json, Target, assigned
from unrolled.cli.output import as_json, say, tell

WAYS: Mapping[str, Mapping[str, Any]] = {
    "one-hot": {"model.embedding": 0},
    "learned": {"text.start": "random"},
    "co-occurrence": {"text.start": "cooccurrence"},
}


def compare(  # noqa: PLR0913 (a command's options are its parameters)
    data: Annotated[Path, typer.Argument(help="Texts with their labels.")],
    valid: Annotated[Path | None, typer.Option(help="File to choose by.")] = None,
    test: Annotated[Path | None, typer.Option(help="File to score on.")] = None,
    input: Input = "",
    target: Target = "",
    vectors: Annotated[str, typer.Option(help="File of word vectors.")] = "",
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the rows.")] = 4,
    seed: Annotated[int, typer.Option(help="The seed of all chance.")] = 0,
    set_: Assignments = None,
    json: Json = False,
) -> None:
    """Train one classifier on one-hot codes and on vectors, and show what it costs."""
    from unrolled.training.run import Job, train_on

    ways = {**WAYS, **({"given": {"text.vectors": vectors}} if vectors else {})}
    usual = {"model.evidence": False, "training.epochs": epochs, "training.seed": seed}
    usual |= {"text.tokens": "word"} | assigned(set_, skip_bad_rows=False)
    started = time.monotonic()
    found: dict[str, dict[str, Any]] = {}
    ended: dict[str, Any] = {}
    for name, settings in ways.items():
        job = Job(
            task="classify",
            data=[data],
            parts={"valid": [valid] if valid else [], "test": [test] if test else []},
            named={"input": input, "target": target},
            given={**usual, **settings},
        )
        model = train_on(job)
        if not found:
            say(f"· {'; '.join(model.task.notes()[:1])}")
        ended = model.metrics
        found[name] = _figures(model)
        say(f"· {name}: {ended['seconds']:.1f} s")
    if json:
        seconds = round(time.monotonic() - started, 3)
        kept = {key: ended[key] for key in ("baseline", "examples", "on")}
        as_json({"task": "embed compare", "metrics": found, **kept, "seconds": seconds})
    else:
        _show(found, ended)


def _figures(model: Any) -> dict[str, Any]:
    """What one way costs and what it brings."""
    from unrolled.models.many_to_one import count_weights

    name, _ = model.task.chosen_by
    return {
        "numbers_a_word": model.network.reads.width,
        "weights": count_weights(model.network),
        "seconds": model.metrics["seconds"],
        name: model.metrics["metrics"][name],
    }


def _show(found: dict[str, dict[str, Any]], ended: dict[str, Any]) -> None:
    name = list(next(iter(found.values())))[-1]
    columns = ("numbers a word", "weights", "seconds", name)
    tell(f"\nOn {ended['examples']:,} {ended['on']} rows:\n")
    tell(" " * 16 + "".join(f"{column:>16}" for column in columns))
    for way, figures in found.items():
        size, weights, seconds, value = figures.values()
        tell(f"{way:<16}{size:>16,}{weights:>16,}{seconds:>16.1f}{value:>16.4f}")
    for way, metrics in ended["baseline"].items():
        tell(f"{way:<16}{'':>48}{metrics[name]:>16.4f}")
