"""The folded and the unrolled block: an arrow for all that goes in or comes out."""

import re

from unrolled.drawing.moments import folded_block, over_time

WORDS = {"heading": "H", "sentence": "What is seen."}


def test_every_moment_has_a_block_and_every_word_its_place():
    drawn = over_time(["He", "is", None], [None, None, "<good>"], **WORDS)
    picture, table = drawn.split("<details>")
    assert picture.count("<rect") == 3 and picture.count(">A</text>") == 3
    assert re.findall(r">(He|is|&lt;good&gt;|0)</text>", picture) == [
        "0",
        "He",
        "is",
        "&lt;good&gt;",
    ]
    row = '<th scope="row">3</th><td>nothing</td><td>A</td><td>&lt;good&gt;</td>'
    assert row in table


def test_an_arrow_for_each_word_and_each_handing_over():
    def strokes(inputs, outputs):
        return over_time(inputs, outputs, **WORDS).count("<line") // 3

    assert strokes(["a", "b"], [None, "c"]) == 1 + 1 + 2 + 1
    assert strokes([None, None], [None, None]) == 1 + 1


def test_two_blocks_have_two_names_and_two_colors():
    drawn = over_time(["a", "b"], [None, "c"], blocks=["E", "D"], **WORDS)
    assert ">E</text>" in drawn and ">D</text>" in drawn
    assert 'fill="var(--accent)"' in drawn and 'fill="var(--plus)"' in drawn


def test_the_folded_block_is_one():
    drawn = folded_block(**WORDS)
    assert drawn.count("<rect") == 1 and 'aria-label="What is seen."' in drawn
