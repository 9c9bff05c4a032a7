"""Words, lines and boxes by the names of their colors."""

import pytest

from unrolled.drawing import shapes


def test_words_are_escaped_and_have_a_color_of_the_page():
    made = shapes.words((1, 2), "<b>\"'", color="faint", anchor="end", bold=True)
    assert "<b>" not in made
    assert "&lt;b&gt;&quot;&#x27;</text>" in made
    assert 'style="fill:var(--faint)"' in made
    assert 'x="1.0" y="2.0"' in made
    assert 'text-anchor="end"' in made


def test_strokes_run_from_point_to_point():
    assert shapes.line((0, 1), (2, 3), dashes="3 4") == (
        '<line x1="0.0" y1="1.0" x2="2.0" y2="3.0" stroke="var(--rule)"'
        ' stroke-width="1" stroke-dasharray="3 4"/>'
    )
    assert 'points="0.0,1.0 2.0,3.0"' in shapes.curve([(0, 1), (2, 3)])
    assert 'd="M0.0 1.0C5.0 1.0 5.0 3.0 10.0 3.0"' in shapes.bow((0, 1), (10, 3))


def test_boxes_and_dots_are_where_they_are_put():
    assert shapes.box((1, 2), 3, 6, fill="plus", opacity=0.5) == (
        '<rect x="1.0" y="2.0" width="3.0" height="6.0" rx="2.0" fill="var(--plus)"'
        ' fill-opacity="0.50"/>'
    )
    assert 'cx="1.0" cy="2.0" r="3"' in shapes.dot((1, 2), 3)


def test_wide_letters_are_wider_than_narrow_ones_and_accents_take_no_room():
    assert shapes.width_of("WWW") > shapes.width_of("www"[:2]) > shapes.width_of("ill")
    assert shapes.width_of("日本") > shapes.width_of("ab")
    assert shapes.width_of("e\u0301") == shapes.width_of("e")
    assert shapes.width_of("abc", 24) == pytest.approx(2 * shapes.width_of("abc", 12))


def test_long_words_are_cut_and_long_lists_counted():
    assert shapes.shortened("abcdef", 4) == "abc…"
    assert shapes.shortened("abcd", 4) == "abcd"
    assert [shapes.listed(list("abc")[:count]) for count in range(4)] == [
        *("", "a", "a and b", "a, b and c"),
    ]
    assert shapes.listed(list("abcd"), most=2) == "a, b and 2 more"
