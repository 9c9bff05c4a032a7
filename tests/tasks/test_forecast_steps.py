"""Steps of time: found from times, months as long as they are."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from unrolled.errors import SettingError
from unrolled.tasks._forecast import steps
from unrolled.tasks._forecast.steps import Step


def at(*dates: str) -> np.ndarray:
    zero = [datetime.fromisoformat(date).replace(tzinfo=UTC) for date in dates]
    return np.array([int(date.timestamp()) for date in zero])


def dates(times: np.ndarray) -> list[str]:
    return [str(datetime(1970, 1, 1) + timedelta(seconds=int(t))) for t in times]


@pytest.mark.parametrize(
    ("text", "step", "canonical"),
    [
        ("3600 s", Step(3600), "3600 s"),
        ("1h", Step(3600), "3600 s"),
        ("15 min", Step(900), "900 s"),
        ("hour", Step(3600), "3600 s"),
        ("60", Step(60), "60 s"),
        ("2 Days", Step(172_800), "172800 s"),
        ("weekly", Step(604_800), "604800 s"),
        ("1 month", Step(1, months=True), "1 month"),
        ("quarter", Step(3, months=True), "1 quarter"),
        ("6 month", Step(6, months=True), "6 month"),
        ("1 year", Step(12, months=True), "1 year"),
        ("yearly", Step(12, months=True), "1 year"),
    ],
)
def test_a_step_in_words(text: str, step: Step, canonical: str):
    assert steps.parse(text) == step
    assert str(step) == canonical
    assert steps.parse(canonical) == step


@pytest.mark.parametrize("text", ["", " ", "soon", "0 s", "-1 h", "1.5 h", "1 h 2"])
def test_what_is_no_step(text: str):
    with pytest.raises(SettingError) as caught:
        steps.parse(text)
    assert str(caught.value) == (
        f'the step of a series was given as "{text}".\n'
        "  expected: a number and one of s, min, h, day, week, month, quarter, year\n"
        '  to fix:   write series.step="1 h", for example\n'
        "  code:     setting"
    )


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (at("2016-07-01", "2016-07-02", "2016-07-05"), "86400 s"),
        (at("2016-07-01 00:30", "2016-07-01 01:30"), "3600 s"),
        (at("2024-01-01", "2024-02-01", "2024-03-01"), "1 month"),
        (at("2024-01-31", "2024-02-29", "2024-03-31"), "1 month"),
        (at("2024-01-15", "2024-02-15", "2024-05-15"), "1 month"),
        (at("2024-01-01", "2024-04-01", "2024-10-01"), "1 quarter"),
        (at("2023-06-30", "2023-09-30", "2023-12-31"), "1 quarter"),
        (at("1700-01-01", "1701-01-01", "1703-01-01"), "1 year"),
        (at("2024-01-01", "2024-01-08", "2024-01-29"), "604800 s"),
        (at("2024-01-30", "2024-02-06"), "604800 s"),
        # open on Tuesday, Thursday and Saturday: days, most of them missing
        (at("2024-01-02", "2024-01-04", "2024-01-06", "2024-01-09"), "86400 s"),
    ],
)
def test_a_step_is_found_from_times(times: np.ndarray, expected: str):
    assert str(steps.infer([times])) == expected


def test_times_that_keep_no_step_have_none():
    assert steps.infer([np.array([0, 60, 121, 180])]) is None
    assert steps.infer([np.array([5])]) is None
    assert steps.infer([]) is None


def test_a_series_of_one_moment_takes_the_step_of_the_others():
    assert steps.infer([np.array([7]), np.array([0, 60, 120])]) == Step(60)


def test_counts_know_no_months():
    month = at("2024-01-01", "2024-02-01")
    assert steps.infer([month]) == Step(1, months=True)
    assert steps.infer([month], dated=False) == Step(31 * 86_400)


def test_a_time_off_the_grid_is_told():
    places, off = steps.places(np.array([10, 20, 35, 50]), Step(10))
    assert places.tolist() == [0, 1, 2, 4]
    assert off.tolist() == [False, False, True, False]
    months = at("2024-01-01", "2024-02-02", "2024-03-01")
    assert steps.places(months, Step(1, months=True))[1].tolist() == [
        False,
        True,
        False,
    ]


def test_cells_of_a_week_begin_on_monday():
    found, first = steps.cells(at("2024-01-03 05:00", "2024-01-08"), Step(604_800))
    assert found.tolist() == [0, 1]
    assert dates(first) == ["2024-01-01 00:00:00"]


def test_cells_of_a_quarter_begin_with_it():
    quarter = Step(3, months=True)
    found, first = steps.cells(at("2024-02-15", "2024-03-31", "2024-07-01"), quarter)
    assert found.tolist() == [0, 0, 2]
    assert dates(first) == ["2024-01-01 00:00:00"]


def test_months_keep_their_day_as_far_as_they_have_it():
    found = steps.onward(at("2024-01-30 06:00"), Step(1, months=True), 4)
    assert dates(found) == [
        "2024-01-30 06:00:00",
        "2024-02-29 06:00:00",
        "2024-03-30 06:00:00",
        "2024-04-30 06:00:00",
    ]
    last = steps.onward(at("2023-02-28"), Step(1, months=True), 3, last_day=True)
    assert [date[:10] for date in dates(last)] == [
        "2023-02-28",
        "2023-03-31",
        "2023-04-30",
    ]


@pytest.mark.parametrize("seed", range(20))
def test_any_grid_with_moments_taken_out_is_found_again(seed: int):
    chance = np.random.default_rng(seed)
    start = np.array([int(chance.integers(-(10**10), 10**10))])
    month = Step(1, months=True)
    first_of_month = steps.cells(start, month)[1]
    for step in (Step(1), Step(900), Step(86_400), month, Step(12, months=True)):
        whole = steps.onward(first_of_month if step.months else start, step, 60)
        out = 1 + chance.choice(58, size=15, replace=False)
        kept = np.delete(whole, out)
        assert steps.infer([kept]) == step
        places, off = steps.places(kept, step)
        assert not off.any()
        assert (whole[places] == kept).all()
