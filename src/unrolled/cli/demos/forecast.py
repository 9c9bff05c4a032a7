"""Airline passengers: 144 months of the best known series, and the twelve to come."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from typing_extensions import override

from unrolled.cli.demos._base import AbstractDemo, Prepared, fetched
from unrolled.cli.output import say, tell

if TYPE_CHECKING:
    from unrolled.series import Series
    from unrolled.tasks._abilities import AbstractFollowing
    from unrolled.training.model import Model

YEAR = 12
SETTINGS = {
    "model.season": YEAR,
    "training.epochs": 300,
    "training.learning_rate": 0.005,
    "training.patience": 60,
}
"""A season is taken off before the network reads, and it may read often: an epoch is
two steps."""


@final
class ForecastDemo(AbstractDemo):
    """A series in, its next year out, with intervals (many to one)."""

    folder = "demo/forecast"
    minutes = 2.0
    invitation = "the passengers of the month to come, then of the one after it"
    more = "unrolled predict {out} {out}-data/test.csv --show forecast.html"

    def __init__(self) -> None:
        self._picture = self._table = Path()
        self._following: AbstractFollowing | None = None

    @override
    def prepare(self, out: Path) -> Prepared:
        say("Airline passengers: how many will there be in each month of next year?\n")
        found = fetched("airline_passengers")
        say(
            "The network learns from 1949 to 1956 and is chosen by 1957 and 1958. From"
            " each month of 1959 to the end it forecasts a year, and these forecasts"
            " are scored.\n"
        )
        folder = out.parent / f"{out.name}-data"
        folder.mkdir(parents=True, exist_ok=True)
        files = {part: folder / path.name for part, path in found.files.items()}
        for part, path in files.items():
            path.write_bytes(found.files[part].read_bytes())
        self._table, self._picture = files["test"], out.parent / f"{out.name}.html"
        return Prepared(files=files, settings=SETTINGS)

    @override
    def answers(self, model: "Model", asked: Sequence[str]) -> Any:
        from unrolled.durable import write_bytes
        from unrolled.tasks._forecast.picture import picture

        series = _series(model, self._table)
        seen = series.until(len(series) - YEAR)
        before, ahead = model.predict([seen, series])
        shown = [
            replace(series, name="The last year, and what came"),
            replace(series, name="The year to come"),
        ]
        origins = [len(seen), len(series)]
        page = picture(shown, [before, ahead], origins)
        write_bytes(self._picture, page.encode())
        came = series.values[len(seen) :, 0].tolist()
        return {
            "last_year": before | {"came": came},
            "next_year": ahead,
            "picture": str(self._picture),
            "following": [self._told(model, value) for value in asked],
        }

    @override
    def show(self, answers: Any) -> None:
        last, ahead = answers["last_year"], answers["next_year"]
        tell("\n  The last year that was measured, foretold at its beginning:")
        tell(f"  {'month':9}{'came':>8}{'forecast':>10}{'80 % of cases':>16}")
        for came, line in zip(last["came"], _lines(last), strict=True):
            tell(f"  {line[:9]}{came:8.0f}{line[9:]}")
        tell("\n  The year to come:")
        tell(f"  {'month':9}{'forecast':>10}{'80 % of cases':>16}")
        for line in _lines(ahead):
            tell(f"  {line}")
        for one in answers["following"]:
            _reply(one)
        tell(f"\n  Both as a picture: {answers['picture']}")

    @override
    def reply(self, model: "Model", line: str) -> None:
        _reply(self._told(model, line))

    def _told(self, model: "Model", value: str) -> dict[str, Any]:
        """The forecast after one more value."""
        if self._following is None:
            self._following = model.follow(_series(model, self._table))
        self._following.observe([_number(value)])
        return {"observed": value, **self._following.forecast()}


def _series(model: "Model", table: Path) -> "Series":
    [row] = model.read(table).examples
    series: Any = row.input
    return series


def _lines(answer: dict[str, Any]) -> list[str]:
    """A line a month, such as "1961-01       450      431 to 470"."""
    low, high = (answer["quantiles"][level] for level in ("0.1", "0.9"))
    rows = zip(answer["times"], answer["prediction"], low, high, strict=True)
    return [
        f"{month[:7]:9}{middle:10.0f}{f'{least:.0f} to {most:.0f}':>16}"
        for month, middle, least, most in rows
    ]


def _reply(one: dict[str, Any]) -> None:
    tell(f"  after {one['observed']}: {_lines(one)[0]}")


def _number(text: str) -> float:
    """Raises UnreadableDataError for what is no number."""
    from unrolled.errors import UnreadableDataError

    try:
        return float(text)
    except ValueError:
        raise UnreadableDataError(
            found=f'"{text}" is no number.',
            expected="the passengers of one month, in thousands",
            fix="type a number such as 450",
        ) from None
