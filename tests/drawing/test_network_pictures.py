"""The folded and the unrolled picture: what is drawn, how often, and where."""

import re

import pytest

from unrolled.drawing.folded import Block, folded, shape
from unrolled.drawing.signed_words import signed_words
from unrolled.drawing.unrolled_net import Chain, stack_of, unrolled

ONE = [[("LSTM", False)]]
BOTH = [[("GRU", False), ("GRU", True)]]


def chain(steps: int, levels=ONE, *, feeds_back: bool = False, pooled: str = ""):
    words = [f"w{at}" for at in range(steps)]
    out, notes = ["out"] * steps, ["50 %"] * steps
    return Chain("net", "inputs", words, out, notes, levels, "0", feeds_back, pooled)


def test_each_step_is_a_copy_with_the_same_weights():
    drawn = unrolled(chain(5), label="five")
    assert drawn.count('class="copy"') == 5
    assert re.findall(r'data-step="(\d)"', drawn) == list("01234")
    for letter in "WR":
        assert drawn.count(f'<use href="#net-{letter}"') == 5
        assert drawn.count(f'<g id="net-{letter}">') == 1


def test_copies_stand_one_column_apart():
    drawn = unrolled(chain(3), label="three")
    places = re.findall(r'transform="translate\((\d+) 0\)"', drawn)
    first, second, third = map(float, places)
    assert second - first == third - second == stack_of(ONE).column


def test_every_layer_starts_at_a_zero_of_its_own():
    assert unrolled(chain(3, ONE * 2), label="two").count(">0</text>") == 2
    assert unrolled(chain(3, BOTH), label="both").count(">0</text>") == 2


def test_the_way_back_starts_at_the_right():
    drawn = unrolled(chain(3, BOTH), label="both")
    left, right = map(float, re.findall(r'<circle cx="([\d.]+)"', drawn))
    copies = re.findall(r'transform="translate\(([\d.]+) 0\)"', drawn)
    assert left < float(copies[0])
    assert right > float(copies[-1])


def test_blocks_of_a_level_read_the_same_line_and_give_to_the_same():
    there, back = stack_of(BOTH).blocks
    assert (there.reads, there.gives) == (back.reads, back.gives)
    assert there.x < 0 < back.x
    assert there.gives < back.y < there.y < there.reads
    lower, upper = stack_of(ONE * 2).blocks
    assert upper.reads == lower.gives


def test_what_is_fed_back_goes_to_the_next_step():
    assert unrolled(chain(4, feeds_back=True), label="x").count('class="back"') == 3


def test_a_pool_stands_above_all_steps():
    drawn = unrolled(chain(4, pooled="mean"), label="x")
    assert "mean of all steps" in drawn
    assert drawn.count(">out</text>") == 1


@pytest.mark.parametrize(("steps", "gaps"), [(60, 0), (61, 1), (500, 1)])
def test_of_many_steps_the_ends_are_drawn(steps, gaps):
    drawn = unrolled(chain(steps), label="many")
    assert drawn.count('class="copy"') == 60
    assert drawn.count('class="gap"') == gaps
    assert f'data-step="{steps - 1}"' in drawn
    if gaps:
        assert f">{steps - 60:,} steps more<" in drawn


def test_words_of_people_are_escaped():
    odd = chain(1)._replace(below=["<b>"], above=["<i>"], notes=["<u>"])
    drawn = unrolled(odd, label='"<s>')
    assert not re.search("<[bius]>", drawn)


def test_a_folded_stack_names_its_weights_once():
    block = Block("l0", "LSTM", 16, 32, 4, False)
    drawn = folded([[block]], below="16 numbers", above="answer", label="x")
    assert drawn.count("4 × 32 × 16") == 1
    assert drawn.count("4 × 32 × 32") == 1
    both = [[block, block._replace(reverse=True)]]
    wide = folded(both, below="16 numbers", above="answer", label="x")
    assert wide.count("4 × 32 × 16") == 2
    assert wide.count("from the end") == 1


def test_the_size_of_one_part_is_a_matrix():
    assert shape(1, 1000, 16) == "1,000 × 16"
    assert shape(3, 8, 8) == "3 × 8 × 8"


def test_words_carry_their_number_and_their_share_of_color():
    drawn = signed_words(["a", "<b>"], [2.0, -1.0], axis="inputs", label="said")
    assert "+2.00" in drawn
    assert "−1.00" in drawn
    assert "/0.50)" in drawn  # the strongest
    assert "/0.25)" in drawn
    assert "<b>" not in drawn
    assert 'data-axis="inputs" data-step="1"' in drawn


def test_small_numbers_keep_two_figures_and_nothing_is_zero():
    drawn = signed_words(["a", "b", "c"], [2e-4, -1e-5, 0], axis="x", label="said")
    assert "+0.00020" in drawn
    assert "−0.00001" in drawn
    assert "<small>0.00000</small>" in drawn
