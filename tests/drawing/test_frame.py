"""The frame of a picture: what is said around it, and what is made harmless."""

import pytest

from unrolled.drawing.frame import figure, number, svg, table, text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.126, "0.13"),
        (-0.126, "−0.13"),
        (-0.0, "0.00"),
        (1234.5, "1,234.50"),
        (0.00012, "1.2e−04"),
        (-3e7, "−3.0e+07"),
        (float("nan"), "none"),
    ],
)
def test_a_number_is_short_and_its_minus_is_a_minus(value: float, written: str):
    assert number(value) == written


def test_a_signed_number_says_plus():
    assert number(0.5, digits=1, signed=True) == "+0.5"
    assert number(0.0, digits=1, signed=True) == "0.0"


def test_words_of_people_stay_words():
    assert text('<b a="1">&\'') == "&lt;b a=&quot;1&quot;&gt;&amp;&#x27;"
    whole = figure(
        heading="<i>",
        sentence="<b>",
        numbers="<u>",
        picture=svg("", width=1, height=1, label='"<s>'),
        table=table(["<li>"], [["<q>", "<a>"]], caption="<em>"),
    )
    for tag in ("<i>", "<b>", "<u>", "<s>", "<li>", "<q>", "<a>", "<em>"):
        assert tag not in whole


def test_a_figure_holds_all_its_parts():
    whole = figure(
        heading="State",
        sentence="It changes.",
        numbers="3 steps",
        picture="<svg></svg>",
        table=table(["step", "h"], [["1", "0.5"]], caption="state"),
        name="state",
    )
    for part in (
        '<figure id="state">',
        "<h3>State</h3><p>It changes.</p>",
        '<p class="numbers">3 steps</p>',
        "<svg></svg></div>",
        '<th scope="col">h</th>',
        '<th scope="row">1</th><td>0.5</td>',
    ):
        assert part in whole


def test_a_picture_is_read_out_as_its_sentence():
    drawn = svg("<g/>", width=10.5, height=4, label="A line that rises.")
    assert 'role="img" aria-label="A line that rises."' in drawn
    assert 'viewBox="0 0 10.5 4"' in drawn


def test_of_a_very_long_table_the_ends_are_there():
    rows = [[f"row {at}", str(at)] for at in range(201)]
    made = table(["row", "number"], rows, caption="numbers")
    assert made.count("<tr>") == 1 + 75 + 1 + 75
    assert "numbers (51 rows in the middle are left out)</summary>" in made
    assert '<th scope="row">51 more</th>' in made
    assert ">row 74<" in made and ">row 126<" in made
    assert ">row 75<" not in made and ">row 125<" not in made
    assert table(["row", "number"], rows[:200], caption="").count("<tr>") == 201
