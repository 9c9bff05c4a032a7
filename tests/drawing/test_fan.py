"""A forecast on a page."""

import re

from tests.drawing.made_parts import FAN
from unrolled.drawing.fan import draw


def test_the_last_moment_stands_in_a_sentence():
    page = draw(FAN)
    assert (
        "At 1961-02, the network expects about 140.0; it gives a chance of 80 % that"
        " the value will lie between 120.0 and 160.0."
    ) in page
    assert "Of what came, 1 of 2 lie in the 80 %." in page


def test_the_table_has_mean_median_bands_and_truth():
    cells = re.findall(r"<td>(.*?)</td>", draw(FAN))
    # 0.25 lies 0.15 / 0.4 of the way from 120 to 130, 0.75 as far from 140 to 130.
    assert cells[:4] == ["131.0", "130.0", "120.0 to 140.0", "123.8 to 136.2"]
    assert cells[4] == "135.0"
    assert "what came" in draw(FAN)
    assert "what came" not in draw(FAN | {"truth": None})


def test_a_gap_of_the_history_breaks_its_line():
    page = draw(FAN)
    assert page.count('<circle class="history dot"') == 2
    assert 'polyline class="history"' not in page


def test_moments_are_dates_where_they_are_and_numbers_where_they_count():
    labels = re.findall(r'text-anchor="\w+">([^<]*)</text>', draw(FAN))
    assert "1961-01" in labels
    counted = FAN | {"before": ["13", "14", "15"], "moments": ["16", "17"]}
    labels = re.findall(r'text-anchor="\w+">([^<]*)</text>', draw(counted))
    assert {"13", "14", "15", "16", "17"} <= set(labels)


def test_without_a_median_the_mean_is_drawn():
    bare = FAN | {"quantiles": {}, "truth": None}
    assert "the network expects about 141.0." in draw(bare)


def test_two_channels_have_names_of_their_own():
    one, other = draw(FAN), draw(FAN | {"title": "freight"})
    ids = [set(re.findall(r'id="([^"]+)"', page)) for page in (one, other)]
    assert not ids[0] & ids[1]
