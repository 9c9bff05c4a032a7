"""`unrolled follow`: a series that goes on, and what comes next after each value."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unrolled.cli.lines import groups_of
from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

if TYPE_CHECKING:
    from unrolled.series import Series
    from unrolled.tasks._abilities import AbstractFollowing
    from unrolled.training.model import Model


def follow(
    model: Annotated[Path, typer.Argument(help="A model that forecasts.")],
    history: Annotated[Path, typer.Argument(help="A table with one series so far.")],
    values: Annotated[
        Path,
        typer.Argument(
            help="A file of what comes, a line a moment: numbers with blanks between,"
            " ? is a gap; - is standard input."
        ),
    ] = Path("-"),
    json: Json = False,
) -> None:
    """Forecast again after each new value, as values come in.

    An autoregressive model carries its state along and reads each value once.
    """
    from unrolled.training.model import load

    asked = load(model)
    going = asked.follow(_only(asked, history))
    _answer(asked, going, json)
    for lines, places in groups_of(values):
        for line, place in zip(lines, places, strict=True):
            if line.strip():
                going.observe(_numbers(line, place))
                _answer(asked, going, json)


def _answer(asked: "Model", going: "AbstractFollowing", json: bool) -> None:
    answer = going.forecast()
    if json:
        as_json(answer)
    else:
        tell(asked.task.text(answer))


def _only(asked: "Model", history: Path) -> "Series":
    from unrolled.errors import UnreadableDataError

    source = asked.read(history)
    for note in source.notes:
        say(note)
    if len(source.examples) != 1:
        raise UnreadableDataError(
            found=f"{history} holds {len(source.examples)} series.",
            expected="one series to follow",
            fix="give a file with the rows of one of them",
        )
    series: Any = source.examples[0].input
    return series


def _numbers(line: str, place: str) -> list[float | None]:
    from unrolled.errors import UnreadableDataError

    try:
        words = line.replace(",", " ").split()
        return [None if word in ("?", "null") else float(word) for word in words]
    except ValueError:
        raise UnreadableDataError(
            found=f'{place}: "{line.strip()[:40]}" is no value of a series.',
            expected="a number for each channel, with blanks between; ? for a gap",
            fix="correct that line",
        ) from None
