"""The tree of a beam search."""

import re

from tests.drawing.made_parts import BEAM, wide_tree
from unrolled.drawing.beam_tree import draw


def test_the_sentence_names_the_answer_that_was_chosen():
    page = draw(BEAM)
    assert "came to 2 finished answers; the strong line is the one" in page
    assert "that it chose: “Il est”." in page
    assert (
        "Nodes: 10, dropped ends: 1, left out here: 3. log P of the chosen answer:"
        " −0.75 nats, of the most probable other one: −2.50 nats."
    ) in page


def test_the_way_to_the_answer_is_strong_and_dropped_ways_are_dashed():
    page = draw(BEAM)
    assert page.count('stroke-width="3.5"') == 3
    ways = re.findall(r"<path [^>]*/>", page)
    assert sum("stroke-dasharray" in way for way in ways) == 1
    assert len(ways) == 6


def test_a_finished_answer_has_a_second_border():
    assert draw(BEAM).count("<rect") == 7 + 2


def test_the_table_says_what_became_of_each():
    cells = re.findall(r"<td>(.*?)</td>", draw(BEAM))
    rows = {cells[at]: cells[at + 1 : at + 4] for at in range(0, len(cells), 4)}
    assert rows["Il"] == ["1", "−0.25", "chosen"]
    assert rows["Elle"][1:] == ["−1.50", "dropped"]
    assert rows["a"][1:] == ["−2.00", ""]


def test_a_choice_that_is_not_the_most_probable_is_explained():
    nodes = [dict(one) for one in BEAM["nodes"]]
    nodes[6]["log_probability"] = -0.5
    assert "what is chosen depends on the length, too" in draw({"nodes": nodes})
    assert "depends on the length" not in draw(BEAM)


def test_four_hundred_nodes_stay_readable_and_small():
    page = draw({"nodes": wide_tree(40, 9)})
    assert " more</text>" in page
    assert len(page) < 120_000
    height = float(re.findall(r'role="img"[^>]*height="([\d.]+)"', page)[0])
    assert height <= 12 * 34 + 6


def test_a_search_that_finished_nothing_says_so():
    nodes = [one | {"best": False, "ended": False} for one in BEAM["nodes"]]
    assert "and finished none" in draw({"nodes": nodes})


def test_what_was_found_and_rejected_is_not_called_the_answer():
    page = draw(BEAM, answered=False)
    assert "the best that it found was “Il est” (the strong line)" in page
    assert "The answer is another: the network was not sure enough of this one." in page
    assert "log P of the best that it found: −0.75 nats" in page
    assert "chosen" not in page
