"""Tracked changes."""

import re

from tests.drawing.made_parts import CHANGES
from unrolled.drawing.changes import after, draw, in_order


def test_what_is_out_is_struck_and_what_is_in_is_underlined():
    page = draw(CHANGES)
    assert re.findall(r"<del [^>]*line-through[^>]*>(.*?)</del>", page) == ["go", "the"]
    assert re.findall(r"<ins [^>]*underline[^>]*>(.*?)</ins>", page) == [
        *("goes", "today"),
    ]


def test_the_sentence_tells_each_change():
    page = draw(CHANGES)
    said = "3 changes: “go” became “goes”, took out “the” and put in “today”."
    assert said in page
    assert "Edits: 3, over 2 of 6 tokens, the least sure with 50 %." in page
    assert "R:VERB:SVA 93 %" in page


def test_the_text_after_all_changes():
    edits = in_order(CHANGES["edits"])
    assert after(CHANGES["tokens"], edits) == "He goes to the school today"
    assert "He goes to the school today" in draw(CHANGES)


def test_of_two_edits_that_meet_the_first_is_drawn():
    one = {"start": 0, "stop": 2, "replacement": "x"}
    other = {"start": 1, "stop": 3, "replacement": "y"}
    assert in_order([other, one]) == [one]


def test_a_text_that_is_left_says_so():
    page = draw({"tokens": ["fine"], "edits": []})
    assert "The network left the text as it was." in page


def test_an_edit_that_is_sure_of_nothing_has_its_zero():
    edit = CHANGES["edits"][0] | {"confidence": 0.0}
    assert "R:VERB:SVA 0 %" in draw({"tokens": ["a", "b"], "edits": [edit]})
