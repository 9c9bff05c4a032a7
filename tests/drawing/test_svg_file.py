"""An SVG file of its own: legal XML, own colors, steps in rows."""

import re
from xml.etree import ElementTree

import pytest
import torch

from unrolled.drawing.lines import Line
from unrolled.drawing.net_row import Block
from unrolled.drawing.svg_file import MOST_COPIES, Norms, States, Strip, svg_file

SVG = "{http://www.w3.org/2000/svg}"


def strip(steps: int, *, word: str = "word", name: str = "") -> Strip:
    return Strip(
        name=name,
        below=[f"{word}{at}" for at in range(steps)],
        above=["", *[""] * (steps - 2), "good"],
        levels=[[Block("gru", reverse=False)]],
        states=[States("stack.l0", torch.linspace(-1, 1, steps * 4).view(steps, 4))],
        shares=[Line("good", [at / steps for at in range(steps)])],
        ends=(0.0, 1.0),
        norms=[Norms("stack.l0", [10.0 ** (at - steps) for at in range(steps)], 1e-4)],
    )


def file(*strips: Strip, title: str = "He is great", about: str = "a gru") -> str:
    return svg_file(strips, title=title, answer="The answer: good.", about=about)


def words(text: str) -> list[str]:
    tree = ElementTree.fromstring(text.encode())
    return ["".join(one.itertext()) for one in tree.iter(f"{SVG}text")]


def test_the_file_is_a_picture_with_a_title():
    tree = ElementTree.fromstring(file(strip(5)).encode())
    assert tree.tag == f"{SVG}svg"
    assert tree.attrib["role"] == "img"
    assert tree.findtext(f"{SVG}title") == "He is great"
    assert tree.findtext(f"{SVG}desc") == "The answer: good."


def test_nothing_has_to_be_looked_up_elsewhere():
    made = file(strip(5))
    assert "var(" not in made
    assert "currentColor" not in made
    links = re.findall(r'href="([^"]{1,30})', made)
    assert links
    assert all(link.startswith("data:image/png;base64,") for link in links)


def test_many_steps_stand_in_rows_of_about_one_length():
    made = words(file(strip(40)))
    assert [word for word in made if word.startswith("word")] == [
        f"word{at}" for at in range(40)
    ]
    assert made.count("gru") == 40
    assert made.count("0") == 1
    rows = made.count("gradient of the score")
    assert rows == 4
    assert made.count("…") == 2 * (rows - 1)


def test_very_many_steps_are_lanes_without_copies():
    made = words(file(strip(MOST_COPIES + 1)))
    assert "gru" not in made
    assert made.count("gradient of the score") == 1
    assert "word0" in made


def test_every_row_has_the_scale_of_all_steps():
    made = file(strip(40))
    assert len(set(re.findall(r"10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+ to 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", made))) == 1
    views = re.findall(r'viewBox="([\d.]+) 0 [\d.]+ 64"><svg', made)
    places = [float(one) for one in views]
    assert places == pytest.approx([place * places[1] for place in range(4)])
    assert places[1] > 0


def test_several_stacks_have_their_names():
    made = words(file(strip(3, name="encoder"), strip(3, name="decoder")))
    assert "encoder" in made
    assert "decoder" in made


def test_words_of_people_stay_words_and_are_legal_xml():
    hostile = '<script>"&\x00\x0b\ud800'
    made = file(strip(3, word=hostile), title=hostile, about=hostile)
    assert "<script" not in made
    assert "&lt;script&gt;&quot;&amp;\ufffd\ufffd\ufffd" in made
    ElementTree.fromstring(made.encode())


def test_a_network_without_recurrent_layers_says_so():
    assert "It has no recurrent layers to draw." in words(file())


def test_a_long_title_is_cut_where_the_picture_ends():
    title, *_ = words(file(strip(3), title="many words " * 40))
    assert title.endswith("…")
    assert len(title) < 90
