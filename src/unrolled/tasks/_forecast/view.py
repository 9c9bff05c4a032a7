"""What a run over one series is: the history that is read, and what is said of each
moment to come.

    direct            segments   Jan to Jun  Jul to Dec        the layers, first run
                      places     Jan to Jun  Jul to Dec        the layers, second run
                      moments    Jan Feb Mar Apr ...           what is told

    autoregressive    values     start Jan ... Dec Jan (told)  the layers read these
                      moments              Jan Feb Mar ...     what is told then

An autoregressive network tells the future by some hundred paths drawn by chance, which
have no gradient. Here it is run once, as in training, along the median path of its
answer: what is told of a moment is what it expects if the path came true until then,
so its quantiles lie closer together than those of the answer. Gaps of the history are
filled before, by what the network expects there, so that one run reads all of it.

Scores are in the user's units, with gradients: put a leaf in the place of what passes
the point "history" (the values that are read, in the network's units) for those of any
moment to come by any value of the past. Of several channels the first is run, and each
has its fan among the parts.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from unrolled.engine.watch import unwatched
from unrolled.models.forecaster import AbstractForecaster, Forecast
from unrolled.models.segment_forecaster import SegmentForecaster
from unrolled.tasks._forecast.batch import ForecastBatch
from unrolled.tasks._forecast.forecasting import SEED, Forecasting, of_row
from unrolled.tasks._forecast.told import moments, moments_before, told
from unrolled.tasks._seeing import View

HALF, MEDIAN, MEAN, UNNAMED = 0.5, "median", "mean", "value"
START = "start"
"""The first step reads no value, for there is none before it."""


def view_of(forecasting: Forecasting, batch: ForecastBatch) -> View:
    """The run over a batch of one series."""
    network, channels = forecasting.network, batch.store.channels
    [series], [origin] = batch.told, batch.origins.tolist()
    windows = batch.windows().gather([0])
    with unwatched(), torch.no_grad():
        plain = network.forecast(batch.windows(), seed=SEED)
        found = forecasting.told(plain, batch)
    middle = network.levels.index(HALF)
    path = plain.quantiles[:1, :, middle]

    def run() -> Tensor:
        said = network.along(windows, path, seed=SEED)
        # Each channel has its own units: those beside it stand in their places.
        both = zip(said, plain, strict=True)
        every = Forecast(*(torch.cat([mine, other[1:]]) for mine, other in both))
        mine = of_row(forecasting.told(every, batch), 0, 1)
        return torch.cat([mine.quantiles[0], mine.mean[0, :, None]], dim=1)

    count = int(batch.moments[0])
    read = series.values[origin - count : origin]
    before = list(map(str, moments_before(series, origin, count)))
    ahead = list(map(str, moments(series, origin, network.horizon)))
    axes, along, axis = _axes(network, *_shorter(before, ahead))
    return View(
        axes=axes,
        along=along,
        read=axis,
        told="moments",
        names=[*map(name_of, network.levels), MEAN],
        unit=series.channels[0] or UNNAMED,
        run=run,
        chosen=[middle] * network.horizon,
        answer=told(
            series,
            of_row(found, 0, channels),
            origin=origin,
            levels=network.levels,
        ),
        parts=[
            _fan(name, values, of_row(found, place, 1), network.levels)
            | {"moments": ahead, "before": before}
            for place, (name, values) in enumerate(
                zip(series.channels, read.T.tolist(), strict=True)
            )
        ],
    )


def name_of(level: float) -> str:
    """What a quantile is called."""
    return MEDIAN if level == HALF else f"quantile {level:g}"


def _shorter(before: list[str], ahead: list[str]) -> tuple[list[str], list[str]]:
    """Months and years without the day that is the first of all of them."""
    dates = [*before, *ahead]
    first = "-01"
    while dates and all(
        len(one) > len("1970") and one.endswith(first) for one in dates
    ):
        dates = [one.removesuffix(first) for one in dates]
    return dates[: len(before)], dates[len(before) :]


def _axes(
    network: AbstractForecaster, before: list[str], ahead: list[str]
) -> tuple[dict[str, list[str]], dict[str, str], str]:
    """What the axes are called, which of them the layers run along, which is read."""
    if not isinstance(network, SegmentForecaster):
        values = [START, *before, *(f"{label} (told)" for label in ahead[:-1])]
        return {"values": values, "moments": ahead}, {"stack": "values"}, "values"
    size = network.segment
    ends = range(len(before), 0, -size)
    segments = [_from_to(before[max(end - size, 0) : end]) for end in ends][::-1]
    places = [_from_to(ahead[n : n + size]) for n in range(0, len(ahead), size)]
    axes = {"segments": segments, "places": places, "moments": ahead}
    return axes, {"stack": "segments", "stack#2": "places"}, "segments"


def _from_to(labels: Sequence[str]) -> str:
    """As short as a column wants: "1957-01…12", "1957-07…1958-06"."""
    first, last = labels[0], labels[-1]
    other = [at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b]
    same = max(first[: min(other, default=0)].rfind(sign) + 1 for sign in "- :")
    return first if len(labels) == 1 else f"{first}…{last[same:]}"


def _fan(
    name: str, values: Sequence[float], found: Forecast, levels: Sequence[float]
) -> dict[str, Any]:
    """The forecast of one channel beside the values that were read, NaN for gaps."""
    by_level = found.quantiles[0].T.tolist()
    return {
        "kind": "fan",
        "title": name or UNNAMED,
        "history": [None if n != n else n for n in values],
        "mean": found.mean[0].tolist(),
        "quantiles": {
            f"{level:g}": row for level, row in zip(levels, by_level, strict=True)
        },
        "truth": None,
    }
