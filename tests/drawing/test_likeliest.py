"""The likeliest names stand in their column, over bars of their probability."""

import re

from unrolled.drawing.axis import axis_of
from unrolled.drawing.likeliest import likeliest

AXIS = axis_of("outputs", ["a", "b"])
NAMES = [["<b>", "second"], ["x" * 40, "y"]]
SHARES = [[0.75, 0.25], [1.0, 0.0]]


def test_bars_are_as_long_as_probabilities():
    drawn = likeliest(AXIS, NAMES, SHARES, ["<b>", "y"], label="best")
    room = AXIS.column - 6
    wide = [float(one) for one in re.findall(r"h([\d.]+)\"", drawn)]
    assert wide == [0.75 * room, 0.25 * room, room, 1]  # a trace of nothing


def test_what_was_taken_is_bold_and_colored():
    drawn = likeliest(AXIS, NAMES, SHARES, ["second", "z"], label="best")
    assert re.findall(r"font-weight=\"700\">([^<]*)<", drawn) == ["second"]
    assert drawn.count("var(--gate)") == 1


def test_words_fit_and_are_escaped():
    drawn = likeliest(AXIS, NAMES, SHARES, ["", ""], label="best")
    assert "<b>" not in drawn
    assert "x…" in drawn
    assert "x" * 20 not in drawn


def test_no_step_has_no_names():
    empty = axis_of("outputs", [])
    assert "<text" not in likeliest(empty, [], [], [], label="best")
