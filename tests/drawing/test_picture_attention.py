"""A picture once for each word."""

import re

import torch

from tests.drawing.made_parts import PICTURE
from unrolled.drawing.picture_attention import draw, veil

WEIGHTS = torch.tensor([[0.5, 0.25, 0.0, 0.25], [0.25, 0.25, 0.25, 0.25]])


def test_a_veil_is_thin_where_a_word_looked():
    gray, opacity = veil(torch.tensor([0.5, 0.25, 0.0, 0.25]))
    assert not gray.any()
    assert opacity.tolist() == [[0, 96], [191, 96]]  # 255 · 0.75 · (1 − w / 0.5)


def test_the_picture_is_there_once_and_shown_for_each_word():
    page = draw(PICTURE, words=["red", "box"], attention=WEIGHTS)
    assert page.count(PICTURE["png"]) == 1
    [name] = re.findall(r'<image id="(\w+)"', page)
    assert page.count(f'href="#{name}"') == 2


def test_where_words_looked_stands_in_words_and_numbers():
    page = draw(PICTURE, words=["red", "box"], attention=WEIGHTS)
    assert "is “red”: it looked most at line 1, column 1 of 2." in page
    # exp of the entropy: 2^1.5 = 2.83 regions, and 4 of 4
    assert "3.4 of 4 on average" in page
    cells = re.findall(r"<td>(.*?)</td>", page)
    assert cells[:4] == ["1", "1", "0.500", "2.8"]


def test_without_attention_there_is_only_the_picture():
    page = draw(PICTURE, words=["red"], attention=torch.zeros(0, 0))
    assert "no word looks at a part" in page
    assert "<use" not in page
    assert "<details" not in page
