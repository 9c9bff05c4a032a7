"""The direct forecaster: against a plain loop, gaps, lengths, seasons, company."""

import math

import pytest
import torch
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
from unrolled.models.forecaster_settings import ForecasterSettings
from unrolled.models.segment_forecaster import SegmentForecaster, cut
from unrolled.models.windows import Windows, WindowShape
from unrolled.ragged import Ragged

BY_DISTRIBUTION = pytest.mark.parametrize("distribution", DISTRIBUTIONS)


def network(**changes) -> SegmentForecaster:
    torch.manual_seed(0)
    return SegmentForecaster(SHAPE, settings(**changes))


def is_of_counts(distribution: str) -> bool:
    return distribution == "negative_binomial"


# -- against a plain loop ------------------------------------------------------------


def plainly(net: SegmentForecaster, given: Windows, row: int) -> torch.Tensor:
    """What the last product says of one row, (horizon, width): moment by moment."""
    weights, size = dict(net.stack.named_parameters()), net.segment
    start, end = given.values.offsets[row : row + 2].tolist()
    seen = given.seen[start:end]
    values = given.values.values[start:end]
    known = [i for i in range(len(seen)) if seen[i]]
    last = values[known[-1]] if known else 0.0
    scale = 1.0
    if net.settings.window_scale:
        spread = values[known].var(correction=0) if known else 0.0
        scale = (spread + 0.1**2) ** 0.5
    tokens = torch.cat(
        [
            ((values - last) * seen / scale)[:, None],
            seen[:, None],
            given.covariates[start:end],
        ],
        dim=1,
    )
    while len(tokens) % size:
        tokens = torch.cat([torch.zeros_like(tokens[:1]), tokens])
    h = [torch.zeros(net.settings.hidden).double() for _ in range(net.settings.layers)]
    for first in range(0, len(tokens), size):
        part = tokens[first : first + size].flatten()
        x = torch.relu(net.reads.weight @ part + net.reads.bias)
        for layer in range(net.settings.layers):
            x = h[layer] = gru(weights, layer, x, h[layer])
    said = []
    for place in range(net.places):
        ahead = torch.zeros(size, SHAPE.ahead).double()
        mine = given.ahead[row, place * size : (place + 1) * size]
        ahead[: len(mine)] = mine
        about = sum(
            vectors.mean(0) if number == 0 else vectors[number - 1]
            for vectors, number in zip(
                net.groups.vectors, given.groups[row].tolist(), strict=True
            )
        )
        x = net.place[place] + net.beside.weight @ torch.cat([about, ahead.flatten()])
        for layer in range(net.settings.layers):
            x = gru(weights, layer, x, h[layer])
        said.append((net.head.weight @ x + net.head.bias).view(size, -1))
    base = torch.full((SHAPE.horizon,), float(last), dtype=torch.float64)
    o = torch.cat(said)[: SHAPE.horizon]
    return net.distribution.parameters(o, base, torch.ones_like(base) * scale)


@pytest.mark.parametrize(("layers", "scaled"), [(1, False), (2, True)])
@pytest.mark.parametrize("distribution", ["quantiles", "gaussian", "student"])
def test_losses_and_every_gradient_are_those_of_a_plain_loop(
    distribution, layers, scaled
):
    chosen = {"distribution": distribution, "window_scale": scaled}
    net = network(layers=layers, **chosen).double()
    given, (true, there) = windows(gaps=0.3), targets(len(LENGTHS))
    weighing = torch.arange(1.0, 6.0).double()
    (net.loss(given, true, there) @ weighing).backward()
    found = {name: p.grad for name, p in net.named_parameters()}
    net.zero_grad()
    losses = []
    for row in range(len(LENGTHS)):
        each = net.distribution.loss(plainly(net, given, row), true[row])
        losses.append((each * there[row]).sum() / there[row].sum())
    (torch.stack(losses) @ weighing).backward()
    assert_close(net.loss(given, true, there), torch.stack(losses))
    for name, weight in net.named_parameters():
        assert_close(found[name], weight.grad, msg=lambda m, name=name: f"{name}: {m}")
        assert weight.grad.any(), name


# -- what goes in, what comes out ----------------------------------------------------


def test_segments_are_cut_from_the_end_backwards():
    rows = Ragged(torch.arange(1.0, 9.0)[:, None], torch.tensor([5, 0, 3]))
    found = cut(rows, 3)
    assert found.lengths.tolist() == [2, 0, 1]
    assert found.values.tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


@BY_DISTRIBUTION
@pytest.mark.parametrize("season", [0, 4])
@pytest.mark.parametrize("window_scale", [False, True])
@pytest.mark.parametrize("lengths", [LENGTHS, (0,), (1,), (), (0, 0)])
def test_any_lengths_give_finite_rising_quantiles(
    distribution, season, window_scale, lengths
):
    net = network(distribution=distribution, season=season, window_scale=window_scale)
    counts = is_of_counts(distribution)
    given = single(windows(lengths, gaps=0.3, counts=counts))
    told = net.eval().forecast(given, seed=0)
    assert told.quantiles.shape == (len(lengths), SHAPE.horizon, 3)
    assert told.mean.shape == (len(lengths), SHAPE.horizon)
    assert told.quantiles.isfinite().all()
    assert told.mean.isfinite().all()
    assert (told.quantiles.diff(dim=2) >= 0).all()
    true, there = (one.float() for one in targets(max(len(lengths), 1), counts=counts))
    rows = slice(len(lengths))
    assert net.loss(given, true[rows], there[rows]).isfinite().all()


