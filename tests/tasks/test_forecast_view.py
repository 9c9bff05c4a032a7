"""A forecaster looked into: its run, its fan, and what the steps are called."""

from typing import Any

import pytest
import torch

from tests.tasks.views import fitted
from unrolled.engine.watch import watching
from unrolled.series import Series
from unrolled.tasks._base import Example
from unrolled.tasks._seeing import View

SMALL: dict[str, Any] = {
    "model.hidden": 6,
    "model.group_width": 2,
    "model.segment": 3,
    "model.paths": 20,
    "model.levels": "0.1,0.25,0.5,0.75,0.9",
    "task.horizon": 5,
    "task.context": 12,
}
DIRECT, PATHS = {"model.kind": "direct"}, {"model.kind": "autoregressive"}
KINDS = pytest.mark.parametrize("kind", [DIRECT, PATHS], ids=["direct", "paths"])
WAVE = [20 + 3.0 * (n % 6) + n / 5 for n in range(40)]
NAMES = ["quantile 0.1", "quantile 0.25", "median"]
NAMES += ["quantile 0.75", "quantile 0.9", "mean"]


def of_months(values: Any, **changes: Any) -> Series:
    """A series of one channel, "sales", or of several; from January 1970 on."""
    numbers = torch.tensor(values, dtype=torch.float64)
    numbers = numbers[:, None] if numbers.dim() == 1 else numbers
    names = ("sales", "costs")[: numbers.shape[1]]
    return Series(**({"name": "", "values": numbers, "channels": names} | changes))


def looked_into(cell: Any, train: Any = WAVE, **settings: Any) -> tuple[Any, Any, View]:
    task, network = fitted("forecast", SMALL | settings, [(train,)])
    return task, network, task.view(network, Example(cell, None, "row 1"))


def check_axes(view: View) -> None:
    """Every axis has a label for each step that was run along it."""
    with watching() as watch:
        scores = view.run()
    [inputs] = watch.points["inputs"]
    assert len(view.axes[view.read]) == len(inputs.values)
    assert scores.shape == (len(view.axes[view.told]), len(view.names))
    for axis, passage in zip(view.along.values(), watch.passages, strict=True):
        assert len(view.axes[axis]) == len(passage.output.values)
    assert len(view.chosen) == len(scores)


@pytest.mark.parametrize("cell", ["elman", "gru", "lstm"])
@pytest.mark.parametrize("transform", ["none", "log"])
@pytest.mark.parametrize("distribution", ["quantiles", "gaussian", "student"])
def test_scores_of_a_direct_network_are_its_answer(cell, transform, distribution):
    chosen = {"model.cell": cell, "model.distribution": distribution}
    _, _, view = looked_into(WAVE[:17], **chosen, **{"task.transform": transform})
    with torch.no_grad():
        scores = view.run()
    [fan] = view.parts
    assert list(view.names) == NAMES
    assert scores[:, :-1].T.tolist() == list(view.answer["quantiles"].values())
    assert scores[:, -1].tolist() == fan["mean"]
    chosen = scores.gather(1, torch.tensor(view.chosen)[:, None])[:, 0]
    assert chosen.tolist() == view.answer["prediction"]
    assert view.run().requires_grad


@KINDS
def test_the_answer_is_the_answer(kind):
    task, network, view = looked_into(WAVE[:17], **kind)
    example = Example(WAVE[:17], None, "row 1")
    assert view.answer == task.answer(network, task.encode([example]))[0]


def test_intervals_are_widened_in_the_run_as_well():
    task, network, view = looked_into(WAVE[:17])
    with torch.no_grad():
        before = view.run()
        task.widening.widths = torch.full((2, 1, 1), 0.5)
        view = task.view(network, Example(WAVE[:17], None, "row 1"))
        after = view.run()
    assert after[:, :-1].T.tolist() == list(view.answer["quantiles"].values())
    assert ((after - before)[:, 0] < 0).all()
    assert torch.equal(after[:, 2], before[:, 2])


def test_an_autoregressive_network_is_run_along_the_median_of_its_paths():
    task, network, view = looked_into(WAVE[:17], **PATHS)
    batch = task.encode([Example(WAVE[:17], None, "row 1")])
    windows, forecaster = batch.windows(), network
    drawn = forecaster.forecast(windows, seed=0)
    with torch.no_grad():
        said = forecaster.along(windows, drawn.quantiles[..., 2], seed=0)
        scores = view.run()
    center, scale = batch.store.units[:2, 0, 0]
    assert torch.equal(scores[:, 5], said.mean[0].double() * scale + center)
    assert torch.equal(scores[:, :5], said.quantiles[0].double() * scale + center)


