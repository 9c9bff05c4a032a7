"""One row of the unrolled picture."""

import re

import pytest

from unrolled.drawing.axis import Axis
from unrolled.drawing.net_row import Block, narrowest, net_row

THERE, BACK = Block("gru", reverse=False), Block("gru", reverse=True)


def row(levels, *, begins=True, ends=True, above=("", "", "yes")):
    axis = Axis("steps", ["a", "b", "c"], narrowest(levels), 1, False)
    made, high = net_row(axis, levels, above=above, left=100, begins=begins, ends=ends)
    return made, high


def said(made: str) -> list[str]:
    return re.findall(r">([^<>]+)</text>", made)


def test_every_step_has_a_copy_with_its_word_and_its_weights():
    words = said(row([[THERE]])[0])
    assert words.count("gru") == 3
    assert words.count("W") == 3
    assert words.count("R") == 2  # between copies
    assert [word for word in words if word in "abc"] == ["a", "b", "c"]
    assert words.count("0") == 1
    assert "…" not in words
    assert "yes" in words


@pytest.mark.parametrize(
    ("begins", "ends", "there", "back"),
    [
        (True, False, ["0", "…"], ["…"]),
        (False, False, ["…", "…"], ["…", "…"]),
        (False, True, ["…"], ["0", "…"]),
    ],
)
def test_a_row_tells_where_its_state_comes_from(begins, ends, there, back):
    for block, marks in ((THERE, there), (BACK, back)):
        words = said(row([[block]], begins=begins, ends=ends)[0])
        assert sorted(one for one in words if one in "0…") == marks


def test_layers_stand_on_each_other_and_directions_beside_each_other():
    _, one = row([[THERE]])
    _, two = row([[THERE], [THERE]])
    _, both = row([[THERE, BACK]])
    assert two > one
    assert both > one
    made, _ = row([[THERE, BACK]])
    boxes = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)"', made)
    assert len({x for x, _ in boxes}) == 6
    assert len({y for _, y in boxes}) == 2


def test_a_row_without_outputs_is_lower():
    assert row([[THERE]], above=("", "", ""))[1] < row([[THERE]])[1]
