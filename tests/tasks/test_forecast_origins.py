"""From which moments is forecast, and how a series is cut by time."""

import pytest
import torch

from unrolled.series import Series
from unrolled.tasks._base import Example
from unrolled.tasks._forecast.origins import cut, to_learn, to_score, to_tell
from unrolled.tasks._forecast.settings import ForecastSettings


def series(moments, *, begins=0, name=""):
    values = torch.arange(float(moments), dtype=torch.float64)[:, None]
    return Series(name=name, values=values, channels=("y",), begins=begins)


def pairs(found):
    return list(zip(*(one.tolist() for one in found), strict=True))


def settings(**changed):
    return ForecastSettings(**{"horizon": 3, "context": 4, "season": 1} | changed)


def test_what_is_learned_has_a_context_before_it_and_a_horizon_after_it():
    found = pairs(to_learn([series(20), series(8)], settings()))
    assert found == [(0, at) for at in range(4, 18)] + [(1, at) for at in range(2, 6)]


def test_of_a_series_shorter_than_that_each_moment_after_another_is_learned():
    assert pairs(to_learn([series(3)], settings())) == [(0, 1), (0, 2)]
    assert pairs(to_learn([series(1), series(0)], settings())) == []


def test_at_most_so_many_are_learned_evenly_spread():
    found = pairs(to_learn([series(103)], settings(windows=25)))
    assert found == [(0, at) for at in range(4, 101, 4)]


def test_scores_begin_at_the_part_kept_aside_and_know_the_whole_horizon():
    found = pairs(to_score([series(20)], [14], settings(stride=1)))
    assert found == [(0, 14), (0, 15), (0, 16), (0, 17)]
    assert pairs(to_score([series(20)], [14], settings(stride=3))) == [
        (0, 14),
        (0, 17),
    ]


def test_a_rest_shorter_than_the_horizon_is_one_forecast_and_no_rest_is_none():
    assert pairs(to_score([series(20)], [18], settings())) == [(0, 18)]
    assert pairs(to_score([series(20)], [20], settings())) == []


def test_without_a_stride_about_a_thousand_are_scored():
    found = pairs(to_score([series(12_002)], [0], settings()))
    assert len(found) == 1000
    assert found[1] == (0, 12)


def test_told_is_what_comes_after_the_last_moment():
    assert pairs(to_tell([series(5), series(0)])) == [(0, 5), (1, 0)]


def parts(moments, share=0.1, **changed):
    rows = [Example(series(moments, name="a"), None, "row 1")]
    found = cut(rows, settings(**changed), share=share)
    return {
        part: [(len(row.input), row.input.begins) for row in examples]
        for part, examples in found.items()
    }


def test_a_share_of_the_end_is_kept_aside_at_least_a_horizon():
    assert parts(100) == {"train": [(90, 0)], "valid": [(100, 90)]}
    assert parts(20) == {"train": [(17, 0)], "valid": [(20, 17)]}
    assert parts(20, share=0.0) == {"train": [(20, 0)], "valid": []}


def test_moments_to_score_on_come_last():
    assert parts(100, valid=10, test=20) == {
        "train": [(70, 0)],
        "valid": [(80, 70)],
        "test": [(100, 80)],
    }


@pytest.mark.parametrize("moments", [1, 2, 4])
def test_a_series_too_short_to_be_cut_is_learned_whole(moments):
    found = parts(moments, valid=3, test=3)
    assert found["train"] == [(moments, 0)]
    assert not found["valid"]


def test_no_value_after_the_cut_is_in_the_part_before():
    rows = [Example(series(30), None, "row 1")]
    found = cut(rows, settings(valid=5, test=5), share=0.1)
    assert [row.input.values.max() for row in found["train"]] == [19]
    assert [row.input.values.max() for row in found["valid"]] == [24]
