"""A word among its neighbors."""

import re

from tests.drawing.made_parts import NEIGHBORS
from unrolled.drawing.neighbors import BAR, draw


def test_words_stand_where_the_map_has_them():
    page = draw(NEIGHBORS)
    dots = [
        (float(x), float(y))
        for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', page)
    ]
    king, *others = dots  # the word itself comes first
    queen, prince = others
    assert queen[0] > king[0] > prince[0]
    assert queen[1] < prince[1] < king[1]  # up is more
    assert abs((queen[0] - king[0]) - (king[0] - prince[0])) < 0.2


def test_bars_are_as_long_as_cosines_are_large():
    widths = re.findall(r'width="([\d.]+)" height="16\.0"', draw(NEIGHBORS))
    assert widths == [f"{0.75 * BAR:.1f}", f"{0.5 * BAR:.1f}"]


def test_the_words_say_both_ways_to_write_a_word():
    page = draw(NEIGHBORS)
    assert "The network uses “queen” and “prince” much as it uses “king”." in page
    assert "Two ways to write a word." in page
    assert "1,000 words, 3 numbers each. Cosines from 0.750 to 0.500." in page
    assert re.findall(r"<td>(.*?)</td>", page)[:3] == ["0.750", "+1.00", "+0.50"]


def test_names_beside_near_points_do_not_meet():
    near = {f"word{number}": [0.01 * number, 0.0] for number in range(6)}
    part = NEIGHBORS | {"word": "word0", "map": near | {"far": [1.0, 1.0]}}
    page = draw(part)
    places = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>word\d', page)
    assert len(set(places)) == 6
    heights = sorted({float(y) for _, y in places})
    assert len(heights) >= 3


def test_one_point_alone_is_in_the_middle():
    page = draw(NEIGHBORS | {"map": {"king": [5.0, 5.0]}, "nearest": []})
    assert '<circle cx="240.0" cy="170.0"' in page