def test_steps_have_the_dates_of_what_is_read_and_told():
    year = of_months(WAVE[:8], times=torch.arange(8) * 86_400, step="86400 s")
    train = of_months(WAVE, times=torch.arange(40) * 86_400, step="86400 s")
    _, _, view = looked_into(year, train, **DIRECT)
    ahead = [f"1970-01-{day:02d}" for day in range(9, 14)]
    assert view.axes == {
        "segments": ["1970-01-01…02", "1970-01-03…05", "1970-01-06…08"],
        "places": ["1970-01-09…11", "1970-01-12…13"],
        "moments": ahead,
    }
    _, _, view = looked_into(year, train, **PATHS)
    assert view.axes["moments"] == view.answer["times"] == ahead
    before = [f"1970-01-{day:02d}" for day in range(1, 9)]
    told = [f"{day} (told)" for day in ahead[:-1]]
    assert view.axes["values"] == ["start", *before, *told]


@pytest.mark.parametrize(
    ("step", "first", "last"),
    [("1 month", "1970-01", "1970-12"), ("1 year", "1970", "1981")],
)
def test_months_and_years_are_called_without_their_first_day(step, first, last):
    days = [0, 31, 59, 90, 120, 151, 181, 212]
    if step == "1 year":
        days = [0, 365, 730, 1096, 1461, 1826, 2191, 2557]
    short = of_months(WAVE[:7], times=torch.tensor(days[:7]) * 86_400, step=step)
    _, _, view = looked_into(short, short, **PATHS)
    assert view.axes["values"][1] == first
    assert view.axes["moments"][-1] == last
    assert view.parts[0]["moments"][-1] == view.answer["times"][-1]


@KINDS
@pytest.mark.parametrize("moments", [0, 1, 2, 7, 12, 30])
def test_a_history_of_any_length_has_a_view(kind, moments):
    _, _, view = looked_into(WAVE[:moments], **kind)
    check_axes(view)
    [fan] = view.parts
    read = min(moments, 12)
    assert fan["history"] == WAVE[moments - read : moments]
    first = moments - read + 1
    assert fan["before"] == [str(n) for n in range(first, moments + 1)]
    assert fan["moments"] == [str(n) for n in range(moments + 1, moments + 6)]


@KINDS
def test_gaps_stay_gaps_in_the_picture_and_are_read(kind):
    _, _, view = looked_into([1.0, None, 3.0, None, None, 2.0], **kind)
    check_axes(view)
    assert view.parts[0]["history"] == [1.0, None, 3.0, None, None, 2.0]
    assert view.run().isfinite().all()


@KINDS
def test_of_several_channels_the_first_is_run_and_each_has_its_fan(kind):
    pairs = [[value, 100 - value] for value in WAVE]
    _, _, view = looked_into(of_months(pairs[:9]), of_months(pairs), **kind)
    check_axes(view)
    assert view.unit == "sales"
    assert [fan["title"] for fan in view.parts] == ["sales", "costs"]
    for fan in view.parts:
        assert fan["kind"] == "fan"
        assert fan["quantiles"] == view.answer["quantiles"][fan["title"]]
    assert view.parts[1]["history"] == [100 - value for value in WAVE[:9]]


def test_the_run_of_one_channel_of_several_is_that_of_its_answer():
    pairs = [[value, 100 - value] for value in WAVE]
    task, network = fitted("forecast", SMALL, [(of_months(pairs),)])
    task.widening.widths = torch.tensor([[[0.1], [0.9]], [[0.2], [0.8]]])
    view = task.view(network, Example(of_months(pairs[:9]), None, "row 1"))
    with torch.no_grad():
        found = view.run()[:, :-1].T.tolist()
    assert found == list(view.answer["quantiles"]["sales"].values())


@KINDS
def test_covariates_and_groups_are_read(kind):
    beside = torch.arange(45.0, dtype=torch.float64)[:, None]
    whole = of_months(WAVE, past=beside[:40].sin(), known=beside.cos(), static=("a",))
    short = of_months(
        WAVE[:9], past=beside[:9].sin(), known=beside[:14].cos(), static=("a",)
    )
    _, _, view = looked_into(short, whole, **kind)
    check_axes(view)
    other = of_months(
        WAVE[:9], past=beside[:9].cos(), known=beside[:14].cos(), static=("a",)
    )
    _, _, changed = looked_into(other, whole, **kind)
    assert not torch.equal(view.run(), changed.run())


@KINDS
def test_counts_and_a_season_have_a_view(kind):
    counts = [float(round(value)) for value in WAVE]
    chosen = kind | {"model.distribution": "negative_binomial", "task.season": 6}
    _, _, view = looked_into(counts[:9], counts, **chosen, **{"task.scale": "none"})
    check_axes(view)
    _, _, view = looked_into(WAVE[:9], **kind, **{"model.season": 6})
    check_axes(view)
    assert view.run().isfinite().all()


@KINDS
def test_the_means_to_come_have_gradients_by_the_history(kind):
    _, _, view = looked_into(WAVE[:9], **kind)
    leaves: list[Any] = []

    def leaf(x: Any) -> Any:
        leaves.append(x.values.detach().requires_grad_())
        return x.with_values(leaves[-1])

    with watching(change={"history": leaf}):
        view.run()[-1, -1].backward()
    assert leaves[0].grad.shape == (9,)
    assert (leaves[0].grad != 0).all()
