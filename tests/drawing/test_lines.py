"""Lines, ribbons and bars stand where their numbers say."""

import re
from itertools import pairwise

import pytest

from unrolled.drawing.axis import axis_of
from unrolled.drawing.lines import Line, bars, bounds, keys, lines, ribbon

AXIS = axis_of("inputs", ["a", "b", "c", "d"])


def _points(drawn: str) -> list[tuple[float, float]]:
    [found] = re.findall(r'<polyline points="([^"]*)"', drawn)
    return [tuple(map(float, one.split(","))) for one in found.split()]  # type: ignore


def test_a_line_stands_in_the_middle_of_its_columns():
    drawn = lines(AXIS, [Line("x", [0.0, 1.0, 0.5, 2.0])], label="x", height=108)
    points = _points(drawn)
    column = AXIS.column
    assert [x for x, _ in points] == [column * (n + 0.5) for n in range(4)]
    assert [y for _, y in points] == [104, 4, 54, 4]  # what is too high stays inside


def test_every_line_has_its_color_and_its_dashes():
    names = ["one", "<two>", "three"]
    drawn = lines(AXIS, [Line(name, [0.1] * 4) for name in names], label="x")
    told = keys(names)
    for color in ("plus", "minus", "gate"):
        assert f"var(--{color})" in drawn
        assert f"var(--{color})" in told
    assert len(set(re.findall(r'stroke-dasharray="([^"]*)"', drawn))) == 3
    assert "&lt;two&gt;" in told


def test_a_ribbon_falls_by_the_same_for_every_factor():
    drawn = ribbon(AXIS, [1e-3, 1e-2, 1e-1, 1.0], floor=1e-2, label="g", height=84)
    ys = [y for _, y in _points(drawn)][1:-1]  # the edges repeat the ends
    falls = [a - b for a, b in pairwise(ys)]
    assert falls == pytest.approx([falls[0]] * 3, abs=0.2)
    assert falls[0] > 10


def test_a_ribbon_ends_where_the_score_does():
    drawn = ribbon(AXIS, [0.5, 1.0, 0.0, 0.0], floor=0.01, label="g")
    assert max(x for x, _ in _points(drawn)) == 2 * AXIS.column


def test_what_is_handed_back_is_a_dashed_line_of_its_own():
    drawn = ribbon(
        AXIS, [1.0] * 4, floor=1e-2, label="g", height=84, handed=[0.0, 0.01, 0.1, 1.0]
    )
    [way] = re.findall(r'd="M([^"]*)" fill="none" stroke-width="2"', drawn)
    points = [tuple(map(float, one.split())) for one in way.split("L")]
    assert [x for x, _ in points] == [AXIS.column * (n + 0.5) for n in (1, 2, 3)]
    assert points[0][1] - points[1][1] == pytest.approx(points[1][1] - points[2][1])
    [floor] = re.findall(r'd="M0 ([\d.]+)H', drawn)
    assert points[0][1] == float(floor)


def test_a_ribbon_without_any_gradient_is_drawn():
    assert "polyline" in ribbon(AXIS, [0.0] * 4, floor=0.01, label="g")


def test_the_log_axis_ends_at_whole_powers_of_ten():
    assert bounds([0.002, 0.3], 0.003) == pytest.approx((1e-3, 1.0))
    low, _ = bounds([1e-30, 1.0], 0.01)
    assert low == pytest.approx(1e-5)  # three powers under the floor, and no further


def test_bars_go_up_in_warm_and_down_in_cool():
    drawn = bars(AXIS, [1.0, -0.5, 0.0, 0.25], label="b", height=84)
    [warm] = re.findall(r'd="([^"]*)" style="fill:var\(--plus\)"', drawn)
    [cool] = re.findall(r'd="([^"]*)" style="fill:var\(--minus\)"', drawn)
    assert [float(v) for v in re.findall(r"v([\d.]+)h", warm)] == [40, 10]
    assert [float(v) for v in re.findall(r"v([\d.]+)h", cool)] == [20, 0]
