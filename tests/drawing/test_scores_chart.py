"""Points where their numbers are, and names that do not meet."""

import re
from itertools import pairwise
from math import log10

import pytest

from unrolled.drawing.reach_chart import reach_chart
from unrolled.drawing.scores_chart import HIGH, TOP, Mark, scores_chart, short, ticks


def points(drawn: str) -> list[tuple[float, float]]:
    found = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)
    return [(float(x), float(y)) for x, y in found]


def chart(*marks: Mark) -> str:
    return scores_chart(marks, metric="accuracy", cost="seconds", label="all")


def test_up_is_more_and_right_costs_more():
    drawn = chart(Mark("a", 1, 0.5, 0.4, 0.6), Mark("b", 2, 0.7, 0.6, 0.8))
    (ax, ay), (bx, by) = points(drawn)
    assert ax < bx and ay > by
    # 0.4 to 0.8 with a margin of 8 % of it: 0.5 and 0.7 lie 0.2 / 0.464 apart
    assert ay - by == pytest.approx(HIGH * 0.2 / 0.464, abs=0.2)
    assert TOP < by < ay < TOP + HIGH


def test_costs_far_apart_are_on_a_logarithmic_axis():
    marks = [Mark(str(cost), cost, 0.5, 0.4, 0.6) for cost in (10, 100, 1000)]
    left, middle, right = (x for x, _ in points(chart(*marks)))
    assert right - middle == pytest.approx(middle - left, abs=0.2)
    assert log10(1000 / 100) == 1


def test_points_of_one_cost_stand_side_by_side_and_others_where_they_are():
    near = [Mark("a", 100, 0.5, 0.4, 0.6), Mark("b", 100, 0.6, 0.5, 0.7)]
    alone = Mark("c", 150, 0.6, 0.5, 0.7)
    (a, _), (b, _), (c, _) = points(chart(*near, alone))
    assert b - a == pytest.approx(13, abs=0.11)
    (left, _), (right, _) = points(chart(near[0], alone))
    assert (a + b) / 2 == pytest.approx(left, abs=0.11)
    assert c == right


def test_names_in_one_place_are_moved_apart():
    drawn = chart(*[Mark(name, 1, 0.5, 0.4, 0.6) for name in ("one", "two", "three")])
    names = ("one", "two", "three")
    heights = [
        float(re.search(rf'y="([\d.]+)"[^>]*>{name}<', drawn)[1]) for name in names
    ]
    assert heights == sorted(heights)
    assert min(b - a for a, b in pairwise(heights)) >= 15


def test_what_people_wrote_is_escaped():
    assert "<b>" not in chart(Mark("<b>", 1, 0.5, 0.4, 0.6))
    drawn = reach_chart({"<b>": [True]}, steps=["1"], heading="x", label="<i>")
    assert "<b>" not in drawn and "<i>" not in drawn


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.61, 0.74), (3, 90_000), (-2, 2)])
def test_ticks_are_few_and_round(low, high):
    found = ticks(low, high)
    assert 3 <= len(found) <= 8
    assert all(low <= at <= high for at in found)


def test_short_numbers():
    assert [short(n) for n in (0.437, 12, 950, 1200, 1_088_134, 2e9)] == [
        "0.437",
        "12",
        "950",
        "1.2k",
        "1.09M",
        "2G",
    ]


def test_a_reach_has_a_dot_for_each_step_that_was_tried():
    drawn = reach_chart(
        {"lstm": [True, True, True], "elman": [True, False]},
        steps=["10", "25", "50"],
        heading="moments",
        label="how far",
    )
    assert len(points(drawn)) == 5
    assert drawn.count('fill="var(--accent)"') == 4
