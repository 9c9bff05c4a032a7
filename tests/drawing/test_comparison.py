"""Two runs side by side."""

import re

from tests.drawing.made_parts import COMPARISON
from unrolled.drawing.comparison import MOST_NAMED, draw


def test_each_axis_has_its_figure():
    page = draw(COMPARISON)
    assert page.count("<figure>") == 2
    assert "along inputs" in page
    assert "along outputs" in page
    assert "The answer changes." in page


def test_what_differs_has_a_border_in_both_runs():
    first, second = draw(COMPARISON).split("<figure>")[1:]
    assert first.count('fill-opacity="0.12"') == 4  # two pairs of four differ
    assert first.count('stroke-dasharray="3 3"') == 1  # one run has no such word
    assert 'fill-opacity="0.12"' not in second


def test_the_distance_is_drawn_where_both_runs_have_a_step():
    first = draw(COMPARISON).split("<figure>")[1]
    [way] = re.findall(r'<polyline points="([^"]+)"', first)
    heights = [float(place.split(",")[1]) for place in way.split()]
    assert len(heights) == 3
    low, high, end = heights
    assert high < end < low
    assert abs((low - end) / (low - high) - 0.25) < 0.01
    assert "at most 2.00, at “great” / “awful”; 25% of it at the end." in first


def test_tables_have_steps_and_scores():
    first = draw(COMPARISON).split("<figure>")[1]
    cells = re.findall(r"<td>(.*?)</td>", first)
    assert cells[3:6] == ["(none)", "not", ""]
    assert cells[-1] == "−2.75"
    assert "difference in nats" in first


def test_runs_that_never_part_say_so():
    assert "decoder.stack.l0: no distance." in draw(COMPARISON)


def test_very_many_steps_have_no_names():
    pairs = [(f"w{n}", f"w{n}") for n in range(MOST_NAMED + 1)]
    layer = COMPARISON["layers"]["stack.l0"] | {"distance": [0.0] * len(pairs)}
    part = COMPARISON | {
        "labels": {"inputs": pairs},
        "layers": {"stack.l0": layer | {"largest": None}},
    }
    page = draw(part)
    assert ">w3</text>" not in page
    assert ">w3</td>" in page
