"""Entities in their sentence."""

import re

from tests.drawing.made_parts import SPANS
from unrolled.drawing.spans import apart, draw, percent, styles_of


def test_the_sentence_names_what_was_found():
    page = draw(SPANS)
    assert "The network marked “Ada Lovelace” as PER and “London” as LOC." in page
    assert "Spans: 2, over 3 of 6 tokens, the least sure with 98 %." in page


def test_the_table_has_the_bio_view():
    cells = re.findall(r"<td>(.*?)</td>", draw(SPANS))
    assert cells[::2] == ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]
    assert cells[1::2] == ["98 %", "98 %", "", "", "99 %", ""]


def test_each_label_has_a_color_and_a_border_of_its_own():
    styles = styles_of([f"L{number:02}" for number in range(16)])
    assert len(set(styles.values())) == 16
    assert styles_of(["b", "a", "b"]) == styles_of(["a", "b"])


def test_spans_that_share_tokens_are_drawn_once():
    wide, inner = {"start": 0, "stop": 3}, {"start": 1, "stop": 2}
    after, empty = {"start": 3, "stop": 4}, {"start": 5, "stop": 5}
    assert apart([after, inner, wide, empty]) == [wide, after]


def test_only_what_is_certain_has_a_hundred_percent():
    assert [percent(x) for x in (1.0, 0.999, 0.5, 0.0)] == [
        *("100 %", "99 %", "50 %", "0 %"),
    ]


def test_a_span_without_a_confidence_has_none():
    part = {
        "tokens": ["a"],
        "spans": [{"start": 0, "stop": 1, "label": "X", "confidence": None}],
    }
    assert "Spans: 1, over 1 of 1 tokens." in draw(part)
    assert "%" not in re.sub(r'style="[^"]*"', "", draw(part))
