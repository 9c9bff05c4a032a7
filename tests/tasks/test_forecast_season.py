"""The season of a series, by its step or found in its values."""

import math
from csv import reader
from pathlib import Path

import pytest
import torch

from unrolled.series import Series
from unrolled.tasks._forecast.season import repeats, season_of

DATA = Path(__file__).parents[3] / "shared/data/timeseries"


def _series(values, step=""):
    return Series(
        name="", values=torch.as_tensor(values)[:, None], channels=("v",), step=step
    )


def _real(name, *, first=0, last=None):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(reader(file))[1:]
    return torch.tensor([float(row[-1]) for row in rows], dtype=torch.float64)[
        first:last
    ]


def _wave(moments, season, noise=0.5):
    generator = torch.Generator().manual_seed(3)
    time = torch.arange(moments, dtype=torch.float64)
    rest = torch.randn(moments, generator=generator, dtype=torch.float64)
    return torch.cos(2 * math.pi * time / season) + noise * rest + 0.05 * time


@pytest.mark.parametrize(
    ("step", "season"),
    [
        ("900 s", 96),
        ("1800 s", 48),
        ("3600 s", 24),
        ("86400 s", 7),
        ("604800 s", 52),
        ("1 month", 12),
        ("1 quarter", 4),
        ("6 month", 2),
    ],
)
def test_a_step_tells_the_season(step, season):
    assert season_of([_series(torch.rand(300), step)]).moments == season


def test_a_season_longer_than_half_the_series_is_none():
    assert season_of([_series(torch.arange(30.0), "604800 s")]).moments == 1
    assert season_of([_series(_wave(60, 6), "900 s")]).moments == 6


def test_years_and_counted_moments_are_looked_at():
    assert season_of([_series(_wave(120, 9), "1 year")]) == (
        9,
        "the values repeat after 9 moments",
    )
    assert season_of([_series(_wave(120, 9))]).moments == 9
    assert season_of([_series(torch.arange(99.0))]).moments == 1


@pytest.mark.parametrize("season", [2, 3, 7, 12, 24])
def test_a_wave_is_found_with_gaps_and_noise(season):
    values = _wave(300, season)
    values[40:60] = math.nan
    values[::11] = math.nan
    assert repeats([values]) == season


def test_what_no_season_has_is_told_apart():
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(20, 200, generator=generator)
    assert [repeats([row]) for row in noise] == [1] * 20
    for nothing in ([], [torch.ones(50)], [torch.full((50,), math.nan)]):
        assert repeats(nothing) == 1
    assert repeats([0.1 * torch.arange(70, dtype=torch.float64) + 3.3]) == 1
    assert repeats([torch.tensor([1.0, 2.0, 1.0, 2.0, 1.0])]) == 1


def test_many_short_series_tell_together_what_one_hides():
    generator = torch.Generator().manual_seed(2)
    noise = torch.randn(40, 60, generator=generator)
    together = [torch.sin(2 * math.pi * torch.arange(60) / 6) + row for row in noise]
    assert repeats(together) == 6


def test_airline_passengers_repeat_each_year_even_without_dates():
    assert repeats([_real("airline_passengers/airline.csv")]) == 12
    assert repeats([_real("airline_passengers/airline.csv", last=60)]) == 12


def test_sunspots_repeat_after_eleven_years():
    assert repeats([_real("sunspots_yearly/sunspots.csv")]) == 11
    assert repeats([_real("sunspots_yearly/sunspots.csv", first=-100)]) == 11
