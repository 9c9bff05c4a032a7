"""Symbols under a time axis."""

import re

from tests.drawing.made_parts import ALIGNMENT
from unrolled.drawing.alignment import LEFT, draw


def boxes(page: str) -> list[tuple[float, float]]:
    """The left edge and the width of each symbol's box."""
    found = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', page)
    return [(float(x), float(wide)) for x, wide in found]


def test_a_box_begins_and_ends_when_its_symbol_does():
    one, other = boxes(draw(ALIGNMENT))
    scale = one[1] / 0.1
    assert abs(one[0] - LEFT - 0.1 * scale) < 0.5
    assert abs(other[0] - LEFT - 0.4 * scale) < 0.5
    assert abs(other[1] - 0.5 * scale) < 0.5


def test_the_numbers_say_how_much_is_blank():
    page = draw(ALIGNMENT)
    assert "Symbols: 2 in 0.90 s. They fill 67% of the time; the rest is blank." in page
    assert "It stayed longest with “i”, from 0.40 to 0.90 seconds." in page


def test_probabilities_are_drawn_where_their_times_are_known():
    posteriors = {"h": [0.0, 1.0, 0.0], "i": [0.0, 0.0, 0.5]}
    page = draw(ALIGNMENT, posteriors=posteriors)
    ways = re.findall(r'<polyline points="([^"]+)"', page)
    assert len(ways) == 2
    heights = [float(place.split(",")[1]) for place in ways[0].split()]
    assert heights == [96.0, 6.0, 96.0]
    untimed = {name: value for name, value in ALIGNMENT.items() if name != "step"}
    assert "<polyline" not in draw(untimed, posteriors=posteriors)


def test_names_that_would_meet_stand_above_each_other():
    crowded = {
        "symbols": ["<space>", "<space>", "<space>"],
        "begins": [0.0, 0.05, 0.1],
        "ends": [0.05, 0.1, 5.0],
    }
    names = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>&lt;space', draw(crowded))
    assert len({y for _, y in names}) >= 2


def test_silence_is_told():
    page = draw({"symbols": [], "begins": [], "ends": []})
    assert "The network heard no symbol" in page


def test_a_sound_without_a_symbol_is_as_long_as_it_is():
    silent = {"symbols": [], "begins": [], "ends": [], "step": 0.01, "seconds": 1.0}
    assert "Symbols: 0 in 1.00 s." in draw(silent)
