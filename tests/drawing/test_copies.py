"""What an answer copied."""

import re

from tests.drawing.made_parts import COPIES
from unrolled.drawing.copies import draw


def test_what_was_copied_is_named_with_its_share():
    page = draw(COPIES)
    assert "The answer copied from the source: “Ferrand”." in page
    assert "Copied with at least 50 %: 1 of 4 source words." in page
    assert re.findall(r"width:(\d+)%", page) == [
        "25",
        "75",
    ]  # below 1 % there is no bar
    assert re.findall(r"<td>(.*?)</td>", page) == ["0 %", "25 %", "75 %", "0 %"]


def test_an_answer_in_its_own_words_says_so():
    page = draw(COPIES | {"share": [0.1, 0.2, 0.3, 0.4]})
    assert "No word of the source was copied with a probability of 50 %" in page
