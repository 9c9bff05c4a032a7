"""An autoregressive forecaster: a value goes in, the chances of the next come out.

    moment t       value t−1, its mark, past covariates t−1, known covariates t, group
                     │
    states       ──► h ──► h ──► ...          a stack of recurrent layers
                     │
                   chances of value t         of which training knows the true one

In the future nobody knows the true one: it is drawn, and goes in at the next moment. A
few hundred such paths tell the quantiles. What the network carries along time is a
`Memory`, so a new value can be told to it when it comes, in place of reading all again.

With a `season` it is the change over a season that goes in and comes out, and the paths
are added up again. A gap in the history is read as the mean that the network itself
expected there, with a mark beside it that says so. Values go in divided by the scale of
their window, and what comes out is multiplied by it.

Shapes: values (tokens,); inputs (tokens, inputs); parameters (tokens, width).

Reference: Salinas et al. 2020, "DeepAR", arXiv:1704.04110, sections 3.1 to 3.3: the
scale is equation 4, 1 + the mean of the window's values, taken absolute here.
"""

from typing import final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.cells._base import State
from unrolled.engine.watch import seen, unwatched
from unrolled.models.autoregressive_memory import (
    Memory,
    Moments,
    Swept,
    base_of,
    before_of,
    beside_of,
    changes,
    end_to_end,
    future,
    joined,
    last_of,
    last_places,
    one_more,
    put_back,
    runs_of,
    season_after,
)
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
from unrolled.models.window_level import mean_of
from unrolled.models.windows import Windows, WindowShape
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on, stream

ROWS = 64
"""Windows whose paths are drawn at a time: each needs the room of hundreds."""


