"""The autoregressive forecaster: a plain loop, gaps, memory, paths, company."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from tests.harness import needs_native
from tests.models.forecasts import (
    DISTRIBUTIONS,
    LENGTHS,
    SHAPE,
    check_gradients,
    gru,
    settings,
    single,
    targets,
    windows,
)
from unrolled.engine.watch import watching
from unrolled.models.autoregressive_forecaster import AutoregressiveForecaster
from unrolled.models.autoregressive_memory import Memory, put_back
from unrolled.models.distributions import AbstractDistribution
from unrolled.models.linear_layer import Linear
from unrolled.models.windows import Windows, WindowShape
from unrolled.ragged import Ragged

BY_DISTRIBUTION = pytest.mark.parametrize("distribution", DISTRIBUTIONS)
PAST = SHAPE.covariates - SHAPE.ahead


def network(**changes) -> AutoregressiveForecaster:
    torch.manual_seed(0)
    shape = changes.pop("shape", SHAPE)
    return AutoregressiveForecaster(shape, settings(**changes))


# -- against a plain loop ------------------------------------------------------------


def plain_loss(
    net: AutoregressiveForecaster, given: Windows, row: int, true: Tensor, there: Tensor
) -> Tensor:
    """The loss of one row, moment by moment."""
    weights, layers = dict(net.stack.named_parameters()), net.settings.layers
    start, end = given.values.offsets[row : row + 2].tolist()
    season = net.season
    seen = torch.cat([given.seen[start:end], there])
    values = torch.cat([given.values.values[start:end], true])
    history = end - start
    if season:
        for t in reversed(range(len(seen))):
            known = seen[t] * seen[t - season] if t >= season else 0.0
            values[t] = (values[t] - values[t - season]) * known if known else 0.0
            seen[t] = known
    sizes = [abs(v) for v, s in zip(values[:history], seen, strict=False) if s]
    scale = 1 + sum(sizes) / max(len(sizes), 1) * torch.ones(1).double()
    past = torch.zeros(len(seen), PAST + 1).double()
    past[: end - start, :PAST] = given.covariates[start:end, :PAST]
    past[: end - start, PAST] = 1.0
    known = torch.cat([given.covariates[start:end, PAST:], given.ahead[row]])
    about = sum(
        vectors.mean(0) if number == 0 else vectors[number - 1]
        for vectors, number in zip(
            net.groups.vectors, given.groups[row].tolist(), strict=True
        )
    )
    h = [torch.zeros(net.settings.hidden).double() for _ in range(layers)]
    before = torch.zeros(2 + PAST + 1).double()
    losses = []
    for moment in range(len(seen)):
        x = torch.cat([before, known[moment], about])
        for layer in range(layers):
            x = h[layer] = gru(weights, layer, x, h[layer])
        o = (net.head.weight @ x + net.head.bias)[None]
        told = net.distribution.parameters(o, torch.zeros_like(scale), scale)
        if seen[moment]:
            losses.append(net.distribution.loss(told, values[moment : moment + 1]))
            value = values[moment] / scale
        else:
            value = net.distribution.mean(told).detach() / scale
        before = torch.cat([value, seen[moment : moment + 1], past[moment]])
    return torch.cat(losses).mean() if losses else torch.zeros(()).double()


@pytest.mark.parametrize(("layers", "season"), [(1, 0), (2, 0), (1, 2)])
@BY_DISTRIBUTION
def test_losses_and_every_gradient_are_those_of_a_plain_loop(
    distribution, layers, season
):
    counts = distribution == "negative_binomial"
    net = network(distribution=distribution, layers=layers, season=season).double()
    given, (true, there) = windows(gaps=0.3, counts=counts), targets(5, counts=counts)
    weighing = torch.arange(1.0, 6.0).double()
    found = net.loss(given, true, there)
    (found @ weighing).backward()
    gradients = {name: p.grad for name, p in net.named_parameters()}
    net.zero_grad()
    losses = torch.stack(
        [plain_loss(net, given, row, true[row], there[row]) for row in range(5)]
    )
    (losses @ weighing).backward()
    assert_close(found, losses)
    for name, weight in net.named_parameters():
        mine = gradients[name]
        assert_close(mine, weight.grad, msg=lambda m, name=name: f"{name}: {m}")
        assert weight.grad.any(), name


def test_what_was_not_measured_is_never_read_nor_asked():
    net, (true, there) = network().double(), targets(5)
    given = windows(gaps=0.4)
    other = Windows(
        values=given.values.map(lambda v: torch.where(given.seen > 0, v, 7.0)),
        seen=given.seen,
        covariates=given.covariates,
        ahead=given.ahead,
        groups=given.groups,
    )
    changed = torch.where(there > 0, true, math.nan)
    assert_close(net.loss(given, true, there), net.loss(other, changed, there))


def test_a_row_of_nothing_at_all_loses_nothing():
    net = network().double()
    true, there = (torch.zeros(1, SHAPE.horizon).double() for _ in range(2))
    assert net.loss(windows((0,)), true, there).tolist() == [0.0]


# -- memory --------------------------------------------------------------------------


def without(given: Windows, last: int) -> Windows:
    """Each window but its last moments."""
    keep = [torch.arange(a, b - last) for a, b in _ends(given)]
    index = torch.cat(keep)
    return Windows(
        values=Ragged(given.values.values[index], given.values.lengths - last),
        seen=given.seen[index],
        covariates=given.covariates[index],
        ahead=given.ahead,
        groups=given.groups,
    )


def _ends(given: Windows) -> list[tuple[int, int]]:
    offsets = given.values.offsets.tolist()
    return list(pairwise(offsets))


def assert_same(one: Memory, other: Memory) -> None:
    for mine, its in zip(one.state, other.state, strict=True):
        assert torch.equal(mine, its)
    assert torch.equal(one.last, other.last)
    seen = one.season[..., 1]
    assert torch.equal(seen, other.season[..., 1])
    assert torch.equal(one.season[..., 0] * seen, other.season[..., 0] * seen)


@needs_native
@BY_DISTRIBUTION
@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("season", [0, 2, 5])
def test_what_is_observed_bit_by_bit_equals_the_whole(distribution, cell, season):
    chosen = {"distribution": distribution, "cell": cell, "season": season}
    net = network(layers=2, **chosen).eval()
    counts = distribution == "negative_binomial"
    given = single(windows((7, 4, 12, 3), gaps=0.3, counts=counts))
    begun = net.begin(given)
    whole = net.read(given, begun)
    memory = net.read(without(given, 3), begun)
    for back in (3, 2, 1):
        at = torch.tensor([end - back for _, end in _ends(given)])
        value = given.values.values[at].masked_fill(given.seen[at] == 0, math.nan)
        memory = net.observe(memory, value, given.covariates[at])
    assert_same(memory, whole)
    told = net.forecast_from(memory, given.ahead, seed=1)
    at_once = net.forecast_from(whole, given.ahead, seed=1)
    assert torch.equal(told.quantiles, at_once.quantiles)


def test_an_empty_window_leaves_the_memory_as_it_was():
    net = network().eval()
    memory = net.read(single(windows((4, 6))))
    assert_same(net.read(single(windows((0, 0))), memory), memory)


# -- paths ---------------------------------------------------------------------------


@needs_native
@BY_DISTRIBUTION
@pytest.mark.parametrize(("threads", "season"), [(1, 0), (2, 0), (1, 3)])
def test_a_row_has_the_bits_that_it_has_alone(distribution, threads, season):
    net = network(distribution=distribution, layers=2, season=season).eval()
    counts = distribution == "negative_binomial"
    given = single(windows(gaps=0.2, counts=counts))
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        together = net.forecast(given, seed=3)
    finally:
        torch.set_num_threads(before)
    for row in range(len(LENGTHS)):
        alone = net.forecast(given.gather([row]), seed=3)
        assert torch.equal(alone.quantiles[0], together.quantiles[row])
        assert torch.equal(alone.mean[0], together.mean[row])


def test_rows_beyond_a_block_have_the_bits_that_they_have_alone(monkeypatch):
    monkeypatch.setattr("unrolled.models.autoregressive_forecaster.ROWS", 2)
    net, given = network().eval(), single(windows())
    told = net.forecast(given, seed=3)
    monkeypatch.undo()
    assert_close(net.forecast(given, seed=3).quantiles, told.quantiles)


@BY_DISTRIBUTION
@pytest.mark.parametrize("lengths", [LENGTHS, (0,), (1,), (), (0, 0)])
@pytest.mark.parametrize("season", [0, 3, 20])
def test_any_lengths_give_finite_rising_quantiles(distribution, lengths, season):
    net = network(distribution=distribution, season=season).eval()
    counts = distribution == "negative_binomial"
    given = single(windows(lengths, gaps=0.3, counts=counts))
    told = net.forecast(given, seed=0)
    assert told.quantiles.shape == (len(lengths), SHAPE.horizon, 3)
    assert told.mean.shape == (len(lengths), SHAPE.horizon)
    assert told.quantiles.isfinite().all()
    assert (told.quantiles.diff(dim=2) >= 0).all()


def test_another_seed_draws_other_paths():
    net, given = network(distribution="gaussian").eval(), single(windows())
    one, same, other = (net.forecast(given, seed=s).quantiles for s in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_paths_are_drawn_from_what_was_drawn_before():
    """A network that repeats its last value, with chance: a random walk."""
    shape = WindowShape(horizon=30)
    net = network(
        shape=shape, distribution="gaussian", cell="elman", hidden=1, paths=3000
    )
    weights = dict(net.named_parameters())
    small = 0.01  # tanh is a straight line there
    for weight in weights.values():
        weight.data.zero_()
    weights["stack.weight_ih_l0"].data[0, 0] = small
    weights["head.weight"].data[0, 0] = 1 / small
    weights["head.bias"].data[1] = math.log(math.expm1(0.1))  # σ = 0.1 · scale
    none = torch.zeros(1, 0)
    given = Windows(
        values=Ragged(torch.ones(1), torch.ones(1)),
        seen=torch.ones(1),
        covariates=none,
        ahead=torch.zeros(1, 30, 0),
        groups=torch.zeros(1, 0, dtype=torch.int64),
    )
    paths = net.eval().paths(net.read(given), given.ahead, seed=0)[0]
    steps = torch.arange(1, 31).sqrt()
    assert_close(paths.std(0) / (0.2 * steps), torch.ones(30), atol=0.1, rtol=0)
    assert_close(paths.mean(0), torch.ones(30), atol=0.1, rtol=0)


def test_counts_stay_counts():
    net = network(distribution="negative_binomial").eval()
    given = single(windows(counts=True))
    paths = net.paths(net.read(given), given.ahead, seed=0)
    assert torch.equal(paths, paths.round())
    assert (paths >= 0).all()


def test_paths_of_changes_are_added_to_the_last_season():
    net = network(
        shape=WindowShape(horizon=5), distribution="gaussian", season=3, paths=2
    )
    for weight in net.parameters():
        weight.data.zero_()
    net.head.bias.data[:] = torch.tensor([1.0, -100.0])  # one scale more each season
    values = torch.tensor([1.0, 5.0, 2.0, 2.0, 6.0, 4.0])
    given = Windows(
        values=Ragged(values, torch.tensor([6])),
        seen=torch.ones(6),
        covariates=torch.zeros(6, 0),
        ahead=torch.zeros(1, 5, 0),
        groups=torch.zeros(1, 0, dtype=torch.int64),
    )
    scale = 1 + (1 + 1 + 2) / 3
    told = net.eval().forecast(given, seed=0).mean[0]
    wanted = torch.tensor([2.0, 6, 4, 2, 6]) + scale * torch.tensor([1.0, 1, 1, 2, 2])
    assert_close(told, wanted, atol=1e-4, rtol=0)


def test_a_gap_in_the_last_season_is_the_last_value_seen_in_it():
    season = torch.tensor([[[4.0, 1], [0, 0], [7, 1]], [[9, 0], [0, 0], [0, 0]]])
    found = put_back(torch.zeros(2, 1, 4), season)
    assert found[:, 0].tolist() == [[4, 7, 7, 4], [0, 0, 0, 0]]


# -- one run along a path ------------------------------------------------------------


class Certain(AbstractDistribution):
    """One number and no doubt: every path that is drawn is the same."""

    width = 1

    def parameters(self, o: Tensor, base: Tensor, scale: Tensor) -> Tensor:
        return base[:, None] + scale[:, None] * o

    def loss(self, parameters: Tensor, y: Tensor) -> Tensor:
        return (y - parameters[:, 0]).abs()

    def mean(self, parameters: Tensor) -> Tensor:
        return parameters[:, 0]

    def draw(self, parameters: Tensor, generator: torch.Generator) -> Tensor:
        del generator  # nothing is left to chance
        return parameters[:, 0]


def certain(**changes) -> AutoregressiveForecaster:
    net = network(paths=1, **changes).eval()
    net.distribution, net.head = Certain(), Linear(net.settings.hidden, 1)
    return net


@pytest.mark.parametrize("gaps", [0.0, 0.4])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
def test_along_its_own_path_each_moment_is_told_as_it_was_drawn(cell, layers, gaps):
    net, given = certain(cell=cell, layers=layers), single(windows(gaps=gaps))
    wanted = net.forecast(given, seed=0).mean
    with torch.no_grad():
        found = net.along(given, wanted, seed=0)
    assert torch.equal(found.mean, wanted)
    assert torch.equal(found.quantiles, wanted[..., None].expand(-1, -1, 3))


@pytest.mark.parametrize("gaps", [0.0, 0.4])
def test_along_its_own_path_a_season_is_put_back(gaps):
    net, given = certain(season=2).double(), windows(gaps=gaps)
    wanted = net.forecast(given, seed=0).mean
    with torch.no_grad():
        assert_close(net.along(given, wanted, seed=0).mean, wanted)


def test_a_run_along_what_came_is_the_run_that_trains():
    net, given = network(layers=2).eval(), single(windows((7, 12, 3)))
    true = targets(3)[0].float()
    with watching() as trained:
        net.loss(given, true, torch.ones_like(true))
    with watching() as watch:
        net.along(given, true, seed=0)
    assert len(watch.passages) == len(trained.passages) == 2
    for one, other in zip(watch.passages, trained.passages, strict=True):
        assert torch.equal(one.inputs.values, other.inputs.values)
        assert torch.equal(one.output.values, other.output.values)


@pytest.mark.parametrize("distribution", ["gaussian", "student", "quantiles"])
def test_a_mean_to_come_has_the_gradient_of_each_value_of_the_past(distribution):
    net = network(distribution=distribution).double().eval()
    given, path = windows((6, 1), gaps=0.3), targets(2)[0]

    def mean_of(values: Tensor) -> Tensor:
        with watching(change={"history": lambda x: x.with_values(values)}):
            return net.along(given, path, seed=0).mean

    check_gradients(mean_of, given)


def test_a_gap_is_filled_before_so_that_a_layer_runs_once():
    net, given = network(layers=2).eval(), single(windows((9,), gaps=0.5))
    assert given.seen.sum() < 8
    with watching() as watch:
        net.along(given, targets(1)[0].float(), seed=0)
    assert [len(passage.output.values) for passage in watch.passages] == [14, 14]
    assert [len(x.values) for x in watch.points["inputs"]] == [14]
