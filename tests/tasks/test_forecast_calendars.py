"""The calendar beside a series: rounds, the age, and moments to come."""

import math
from datetime import datetime

import pytest
import torch

from unrolled.series import Series
from unrolled.tasks._forecast import calendars


def times_of(*dates: str) -> torch.Tensor:
    zero = datetime(1970, 1, 1)
    made = [datetime.fromisoformat(date) - zero for date in dates]
    return torch.tensor([d.days * 86_400 + d.seconds for d in made])


def series(step: str, *dates: str) -> Series:
    values = torch.zeros(len(dates), 1, dtype=torch.float64)
    times = times_of(*dates) if step else torch.zeros(0, dtype=torch.int64)
    return Series(name="", values=values, channels=("y",), times=times, step=step)


def round_of(share: float) -> list[float]:
    return [0.5 * math.sin(math.tau * share), 0.5 * math.cos(math.tau * share)]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("", []),
        ("1 year", []),
        ("1 month", ["time of year"]),
        ("1 quarter", ["time of year"]),
        ("604800 s", ["time of year"]),
        ("86400 s", ["day of week", "day of month", "time of year"]),
        ("3600 s", ["hour of day", "day of week", "day of month", "time of year"]),
    ],
)
def test_a_calendar_turns_no_slower_than_the_step(step: str, expected: list[str]):
    pairs = [f"{name} {wave}" for name in expected for wave in ("sin", "cos")]
    assert calendars.names(step) == [*pairs, "age"]


def test_a_minute_has_every_round():
    assert calendars.names("60 s")[:2] == ["minute of hour sin", "minute of hour cos"]
    assert len(calendars.names("60 s")) == 11


def test_a_moment_by_hand():
    # Wednesday, day 3 of 31, 15 min to 7 in the morning, of a leap year
    one = series("900 s", "2024-01-03 06:45")
    [found] = calendars.calendar(one).tolist()
    rounds = [
        45 / 60,
        6.75 / 24,
        (2 + 6.75 / 24) / 7,
        (2 + 6.75 / 24) / 31,
        (2 + 6.75 / 24) / 366,
    ]
    by_hand = [number for share in rounds for number in round_of(share)]
    assert found == pytest.approx([*by_hand, math.log10(2)], abs=1e-6)


def test_months_to_come_have_their_lengths():
    one = series("1 month", "1960-11-01", "1960-12-01")
    found = calendars.calendar(one, 2)
    assert found.shape == (4, 3)
    assert found.dtype == torch.float32
    assert found[2].tolist() == pytest.approx([0.0, 0.5, math.log10(4)])
    february = round_of(31 / 365)
    assert found[3].tolist() == pytest.approx([*february, math.log10(5)], abs=1e-6)


def test_a_counted_series_has_its_age_alone():
    found = calendars.calendar(series("", "2024-01-01", "2024-01-02"), 1)
    assert found.flatten().tolist() == pytest.approx([math.log10(n) for n in (2, 3, 4)])


def test_moments_to_come():
    ends = times_of("2023-12-31", "2024-01-31")
    assert (
        calendars.further(ends, "1 month", 3).tolist()
        == times_of("2024-02-29", "2024-03-31", "2024-04-30").tolist()
    )
    middle = times_of("2023-12-15 06:00", "2024-01-15 06:00")
    assert (
        calendars.further(middle, "1 quarter", 2).tolist()
        == times_of("2024-04-15 06:00", "2024-07-15 06:00").tolist()
    )
    hours = times_of("2024-02-28 23:00")
    assert (
        calendars.further(hours, "3600 s", 2).tolist()
        == times_of("2024-02-29 00:00", "2024-02-29 01:00").tolist()
    )
    assert calendars.further(hours, "3600 s", 0).tolist() == []
    assert calendars.further(hours[:0], "3600 s", 2).tolist() == []
    assert calendars.further(hours, "", 2).tolist() == []


def test_times_reach_behind_a_series_that_was_cut():
    one = series("86400 s", "2024-02-27", "2024-02-28", "2024-02-29")
    found = calendars.reaching(one.until(2), 2)
    assert (
        found.tolist()
        == times_of("2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01").tolist()
    )