def test_what_was_not_measured_is_never_read_nor_asked():
    net, (true, there) = network().double(), targets(len(LENGTHS))
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


def test_calling_the_network_is_its_loss():
    net, (true, there) = network().double(), targets(len(LENGTHS))
    called = net(windows(), true, there)
    assert torch.equal(called, net.loss(windows(), true, there))


def test_a_row_without_targets_loses_nothing():
    net, (true, there) = network().double(), targets(len(LENGTHS))
    there[3] = 0
    loss = net.loss(windows(), true, there)
    assert loss[3] == 0
    assert (loss[[0, 1, 2, 4]] > 0).all()


def test_a_series_that_lies_higher_is_forecast_as_much_higher():
    """The last value is taken off and put on again."""
    net, given = network().double(), windows((6, 4))
    higher = Windows(
        values=given.values.map(lambda v: v + 100),
        seen=given.seen,
        covariates=given.covariates,
        ahead=given.ahead,
        groups=given.groups,
    )
    assert_close(
        net.forecast(higher, seed=0).mean, net.forecast(given, seed=0).mean + 100
    )


def test_a_network_that_says_nothing_repeats_the_last_season():
    shape = WindowShape(horizon=5)
    net = SegmentForecaster(shape, settings(distribution="gaussian", season=3))
    for weight in net.parameters():
        weight.data.zero_()
    given = windows((7,), shape=shape)
    a, b, c = given.values.values[-3:].tolist()
    told = net.double().forecast(given, seed=0)
    assert told.mean[0].tolist() == [a, b, c, a, b]


@needs_native
@BY_DISTRIBUTION
@pytest.mark.parametrize("season", [0, 4])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_row_has_the_bits_that_it_has_alone(distribution, season, threads):
    net = network(distribution=distribution, season=season, layers=2).eval()
    given = single(windows(gaps=0.2, counts=is_of_counts(distribution)))
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


def test_a_simple_rule_is_learned():
    """The next values of a straight line, whatever its slope and its height."""
    shape = WindowShape(horizon=4)
    chosen = ForecasterSettings(
        hidden=16, segment=4, dropout=0.0, levels="0.1,0.5,0.9", group_width=0
    )
    torch.manual_seed(0)
    net = SegmentForecaster(shape, chosen)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)

    def lines(seed):
        slopes = torch.randn(64, 1, generator=torch.Generator().manual_seed(seed))
        all_ = slopes * torch.arange(16) + 3 * slopes.flip(0)
        values = all_[:, :12].flatten()
        given = Windows(
            values=Ragged(values, torch.full((64,), 12)),
            seen=torch.ones_like(values),
            covariates=values.new_zeros(len(values), 0),
            ahead=values.new_zeros(64, 4, 0),
            groups=torch.zeros(64, 0, dtype=torch.int64),
        )
        return given, all_[:, 12:]

    for step in range(60):
        given, true = lines(step)
        optimizer.zero_grad()
        net.loss(given, true, torch.ones_like(true)).mean().backward()
        optimizer.step()
    given, true = lines(1000)
    missed = (net.eval().forecast(given, seed=0).mean - true).abs().mean()
    still = (given.values.values.view(64, 12)[:, -1:] - true).abs().mean()
    assert missed < 0.2 * still


# -- one run that is looked into -----------------------------------------------------


@BY_DISTRIBUTION
def test_one_run_says_what_the_forecast_says(distribution):
    counts = is_of_counts(distribution)
    net = network(distribution=distribution).eval()
    given, path = single(windows(counts=counts)), torch.zeros(5, 5)
    wanted = net.forecast(given, seed=3)
    with torch.no_grad():
        found = net.along(given, path, seed=3)
    assert torch.equal(found.mean, wanted.mean)
    assert torch.equal(found.quantiles, wanted.quantiles)
    assert net.along(given, path, seed=3).mean.requires_grad


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("season", [0, 2])
def test_a_mean_to_come_has_the_gradient_of_each_value_of_the_past(
    distribution, season
):
    counts = is_of_counts(distribution)
    net = network(distribution=distribution, season=season).double().eval()
    given, path = windows((6, 4), gaps=0.3, counts=counts), torch.zeros(2, 5)

    def mean_of(values: torch.Tensor) -> torch.Tensor:
        with watching(change={"history": lambda x: x.with_values(values)}):
            return net.along(given, path.double(), seed=0).mean

    check_gradients(mean_of, given)


def test_layers_are_run_over_segments_and_then_over_places():
    net, given = network(layers=2).eval(), single(windows((7,)))
    with watching() as watch:
        net.along(given, torch.zeros(1, 5), seed=0)
    assert [len(p.output.values) for p in watch.passages] == [3, 3, 2, 2]
    assert [len(x.values) for x in watch.points["inputs"]] == [3]
    assert [len(x.values) for x in watch.points["written"]] == [2]
    with watching(change={"inputs": lambda x: x.map(torch.zeros_like)}):
        silent = net.along(given, torch.zeros(1, 5), seed=0)
    assert not torch.equal(silent.mean, net.along(given, given.ahead, seed=0).mean)
