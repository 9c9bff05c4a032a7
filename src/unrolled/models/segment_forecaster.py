"""A direct forecaster: the history is read in segments, and all of the future told.

    history   [v v v|v v v|v v v]   less its last value, cut from its end backwards
                 │     │     │
               ReLU(W s + b)        each segment of w moments as one vector
                 ▼     ▼     ▼
    states       h ──► h ──► h      a stack of recurrent layers
                             ├─► one step on (place 1, group, ahead) ──► moments 1 ... w
                             ├─► one step on (place 2, group, ahead) ──► w+1 ... 2w
                             └─► ...        side by side, none waits for another

720 moments in segments of 48 are 15 steps in place of 720. A gap is 0, with a mark
beside it. Each moment to come is told as the parameters of a distribution, from what
was taken off: the last value, or with a `season` the values of the last season.

Shapes: segments (segments, w · (2 + covariates)); outputs (rows, horizon, width).

Reference: Lin et al. 2023, "SegRNN: segment recurrent neural network for long-term time
series forecasting", arXiv:2308.11200, section 3 (parallel multi-step forecasting).
"""

from math import ceil
from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells._base import State
from unrolled.engine.watch import seen
from unrolled.models.distributions import make_distribution
from unrolled.models.dropout import dropout
from unrolled.models.forecaster import (
    AbstractForecaster,
    Forecast,
    announced,
    quantiles_of,
)
from unrolled.models.forecaster_settings import ForecasterSettings, levels_of
from unrolled.models.groups import GroupVectors
from unrolled.models.linear_layer import Linear
from unrolled.models.many_to_one import make_cell
from unrolled.models.stack import Stack
from unrolled.models.window_level import (
    Level,
    level_of,
    level_of_counts,
    spread_out,
)
from unrolled.models.windows import Windows, WindowShape
from unrolled.ragged import Ragged


@final
class SegmentForecaster(AbstractForecaster):
    """Segments, recurrent layers, and one more step for each segment to come."""

    def __init__(self, shape: WindowShape, settings: ForecasterSettings) -> None:
        super().__init__()
        self.horizon, self.levels = shape.horizon, levels_of(settings)
        self.settings, self.segment = settings, settings.segment
        self.distribution = make_distribution(settings.distribution, self.levels)
        self.places = ceil(shape.horizon / self.segment)
        hidden = settings.hidden
        self.reads = Linear(self.segment * (2 + shape.covariates), hidden)
        self.stack = Stack(
            make_cell(settings),
            inputs=hidden,
            hidden=hidden,
            layers=settings.layers,
            dropout=settings.dropout,
        )
        self.place = nn.Parameter(torch.randn(self.places, hidden) / 2)
        sizes = shape.groups if settings.group_width else ()
        self.groups = GroupVectors(sizes, settings.group_width)
        beside = self.groups.width + self.segment * shape.ahead
        self.beside = Linear(beside, hidden, bias=False) if beside else None
        self.head = Linear(hidden, self.segment * self.distribution.width)

    @override
    def loss(self, windows: Windows, targets: Tensor, there: Tensor) -> Tensor:
        """The mean loss of each row's moments that are there, (rows,)."""
        parameters = self.chances(windows)
        known = torch.where(there > 0, targets, 0.0)
        each = self.distribution.loss(parameters.flatten(0, 1), known.flatten())
        each = each.view_as(targets) * there
        return each.sum(1) / there.sum(1).clamp(min=1)

    @override
    @torch.no_grad()
    def forecast(self, windows: Windows, *, seed: int) -> Forecast:
        return self._forecast(windows, seed)

    @override
    def along(self, windows: Windows, path: Tensor, *, seed: int) -> Forecast:
        del path  # all moments are told at once
        return self._forecast(windows, seed)

    def _forecast(self, windows: Windows, seed: int) -> Forecast:
        parameters = self.chances(windows)
        quantiles = quantiles_of(
            self.distribution,
            parameters,
            self.levels,
            paths=self.settings.paths,
            seed=seed,
        )
        mean = self.distribution.mean(parameters.flatten(0, 1))
        return Forecast(quantiles, mean.view(len(windows), self.horizon))

    def chances(self, windows: Windows) -> Tensor:
        """Parameters of the distribution of each moment, (rows, horizon, width)."""
        windows = announced(windows)
        level = self._level(windows)
        state = self._read(windows, level)
        rows, width = len(windows), self.distribution.width
        all_ = self.places * self.segment
        out = self._told(state, windows).view(rows, all_, width)[:, : self.horizon]
        scale = level.scale[:, None].expand(rows, self.horizon)
        flat = self.distribution.parameters(
            out.flatten(0, 1), level.base.flatten(), scale.flatten()
        )
        return flat.view(rows, self.horizon, width)

    def _read(self, windows: Windows, level: Level) -> State:
        """The states after the history, each (layers, rows, hidden)."""
        beside = (level.history.values[:, None], level.seen[:, None])
        tokens = torch.cat([*beside, windows.covariates], dim=1)
        segments = cut(level.history.with_values(tokens), self.segment)
        x = segments.with_values(self._product(self.reads, segments.values).relu())
        return self.stack(seen("inputs", x))[1]

    def _level(self, windows: Windows) -> Level:
        if self.settings.distribution == "negative_binomial":
            return level_of_counts(windows)
        level = level_of(windows, season=self.settings.season)
        return spread_out(level) if self.settings.window_scale else level

    def _told(self, state: State, windows: Windows) -> Tensor:
        """What the last product says, (rows · places, segment · width)."""
        rows, places = len(windows), self.places
        x = self.place.repeat(rows, 1)
        if self.beside is not None:
            about = self.groups(windows.groups).repeat_interleave(places, dim=0)
            missing = places * self.segment - self.horizon
            ahead = nn.functional.pad(windows.ahead, (0, 0, 0, missing))
            wide = self.segment * ahead.shape[2]
            given = torch.cat([about, ahead.reshape(rows * places, wide)], dim=1)
            x = x + self._product(self.beside, given)
        begin = tuple(one.repeat_interleave(places, dim=1) for one in state)
        one_each = Ragged(x, torch.ones(rows * places, dtype=torch.int64))
        outputs, _ = self.stack(seen("written", one_each), begin)
        dropped = dropout(outputs.values, self.settings.dropout, self.training)
        return self._product(self.head, dropped)

    def _product(self, linear: Linear, x: Tensor) -> Tensor:
        """Without gradients so that a row has the bits that it has alone."""
        return linear(x) if torch.is_grad_enabled() else linear.by_row(x)


def cut(tokens: Ragged, size: int) -> Ragged:
    """Segments of `size` moments from each row's end backwards, (segments, size · ·).

    `tokens` has values (tokens, ·). The first segment of a row is filled up with zeros
    in front; a row of no tokens has no segment.
    """
    segments = (tokens.lengths + size - 1) // size
    empty = segments * size - tokens.lengths
    width = tokens.values.shape[1]
    if not empty.any():
        return Ragged(tokens.values.reshape(-1, size * width), segments)
    to = torch.arange(len(tokens.values)) + empty.cumsum(0)[tokens.row_of_token]
    places = tokens.values.new_zeros(int(segments.sum()) * size, width)
    return Ragged(
        places.index_copy(0, to, tokens.values).view(-1, size * width), segments
    )
