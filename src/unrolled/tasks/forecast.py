"""Forecast: the next values of series, with intervals (from a history to its future).

    1949-01 112, 1949-02 118, ..., 1960-12 432   →   1961-01 450 (431 to 470), ...

Data: a table with a row a moment (wide, or long with a column that names the series),
or with a whole series in each row. Parts are kept aside by time: what is scored comes
after what was learned, from one origin after the other.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self, final

from torch import Tensor, nn
from typing_extensions import override

from unrolled.models.forecaster_settings import ForecasterSettings, levels_of
from unrolled.models.forecasters import make_forecaster
from unrolled.readers import Cell, Table
from unrolled.series import Series
from unrolled.settings import Settings, Value
from unrolled.tasks._abilities import AbstractFollower, AbstractShown
from unrolled.tasks._base import (
    AbstractTask,
    Answers,
    Batch,
    Example,
    Gathered,
    Look,
    Metrics,
    Shape,
)
from unrolled.tasks._forecast import origins
from unrolled.tasks._forecast.baselines import ForecastBaselines
from unrolled.tasks._forecast.batch import ForecastBatch
from unrolled.tasks._forecast.cells import series_of, to_learn_from
from unrolled.tasks._forecast.columns import COLUMNS
from unrolled.tasks._forecast.familiar import Familiar
from unrolled.tasks._forecast.following import Following
from unrolled.tasks._forecast.forecasting import (
    Forecasting,
    of_row,
    sums_of_baselines,
)
from unrolled.tasks._forecast.gather import gather
from unrolled.tasks._forecast.picture import picture
from unrolled.tasks._forecast.prepared import check_ahead, prepared
from unrolled.tasks._forecast.sample import sample
from unrolled.tasks._forecast.scores import total
from unrolled.tasks._forecast.series_settings import SeriesSettings
from unrolled.tasks._forecast.settings import ForecastSettings
from unrolled.tasks._forecast.suggestions import chosen, suggestions
from unrolled.tasks._forecast.told import line, told
from unrolled.tasks._forecast.view import view_of
from unrolled.tasks._forecast.widening import Widening
from unrolled.tasks._seeing import AbstractSeen, View


@final
class Forecast(AbstractTask, AbstractShown, AbstractFollower, AbstractSeen):
    """Direct or autoregressive forecasts of one or many series."""

    goal = "the next values of series, with intervals"
    shape = Shape.MANY_TO_ONE
    columns = COLUMNS
    sections: ClassVar = {
        "series": SeriesSettings,
        "model": ForecasterSettings,
        "task": ForecastSettings,
    }
    reads_tables = True
    usual_file = "series.csv"
    fewest = 1

    def __init__(self, settings: Mapping[str, Settings], familiar: Familiar) -> None:
        self.settings, self.familiar = settings, familiar
        self.mine: ForecastSettings = familiar.settings
        model: Any = settings["model"]
        self.levels = levels_of(model)
        self.widening = Widening(self.levels)
        self.cheap: ForecastBaselines | None = None

    @override
    @classmethod
    def gather(
        cls, table: Table, named: Mapping[str, str], settings: Mapping[str, Settings]
    ) -> Gathered:
        of_series: Any = settings["series"]
        found = gather(table, named, of_series)
        return Gathered(found.examples, found.headers, found.notes)

    @override
    @classmethod
    def hold_out(
        cls, rows: list[Example], settings: Mapping[str, Settings], *, share: float
    ) -> dict[str, list[Example]]:
        mine: Any = settings["task"]
        return origins.cut(rows, mine, share=share)

    @override
    @classmethod
    def suggest(
        cls, examples: list[Example], settings: Mapping[str, Settings]
    ) -> dict[str, Value]:
        # Not even a horizon may be chosen by what is to be forecast.
        learned = origins.learned([series_of(row) for row in examples], settings)
        return suggestions(learned, settings)

    @override
    @classmethod
    def fit(
        cls,
        examples: list[Example],
        settings: Mapping[str, Settings],
        headers: Mapping[str, str],
    ) -> Self:
        series = to_learn_from(examples)
        mine: Any = settings["task"]
        made = chosen(series, mine)
        familiar = Familiar.learn(series, [row.place for row in examples], made)
        return cls({**settings, "task": made}, familiar)

    @override
    def notes(self) -> list[str]:
        mine, known = self.mine, self.familiar
        ahead = f"{mine.horizon} moments ahead from at most {mine.context} before"
        season = f"season: {mine.season}" if mine.season > 1 else "no season"
        several = f"{len(known.keys):,} series"
        if len(known.channels) > 1:
            several += f" of {len(known.channels)} values a moment"
        return [f"{several}; {ahead}; {season}"]

    @override
    def build(self) -> nn.Module:
        model: Any = self.settings["model"]
        return make_forecaster(self.familiar.shape(), model)

    @override
    def encode(self, examples: list[Example]) -> Batch:
        series = [series_of(row) for row in examples]
        for one, row in zip(series, examples, strict=True):
            check_ahead(one, self.mine.horizon, row.place)
        return self._batch(examples, series, origins.to_tell(series), map(len, series))

    @override
    def encode_to_learn(self, examples: list[Example]) -> Batch:
        series = [series_of(row) for row in examples]
        pairs = origins.to_learn(series, self.mine)
        return self._batch(examples, series, pairs, map(len, series))

    @override
    def encode_to_score(self, examples: list[Example]) -> Batch:
        series = [series_of(row) for row in examples]
        begins = self.familiar.begins(series)
        pairs = origins.to_score(series, begins, self.mine)
        return self._batch(examples, series, pairs, begins)

    def _batch(
        self, examples: list[Example], series: list[Series], pairs: Any, firsts: Any
    ) -> ForecastBatch:
        places = [row.place for row in examples]
        store = prepared(self.familiar, series, places, list(firsts))
        batch = ForecastBatch.of(store, *pairs, context=self.mine.context)
        return replace(batch, told=tuple(series))

    @override
    def look(self, examples: list[Example]) -> Look:
        return Look([], [], [], tuple(len(series_of(row)) for row in examples))

    @override
    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        rows: Any = batch
        forecaster: Any = network
        targets, there = rows.targets_of()
        each = forecaster(rows.windows(), targets, there)
        return each.reshape(len(rows), rows.store.channels).mean(1)

    def forecasting(self, network: nn.Module) -> Forecasting:
        """What makes forecasts with the network, in the user's units."""
        forecaster: Any = network
        return Forecasting(forecaster, self.mine, self.widening)

    @override
    def answer(self, network: nn.Module, batch: Batch) -> Answers:
        rows: Any = batch
        found = self.forecasting(network).of(rows)
        return [
            told(
                rows.told[int(number)],
                of_row(found, place, rows.store.channels),
                origin=int(origin),
                levels=self.levels,
            )
            for place, (number, origin) in enumerate(
                zip(rows.series, rows.origins, strict=True)
            )
        ]

    @override
    def measure(self, network: nn.Module, batch: Batch) -> Answers:
        # The sums of all rows stand at the first: of each, they would be a thousand.
        rows: Any = batch
        sums = self.forecasting(network).sums(rows, self.levels)
        return [{"sums": sums}, *[{} for _ in range(len(rows) - 1)]]

    @override
    def score(self, answers: Answers, examples: list[Example]) -> Metrics:
        return total([one["sums"] for one in answers if "sums" in one])

    @property
    @override
    def chosen_by(self) -> tuple[str, int]:
        return ("scaled_mae", -1)

    @override
    def settle(self, network: nn.Module, examples: list[Example]) -> list[str]:
        batch: Any = self.encode_to_score(examples)
        self.widening = Widening(self.levels)
        if self.mine.calibrate:
            self.widening = self.forecasting(network).widened(batch, self.levels)
        return self.widening.notes()

    @override
    def fit_baselines(self, train: list[Example], valid: list[Example]) -> None:
        series = [series_of(row) for row in train]
        batch: Any = self._batch(
            train, series, origins.to_tell(series), map(len, series)
        )
        whole = batch.store.windows(batch.series, batch.origins, batch.origins)
        self.cheap = ForecastBaselines.fit(
            whole.values,
            whole.seen,
            horizon=self.mine.horizon,
            season=self.mine.season,
            levels=self.levels,
            longest=self.mine.context,
        )
        self.familiar.remember([series_of(row) for row in valid])

    @override
    def baselines(self, examples: list[Example]) -> dict[str, Metrics]:
        if self.cheap is None:
            return {}
        batch: Any = self.encode_to_score(examples)
        sums = sums_of_baselines(self.cheap, batch, self.mine, self.levels)
        return {name: total(some) for name, some in sums.items()}

    @override
    def follow(self, network: nn.Module, example: Example) -> Following:
        forecasting = self.forecasting(network)
        return Following(self.familiar, forecasting, series_of(example), example.place)

    @override
    def view(self, network: nn.Module, example: Example) -> View:
        batch: Any = self.encode([example])
        return view_of(self.forecasting(network), batch)

    @override
    def page(
        self, network: nn.Module, examples: list[Example], answers: Answers
    ) -> str:
        return picture([series_of(row) for row in examples], answers)

    @override
    def state(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        plain, tensors = self.familiar.state()
        tensors |= self.widening.tensors()
        if self.cheap is not None:
            tensors |= self.cheap.tensors()
        return {"series.json": plain}, tensors

    @override
    @classmethod
    def restore(
        cls,
        settings: Mapping[str, Settings],
        files: Mapping[str, Any],
        tensors: Mapping[str, Tensor],
    ) -> Self:
        mine: Any = settings["task"]
        made = cls(settings, Familiar.restore(files["series.json"], tensors, mine))
        made.widening = Widening.restore(tensors, made.levels)
        made.cheap = ForecastBaselines.restore(
            tensors, horizon=mine.horizon, levels=made.levels
        )
        return made

    @override
    @staticmethod
    def text(answer: dict[str, Any]) -> str:
        return line(answer)

    @override
    @classmethod
    def sample(cls) -> list[tuple[Cell, ...]]:
        return sample()
