"""The page and the picture: what people wrote is escaped, every picture has a table."""

from tests.comparing.made_report import made
from unrolled.comparing.pages import page, picture
from unrolled.comparing.tables import figures


def test_names_are_shown_and_are_no_html():
    for drawn in (page(made()), picture(made())):
        assert "<gru>" not in drawn
        assert "&lt;gru&gt; &amp; more" in drawn


def test_every_picture_is_read_out_and_has_a_table():
    drawn = page(made())
    figures = drawn.split("<figure")[1:]
    assert len(figures) == 6
    for figure in figures:
        assert 'role="img"' in figure and "aria-label" in figure
        assert "<details><summary>As a table" in figure


def test_what_has_no_interval_has_none_in_the_table():
    told = made()
    for one in told["metrics"].values():
        one["interval"] = None
    told["metrics"]["feedforward"]["difference"]["interval"] = None
    drawn = page(told)
    assert "None" not in drawn and "nan" not in drawn
    [lstm, _, feedforward] = figures(told)[1:]
    assert lstm[1:4] == ["0.7500", "–", "(first)"]
    assert feedforward[1:6] == ["0.7300", "–", "−2.0 points", "–", "–"]


def test_a_comparison_without_probe_lengths_and_growth_is_shorter():
    told = made()
    told["growth"] = []
    for one in told["metrics"].values():
        one["by_length"] = []
        one.pop("memory", None)
    assert page(told).count("<figure") == 2