@final
class AutoregressiveForecaster(AbstractForecaster):
    """Recurrent layers over moments, and a distribution of the next value."""

    def __init__(self, shape: WindowShape, settings: ForecasterSettings) -> None:
        super().__init__()
        self.horizon, self.levels = shape.horizon, levels_of(settings)
        self.settings = settings
        counts = settings.distribution == "negative_binomial"
        self.season = 0 if counts else settings.season
        self.distribution = make_distribution(settings.distribution, self.levels)
        self.past = shape.covariates - shape.ahead
        self.told = 2 + self.past + bool(self.past)
        sizes = shape.groups if settings.group_width else ()
        self.groups = GroupVectors(sizes, settings.group_width)
        cell = make_cell(settings)
        self.stack = Stack(
            cell,
            inputs=self.told + shape.ahead + self.groups.width,
            hidden=settings.hidden,
            layers=settings.layers,
            dropout=settings.dropout,
        )
        self.head = Linear(settings.hidden, self.distribution.width)

    # -- learning ----------------------------------------------------------------------

    @override
    def loss(self, windows: Windows, targets: Tensor, there: Tensor) -> Tensor:
        """The mean loss of all that was measured, history and targets, (rows,)."""
        memory = self.begin(windows)
        moments = self._joined(windows, memory, targets, there)
        outputs = self._sweep(moments, memory).outputs
        row = moments.told.row_of_token
        dropped = dropout(outputs, self.settings.dropout, self.training)
        parameters = self._chances(self.head(dropped), memory.scale[row])
        value, mark = moments.told.values[:, 0], moments.told.values[:, 1]
        each = self.distribution.loss(parameters, value * memory.scale[row]) * mark
        sums = each.new_zeros(len(windows)).index_add(0, row, each)
        counts = each.new_zeros(len(windows)).index_add(0, row, mark)
        return sums / counts.clamp(min=1)

    # -- carrying along time -----------------------------------------------------------

    def begin(self, windows: Windows) -> Memory:
        """Before the first moment, with the scale of these windows."""
        rows, values = len(windows), windows.values.values
        season = values.new_zeros(rows, self.season, 2)
        history, known = windows.values, windows.seen
        if self.season:
            history, known = changes(history, known, season)
        scale = 1 + mean_of(history.map(torch.abs), known)
        layers = (self.settings.layers, rows, self.settings.hidden)
        state = tuple(values.new_zeros(layers) for _ in self.stack.cell.states)
        last = values.new_zeros(rows, self.told)
        return Memory(state, last, scale, windows.groups, season)

    @torch.no_grad()
    def read(self, windows: Windows, memory: Memory | None = None) -> Memory:
        """The memory after these windows, from the one before them or from none.

        With a memory its scale and its groups hold, and a window told in any pieces
        leaves the memory, to the last bit, that it leaves when told whole.
        """
        memory = self.begin(windows) if memory is None else memory
        after = season_after(windows.values, windows.seen, memory.season)
        read = self._sweep(self._history(windows, memory), memory).memory
        return read._replace(season=after)

    def observe(self, memory: Memory, value: Tensor, covariates: Tensor) -> Memory:
        """The memory after one more moment of each row.

        `value` (rows,) may be NaN, a gap; `covariates` (rows, ·) are those of its
        moment, past ones first.
        """
        return self.read(one_more(memory, value, covariates), memory)

    # -- telling the future ------------------------------------------------------------

    @override
    @torch.no_grad()
    def forecast(self, windows: Windows, *, seed: int) -> Forecast:
        """Quantiles and mean of the drawn paths of each row."""
        return self.forecast_from(self.read(windows), windows.ahead, seed=seed)

    @torch.no_grad()
    def forecast_from(self, memory: Memory, ahead: Tensor, *, seed: int) -> Forecast:
        """The same from what is remembered; `ahead` is (rows, horizon, ahead)."""
        shape = (len(ahead), ahead.shape[1], len(self.levels))
        levels = torch.tensor(self.levels).to(memory.scale)
        none = memory.scale.new_zeros
        quantiles, means = none(shape), none(shape[:2])
        for first in range(0, len(ahead), ROWS):
            some = slice(first, first + ROWS)
            paths = self.paths(memory.keep(some), ahead[some], seed=seed)
            for place, mine in enumerate(paths, start=first):
                with computing_on(1):
                    quantiles[place] = mine.quantile(levels, dim=0).T
                    means[place] = mine.mean(0)
        return Forecast(quantiles, means)

    @torch.no_grad()
    def paths(self, memory: Memory, ahead: Tensor, *, seed: int) -> Tensor:
        """Futures drawn for each row, (rows, paths, horizon).

        Each row draws from a stream of its own, and all of them begin alike: what a row
        draws depends on no other.
        """
        rows, count, season = len(ahead), self.settings.paths, memory.season
        generators = [stream(seed, "paths") for _ in range(rows)]
        memory, found = memory.repeat(count), []
        for known in ahead.repeat_interleave(count, dim=0).unbind(1):
            output, state = self._step(memory, known)
            o = self.head.by_row(output)
            each = self._chances(o, memory.scale).split(count)
            drawn = [
                self.distribution.draw(mine, generator)
                for mine, generator in zip(each, generators, strict=True)
            ]
            value = torch.cat(drawn) if drawn else memory.scale
            last = torch.zeros_like(memory.last)
            last[:, 0], last[:, 1] = value / memory.scale, 1.0
            memory = memory._replace(state=state, last=last)
            found.append(value.view(rows, count))
        shape = (rows, count, 0)
        told = torch.stack(found, dim=2) if found else ahead.new_zeros(shape)
        return put_back(told, season) if self.season else told

    @override
    def along(self, windows: Windows, path: Tensor, *, seed: int) -> Forecast:
        windows = announced(windows)
        memory = self.begin(windows)
        history = self._history(windows, memory)
        with unwatched():  # gaps are filled before, so that one run reads all of it
            filled = self._sweep(history, memory).values
        base = base_of(path, season_after(windows.values, windows.seen, memory.season))
        ahead = future(path, base, memory, windows.ahead)
        told = end_to_end(history.told.with_values(filled), ahead.told)
        known = end_to_end(history.beside, ahead.beside)
        outputs = self._sweep(Moments(told, known.values), memory, told.values).outputs
        outputs = outputs[last_places(told, path.shape[1])]
        o = self.head(outputs) if torch.is_grad_enabled() else self.head.by_row(outputs)
        each = self._chances(o, memory.scale.repeat_interleave(path.shape[1]))
        mean = self.distribution.mean(each).view_as(path) + base
        chances, count = each.view(*path.shape, -1), self.settings.paths
        quantiles = quantiles_of(
            self.distribution, chances, self.levels, paths=count, seed=seed
        )
        return Forecast(quantiles + base[..., None], mean)

    # -- one sweep ---------------------------------------------------------------------

    def _history(self, windows: Windows, memory: Memory) -> Moments:
        beside = beside_of(windows, self.past)
        return self._moments(windows.values, windows.seen, beside, memory)

    def _moments(
        self, values: Ragged, seen: Tensor, beside: Tensor, memory: Memory
    ) -> Moments:
        """As they are read, from values and what is beside them, (tokens, ·)."""
        if self.season:
            values, seen = changes(values, seen, memory.season)
        by_scale = values.values / memory.scale[values.row_of_token] * seen
        past, known = beside.tensor_split([self.told - 2], dim=1)
        told = torch.cat([by_scale[:, None], seen[:, None], past], dim=1)
        return Moments(values.with_values(told), known)

    def _joined(
        self, windows: Windows, memory: Memory, targets: Tensor, there: Tensor
    ) -> Moments:
        """The history of each row and the moments after it, of known values."""
        values, seen, beside = joined(windows, self.past, targets, there)
        return self._moments(values, seen, beside, memory)

    def _sweep(
        self, moments: Moments, memory: Memory, filled: Tensor | None = None
    ) -> Swept:
        """Outputs of the layers, and the memory after the last moment of each row.

        All moments up to a row's first gap are one run, those after it up to the second
        the next: what is read for a gap is the mean that was expected there. Where the
        gaps are `filled` already (tokens, 2 + ·), all of them are one run.
        """
        told, row = moments.told, moments.told.row_of_token
        values = told.values.clone() if filled is None else filled
        parts = runs_of(told) if filled is None else [torch.arange(len(row))]
        state, outputs = memory.state, []
        for index in parts:
            x = seen("inputs", self._inputs(moments, memory, values, index))
            output, state = self.stack(x, state)
            outputs.append(output.values)
            at = index[values[index, 1] == 0]
            if len(at) and filled is None:
                before = output.values.detach()[values[index, 1] == 0]
                values[at, 0] = self._expected(before, memory.scale[row[at]])
        memory = memory._replace(state=state, last=last_of(told, values, memory.last))
        if len(parts) == 1:
            return Swept(outputs[0], memory, values)
        to = torch.cat(parts).argsort()
        return Swept(torch.cat(outputs)[to], memory, values)

    def _inputs(
        self, moments: Moments, memory: Memory, values: Tensor, index: Tensor
    ) -> Ragged:
        """What the layers read at the tokens `index` (chosen,), in rows."""
        row = moments.told.row_of_token[index]
        before = before_of(moments.told, memory, values, index)
        about = self.groups(memory.groups)[row]
        x = torch.cat([before, moments.known[index], about], dim=1)
        return Ragged(x, row.bincount(minlength=len(memory.scale)))

    def _step(self, memory: Memory, known: Tensor) -> tuple[Tensor, State]:
        """Outputs (rows, hidden) for the next moment of each row, and the states."""
        x = torch.cat([memory.last, known, self.groups(memory.groups)], dim=1)
        one = Ragged(x, torch.ones(len(x), dtype=torch.int64))
        output, state = self.stack(one, memory.state)
        return output.values, state

    def _chances(self, o: Tensor, scale: Tensor) -> Tensor:
        return self.distribution.parameters(o, torch.zeros_like(scale), scale)

    def _expected(self, outputs: Tensor, scale: Tensor) -> Tensor:
        """The mean of what comes next, by the scale, (rows,), without gradients."""
        parameters = self._chances(self.head.by_row(outputs), scale)
        return self.distribution.mean(parameters) / scale
