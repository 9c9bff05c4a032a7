"""The page of forecasts: what is drawn where, for the eye and for a screen reader."""

import math
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
import torch

from unrolled.models.forecaster import Forecast
from unrolled.series import Series
from unrolled.tasks._forecast.page import number
from unrolled.tasks._forecast.picture import picture
from unrolled.tasks._forecast.told import told

LEVELS = (0.025, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.975)
YEAR = 365 * 86_400
GAP = math.nan


def _series(values, *, name="", channels=("sales",), times=(), step=""):
    table = torch.tensor(values, dtype=torch.float64)
    return Series(
        name=name,
        values=table if table.dim() == 2 else table[:, None],
        channels=channels,
        times=torch.tensor(times, dtype=torch.int64),
        step=step,
    )


def _page(series, *, origin=None, horizon=2, levels=LEVELS, middle=10.0):
    begins = len(series) if origin is None else origin
    around = torch.tensor([(level - 0.5) * 10 for level in levels], dtype=torch.float64)
    mean = torch.full((len(series.channels), horizon), middle, dtype=torch.float64)
    forecast = Forecast(mean[..., None] + around, mean)
    answer = told(series, forecast, origin=begins, levels=levels)
    return picture([series], [answer], [begins])


def _drawings(page):
    """Each drawing as a tree, the small ones of the key left out."""
    found = re.findall(
        r"<svg class=\"chart\" viewBox=\"0 0 860 .*?</svg>", page, re.DOTALL
    )
    return [ElementTree.fromstring(one) for one in found]


def _of_class(drawing, kind):
    return [
        one for one in drawing.iter() if one.get("class", "").split(" ")[:1] == [kind]
    ]


def _points(element):
    return [tuple(map(float, at.split(","))) for at in element.get("points").split()]


def test_history_median_bands_and_truth_stand_where_they_belong():
    page = _page(_series([8.0, 10.0, 12.0, 10.0, 11.0, 9.0]), origin=4)
    [drawing] = _drawings(page)
    [history] = _of_class(drawing, "history")
    [median] = _of_class(drawing, "median")
    bands = _of_class(drawing, "band")
    assert len(_points(history)) == 4
    assert _points(median)[0] == _points(history)[-1]  # it sets out from the last value
    assert len({y for _, y in _points(median)}) == 1  # 10 was the last one, 10 is told
    assert [band.get("class") for band in bands] == ["band b95", "band b80", "band b50"]
    highest = [min(y for _, y in _points(band)) for band in bands]
    assert highest == sorted(highest)  # the widest reaches highest
    truth = [one for one in _of_class(drawing, "truth") if one.get("points")]
    assert len(_points(truth[0])) == 3
    across = [x for x, _ in _points(history)]
    assert across == sorted(across)
    assert _points(median)[-1][0] == 860 - 12


def test_a_gap_breaks_the_line_and_a_value_alone_is_a_dot():
    [drawing] = _drawings(_page(_series([8.0, 9.0, GAP, 10.0, GAP, 10.0, 11.0])))
    kinds = [one.tag for one in _of_class(drawing, "history")]
    assert kinds == ["polyline", "circle", "polyline"]


def test_an_unknown_last_value_begins_no_median():
    [drawing] = _drawings(_page(_series([8.0, 9.0, GAP])))
    [median] = _of_class(drawing, "median")
    assert len(_points(median)) == 2


def test_levels_that_do_not_reach_so_far_draw_no_such_band():
    [drawing] = _drawings(_page(_series([8.0, 9.0]), levels=(0.1, 0.5, 0.9)))
    kinds = [one.get("class") for one in _of_class(drawing, "band")]
    assert kinds == ["band b80", "band b50"]


def test_the_numbers_stand_in_words_and_in_a_table():
    page = _page(_series([8.0, 10.0]))
    assert (
        "2 moments ahead, at 4: 10.00, in 80 % of cases between 6.000 and 14.00."
        in page
    )
    assert "<td>3</td><td>10.00</td><td>5.250 to 14.75</td>" in page
    [drawing] = _drawings(page)
    title, words = drawing[0], drawing[1]
    assert (title.tag, title.text) == ("title", "sales")
    assert words.tag == "desc"
    assert drawing.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"


def test_each_channel_has_its_drawing_and_names_are_told_apart():
    page = _page(_series([[8.0, 1.0], [9.0, 2.0]], name="Rome", channels=("a", "b")))
    drawings = _drawings(page)
    assert [one[0].text for one in drawings] == ["Rome: a", "Rome: b"]
    names = re.findall(r' id="(\w+)"', page)
    assert len(names) == len(set(names))


def test_names_of_the_user_are_escaped():
    page = _page(_series([8.0, 9.0], name='<script>alert("1")</script>&'))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_page_is_whole_and_fetches_nothing():
    class Tags(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.addresses = [], []

        def handle_starttag(self, tag, attrs):
            if tag not in ("meta",):
                self.open.append(tag)
            self.addresses += [v for k, v in attrs if k in ("href", "src")]

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    page, tags = _page(_series([8.0, 9.0])), Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.addresses == []
    assert "prefers-color-scheme: dark" in page
    assert "@import" not in page
    assert "url(#inside0)" in page


def test_many_drawings_are_counted_and_left_out():
    series = [_series([8.0, 9.0], name=str(n)) for n in range(30)]
    answers = [
        {"series": "", "times": [3], "quantiles": {"0.5": [1.0]}} for _ in range(30)
    ]
    page = picture(series, answers)
    assert len(_drawings(page)) == 24
    assert "6 more are not drawn." in page


@pytest.mark.parametrize(
    "values", [[7.0, 7.0, 7.0], [0.0, 0.0], [GAP], [1e300, -1e300], [1e-300, 2e-300]]
)
def test_odd_values_are_drawn(values):
    [drawing] = _drawings(
        _page(_series(values), middle=1.0 if math.isnan(values[0]) else values[0])
    )
    for one in drawing.iter():
        assert "nan" not in str(one.attrib)
        assert "inf," not in str(one.attrib)


def test_far_edges_of_the_widest_band_are_cut_off():
    series = _series([1.0, 2.0, 1.0, 2.0])
    quantiles = {
        "0.025": [-1e9],
        "0.1": [1.0],
        "0.5": [1.5],
        "0.9": [2.0],
        "0.975": [1e9],
    }
    page = picture([series], [{"series": "", "times": [5], "quantiles": quantiles}])
    [drawing] = _drawings(page)
    [history] = _of_class(drawing, "history")
    heights = [y for _, y in _points(history)]
    assert max(heights) - min(heights) > 80  # of 220: it is not pressed flat


def test_a_series_and_forecast_of_one_value_lie_in_the_middle():
    quantiles = {"0.1": [7.0], "0.5": [7.0], "0.9": [7.0]}
    series = _series([7.0, 7.0])
    page = picture([series], [{"series": "", "times": [3], "quantiles": quantiles}])
    [drawing] = _drawings(page)
    [history] = _of_class(drawing, "history")
    assert {y for _, y in _points(history)} == {12 + 220 / 2}


def test_numbers_have_four_digits():
    assert [number(n) for n in (1234.56, 123.456, 1.23456, 0.0123456, 0, -5.5)] == [
        *("1,235", "123.5", "1.235", "0.012", "0.000", "-5.500"),
    ]
    assert number(GAP) == ""
    assert number(123456789.0) == "1.235e+08"
