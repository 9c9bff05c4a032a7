"""Lines stand where their values say, on a plain and on a logarithmic axis."""

import re

import pytest

from unrolled.drawing.line_chart import HIGH, LEFT, TOP, WIDE, line_chart

WORDS = {"heading": "H", "sentence": "What is seen."}


def points(drawn):
    found = re.findall(r'<polyline points="([^"]+)"', drawn)
    return [
        [tuple(map(float, place.split(","))) for place in line.split()]
        for line in found
    ]


def test_a_line_runs_from_left_to_right_between_the_ends_of_the_axis():
    drawn = line_chart(
        {"a": [0, 0.5, 1]}, steps=["x", "y", "z"], between=(0, 1), **WORDS
    )
    assert points(drawn) == [
        [(LEFT, TOP + HIGH), (LEFT + WIDE / 2, TOP + HIGH / 2), (LEFT + WIDE, TOP)]
    ]
    for tick in ("0.00", "0.25", "0.50", "0.75", "1.00"):
        assert f">{tick}</text>" in drawn
    assert '<th scope="row">y</th><td>0.500</td>' in drawn


def test_powers_of_ten_are_equally_far_apart():
    drawn = line_chart({"a": [1, 1e-2, 1e-4]}, steps=list("xyz"), log=True, **WORDS)
    ((_, first), (_, second), (_, third)) = points(drawn)[0]
    assert (first, second, third) == (TOP, TOP + HIGH / 2, TOP + HIGH)
    assert ">10⁻⁴</text>" in drawn and ">1</text>" in drawn


def test_zero_on_a_logarithmic_axis_stands_at_its_lower_end():
    drawn = line_chart({"a": [1, 0.0]}, steps=["x", "y"], log=True, **WORDS)
    assert points(drawn)[0][1] == (LEFT + WIDE, TOP + HIGH)


def test_names_of_lines_that_end_together_are_moved_apart():
    drawn = line_chart({"one": [0, 1], "two": [1, 1]}, steps=["x", "y"], **WORDS)
    places = re.findall(r'y="([\d.]+)"[^>]*>(?:one|two)<', drawn)
    assert abs(float(places[0]) - float(places[1])) == pytest.approx(15)


def test_a_line_that_stays_at_zero_is_drawn():
    drawn = line_chart({"a": [0.0, 0.0]}, steps=["x", "y"], **WORDS)
    assert points(drawn)[0][0] == (LEFT, TOP + HIGH)


def test_names_are_escaped():
    drawn = line_chart({"<b>": [1.0, 2.0]}, steps=["<i>", "&"], **WORDS)
    assert "<b>" not in drawn and "<i>" not in drawn and "&lt;b&gt;" in drawn
