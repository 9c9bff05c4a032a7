"""Forecast: from tables to forecasts in the user's units, cut by time, followed on."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

import unrolled
from unrolled.errors import BrokenModelError, SettingError, UnreadableDataError
from unrolled.series import Series
from unrolled.training.model import Model

QUICK: dict[str, Any] = {
    "model.hidden": 8,
    "model.group_width": 2,
    "model.segment": 3,
    "model.paths": 20,
    "training.epochs": 2,
    "training.threads": 1,
    "task.horizon": 4,
    "task.context": 8,
    "task.season": 6,
    "task.windows": 64,
}


def months(count: int, first: int = 0) -> list[str]:
    return [f"{2000 + n // 12}-{n % 12 + 1:02d}" for n in range(first, first + count)]


def wave(moment: int) -> float:
    return round(50 + moment / 4 + 10 * math.sin(math.pi * moment / 3), 3)


def monthly(path: Path, count: int, *, scale: float = 1.0, first: int = 0) -> Path:
    rows = zip(months(count, first), range(first, first + count), strict=True)
    lines = [f"{month},{scale * wave(at)}" for month, at in rows]
    path.write_text("\n".join(["month,sales", *lines, ""]), encoding="utf-8")
    return path


def quick(path: Path, **settings: Any) -> Model:
    changed = {name.replace("__", "."): value for name, value in settings.items()}
    return unrolled.train("forecast", path, settings=QUICK | changed)


def said(path: Path, **settings: Any) -> list[str]:
    notes: list[str] = []
    changed = {name.replace("__", "."): value for name, value in settings.items()}
    unrolled.train(
        "forecast",
        path,
        settings=QUICK | changed,
        listeners=(lambda e: notes.append(e.get("text", "")),),
    )
    return notes


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("monthly")
    path = monthly(made / "sales.csv", 60)
    unrolled.train("forecast", path, out=made / "model", settings=QUICK)
    return made / "model"


@pytest.fixture(scope="module")
def model(folder) -> Model:
    return unrolled.load(folder)


@pytest.fixture(scope="module")
def paths_model(tmp_path_factory) -> Model:
    """An autoregressive one."""
    path = monthly(tmp_path_factory.mktemp("paths") / "sales.csv", 60)
    return quick(path, model__kind="autoregressive", model__distribution="gaussian")


# -- parts by time -------------------------------------------------------------------


def test_what_comes_later_changes_nothing_of_what_was_learned(tmp_path):
    parts = {"task__valid": 6, "task__test": 6}
    path = monthly(tmp_path / "sales.csv", 60)
    before = quick(path, **parts)
    lines = path.read_text("utf-8").splitlines()
    changed = [*lines[:-6], *[f"{line.split(',')[0]},9999" for line in lines[-6:]]]
    path.write_text("\n".join(changed), encoding="utf-8")
    after = quick(path, **parts)
    mine, theirs = before.network.state_dict(), after.network.state_dict()
    assert all(torch.equal(theirs[name], one) for name, one in mine.items())
    assert after.metrics["metrics"]["mae"] > 1000 > before.metrics["metrics"]["mae"]


def test_the_last_part_is_scored_and_all_forecasts_count(tmp_path):
    model = quick(monthly(tmp_path / "sales.csv", 60), task__valid=6, task__test=10)
    assert model.metrics["on"] == "test"
    assert model.metrics["metrics"]["values"] == 7 * 4  # 10 − 4 + 1 origins
    names = set(model.metrics["baseline"])
    assert names == {"naive", "seasonal naive", "linear autoregression"}


def test_a_file_is_scored_from_where_training_ended(model, tmp_path):
    longer = monthly(tmp_path / "longer.csv", 70)
    assert model.evaluate(longer)["metrics"]["values"] == 7 * 4


def test_seasonal_naive_is_right_about_a_wave_without_a_trend(tmp_path):
    rows = [
        {"series": [wave(t) - t / 4 for t in range(first, first + 48)]}
        for first in (0, 1)
    ]
    path = tmp_path / "waves.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    baseline = quick(path).metrics["baseline"]
    assert baseline["seasonal naive"]["mae"] < 0.01 < baseline["naive"]["mae"]


# -- answers in the user's units -----------------------------------------------------


def test_a_table_is_answered_with_the_moments_after_its_last(model, tmp_path):
    [row] = model.read(monthly(tmp_path / "sales.csv", 60)).examples
    [answer] = model.predict([row.input])
    assert answer["times"] == ["2005-01-01", "2005-02-01", "2005-03-01", "2005-04-01"]
    assert answer["prediction"] == answer["quantiles"]["0.5"]
    levels = sorted(answer["quantiles"], key=float)
    for at in range(4):
        told = [answer["quantiles"][level][at] for level in levels]
        assert told == sorted(told)
    assert all(20 < number < 120 for number in answer["prediction"])
    assert model.task.text(answer).count(" ") == 3


def test_a_series_in_other_units_has_the_same_future_in_those_units(tmp_path):
    path = monthly(tmp_path / "sales.csv", 60)
    model = quick(path, task__transform="none")
    [row] = model.read(path).examples
    plain = Series(
        name="another",
        values=row.input.values,
        channels=row.input.channels,
        times=row.input.times,
        step=row.input.step,
    )
    large = Series(**{**vars(plain), "values": 1024 * plain.values})
    [one], [other] = model.predict([plain]), model.predict([large])
    assert other["prediction"] == pytest.approx(
        [1024 * number for number in one["prediction"]], rel=1e-5
    )


def test_growth_by_a_factor_is_forecast_in_logarithms(tmp_path):
    path = tmp_path / "grows.csv"
    values = [
        math.exp(n / 20) * (1 + 0.3 * math.sin(math.pi * n / 3)) for n in range(60)
    ]
    lines = [f"{m},{v}" for m, v in zip(months(60), values, strict=True)]
    path.write_text("\n".join(["month,sales", *lines]), encoding="utf-8")
    assert quick(path).settings["task"].transform == "log"
    assert quick(monthly(path, 60)).settings["task"].transform == "none"


def test_several_channels_are_told_by_name(tmp_path):
    path = tmp_path / "two.csv"
    lines = [f"{m},{wave(n)},{-2 * wave(n)}" for n, m in enumerate(months(60))]
    path.write_text("\n".join(["month,up,down", *lines]), encoding="utf-8")
    model = quick(path)
    [row] = model.read(path).examples
    [answer] = model.predict([row.input])
    assert list(answer["prediction"]) == ["up", "down"]
    assert all(number > 0 for number in answer["prediction"]["up"])
    assert all(number < 0 for number in answer["prediction"]["down"])
    assert model.task.text(answer).startswith("up: ")


def test_series_of_unequal_length_have_the_answers_they_have_alone(
    paths_model, tmp_path
):
    long = paths_model.read(monthly(tmp_path / "a.csv", 60)).examples[0].input
    short = paths_model.read(monthly(tmp_path / "b.csv", 5)).examples[0].input
    together = paths_model.predict([long, short, long])
    assert together == [paths_model.predict([one])[0] for one in (long, short, long)]


def test_a_page_shows_the_answers_of_a_table(model, tmp_path):
    [row] = model.read(monthly(tmp_path / "sales.csv", 60)).examples
    page = model.page([row.input], model.predict([row.input]))
    assert page.startswith("<!doctype html>") and "<svg" in page
    assert "<script" not in page


# -- a series that goes on -----------------------------------------------------------


@pytest.mark.parametrize("which", ["model", "paths_model"])
def test_followed_value_by_value_it_forecasts_as_if_given_whole(
    which, request, tmp_path
):
    asked = request.getfixturevalue(which)
    whole = asked.read(monthly(tmp_path / "sales.csv", 66)).examples[0].input
    going = asked.follow(whole.until(60))
    start = asked.follow(whole.until(60))
    for value in whole.values[60:].flatten().tolist():
        going.observe([value])
    found = going.forecast()
    assert found["times"][0] == "2005-07-01"
    assert found["prediction"] != start.forecast()["prediction"]
    if which == "model":  # a direct one reads its last moments again
        assert found == {
            k: v for k, v in asked.predict([whole])[0].items() if k != "input"
        }
        return
    # An autoregressive one has read what it began with, and all that came.
    network, task = asked.network, asked.task
    batch = task.encode([example(whole)])
    longer = torch.tensor([min(60, 8) + 6])
    all_of_it = type(batch).of(batch.store, batch.series, batch.origins, context=14)
    assert torch.equal(all_of_it.moments, longer)
    windows = all_of_it.windows()
    first = task.encode([example(whole.until(60))]).windows()
    memory = network.begin(first)
    read = network.read(windows, memory)
    direct = network.forecast_from(read, windows.ahead, seed=0)
    told = task.forecasting(network).told(direct, batch)
    middle = network.levels.index(0.5)
    assert found["prediction"] == told.quantiles[0, :, middle].tolist()


def example(series: Series) -> Any:
    from unrolled.tasks._base import Example

    return Example(series, None, "a series")


def test_a_gap_may_be_observed_and_a_wrong_number_of_values_is_refused(model, tmp_path):
    [row] = model.read(monthly(tmp_path / "sales.csv", 60)).examples
    going = model.follow(row.input)
    going.observe([None])
    assert len(going.forecast()["prediction"]) == 4
    with pytest.raises(UnreadableDataError, match="2 values for the next moment"):
        going.observe([1.0, 2.0])


def test_another_task_follows_nothing(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("text,label\nyes,a\nno,b\nyes,a\nno,b\n", encoding="utf-8")
    classifier = unrolled.train("classify", path, epochs=1, hidden=4)
    with pytest.raises(SettingError, match="follows no series"):
        classifier.follow([1.0, 2.0])


# -- odd series ----------------------------------------------------------------------


def test_a_constant_series_is_forecast_as_it_is(tmp_path):
    path = tmp_path / "still.csv"
    path.write_text(
        "\n".join(["month,sales", *[f"{m},0.1" for m in months(40)]]), "utf-8"
    )
    model = quick(path)
    [row] = model.read(path).examples
    [answer] = model.predict([row.input])
    assert all(math.isfinite(number) for number in answer["prediction"])
    assert "mase" not in model.metrics["metrics"]


def test_gaps_are_learned_around(tmp_path):
    path = monthly(tmp_path / "sales.csv", 60)
    lines = path.read_text("utf-8").splitlines()
    for at in (5, 6, 30, 58, 60):
        lines[at] = lines[at].split(",")[0] + ","
    path.write_text("\n".join(lines), encoding="utf-8")
    for kind in ("direct", "autoregressive"):
        model = quick(path, model__kind=kind)
        [row] = model.read(path).examples
        [answer] = model.predict([row.input])
        assert all(math.isfinite(number) for number in answer["prediction"])


def test_one_value_is_too_few(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("month,sales\n2000-01,5\n", encoding="utf-8")
    with pytest.raises(UnreadableDataError, match="a single value to learn from"):
        quick(path)


def test_logarithms_of_what_has_none_are_refused_in_words(tmp_path):
    path = monthly(tmp_path / "sales.csv", 30, scale=-1.0)
    with pytest.raises(UnreadableDataError, match="has no logarithm") as why:
        quick(path, task__transform="log")
    assert "task.transform=none" in str(why.value)


def test_a_series_unlike_those_of_training_is_refused(model, tmp_path):
    path = tmp_path / "days.csv"
    path.write_text(
        "\n".join(["month,sales", *[f"2000-01-{d:02d},{d}" for d in range(1, 29)]]),
        "utf-8",
    )
    with pytest.raises(UnreadableDataError, match="step of time"):
        model.evaluate(path)
    with pytest.raises(UnreadableDataError, match="channels: channel 1, channel 2"):
        model.predict([[[1.0, 2.0], [3.0, 4.0]]])


def test_covariates_known_ahead_must_reach_as_far_as_is_forecast(tmp_path):
    path = tmp_path / "holidays.csv"
    rows = [f"{m},{wave(n)},{n % 5}" for n, m in enumerate(months(60))]
    ahead = [f"{m},,{n % 5}" for n, m in enumerate(months(4, 60), 60)]
    path.write_text(
        "\n".join(["month,sales,holidays", *rows, *ahead]), encoding="utf-8"
    )
    model = quick(path, series__known="holidays")
    [row] = model.read(path).examples
    assert len(model.predict([row.input])[0]["prediction"]) == 4
    going = model.follow(row.input)
    going.observe([50.0], known=[1.0])
    path.write_text(
        "\n".join(["month,sales,holidays", *rows, *ahead[:2]]), encoding="utf-8"
    )
    [row] = model.read(path).examples
    with pytest.raises(UnreadableDataError, match="reach 2 moments beyond") as why:
        model.predict([row.input])
    assert "add rows below the last one" in str(why.value)


# -- kept ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [("units", torch.zeros(4, 2, 1)), ("beside", torch.zeros(3))],
)
def test_a_damaged_folder_is_refused(model, key, value):
    files, tensors = model.task.state()
    tensors[f"series.{key}"] = value
    with pytest.raises(BrokenModelError):
        type(model.task).restore(model.settings, files, tensors)
    files["series.json"] = {}
    with pytest.raises(BrokenModelError, match=r"series\.json"):
        type(model.task).restore(model.settings, files, model.task.state()[1])
