"""Shares of what may come, from quantiles."""

import pytest

from unrolled.drawing.bands import bands_of


def test_bands_run_from_the_widest_to_the_narrowest():
    levels = {0.025: [0.0], 0.1: [2.0], 0.25: [3.0], 0.75: [5.0], 0.9: [6.0]}
    found = bands_of(levels | {0.975: [9.0]})
    assert [(b.share, b.low, b.high) for b in found] == [
        ("95", [0.0], [9.0]),
        ("80", [2.0], [6.0]),
        ("50", [3.0], [5.0]),
    ]


def test_between_two_levels_a_quantile_lies_on_their_line():
    [wide, narrow] = bands_of({0.1: [0.0, 10.0], 0.5: [4.0, 10.0], 0.9: [12.0, 10.0]})
    assert (wide.share, narrow.share) == ("80", "50")
    assert narrow.low == pytest.approx(
        [1.5, 10.0]
    )  # 0.25 lies 3/8 of the way from 0.1 to 0.5
    assert narrow.high == pytest.approx([9.0, 10.0])


def test_where_the_levels_do_not_reach_there_is_no_band():
    assert [b.share for b in bands_of({0.2: [0.0], 0.8: [1.0]})] == ["50"]
    assert bands_of({}) == []
