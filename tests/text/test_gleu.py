"""GLEU: by hand, against the figures of the leader board, and what it refuses."""

import math
from pathlib import Path
from random import Random

import pytest

from unrolled.text.scores.gleu import gleu

JFLEG = Path("/work/shared/data/grammar/jfleg")
SOURCE = "There is two cats in the old house ."
RIGHT = "There are two cats in the old house ."


def one(prediction, *references, source=SOURCE):
    return gleu([source], [prediction], [references])


def test_the_right_correction_has_all_and_nothing_has_none():
    assert one(RIGHT, RIGHT) == pytest.approx(1)
    assert one("", RIGHT) == 0
    assert one("cats", RIGHT) == 0  # not one pair of words
    assert gleu([], [], []) == 0


def test_a_mistake_left_there_costs_twice():
    """Of 9, 8, 7, 6 n-grams 1, 2, 2, 2 hold the mistake: not right, and taken away."""
    wanted = (7 / 9 * 4 / 8 * 3 / 7 * 2 / 6) ** 0.25
    assert one(SOURCE, RIGHT) == pytest.approx(wanted)


def test_a_new_mistake_costs_once():
    wanted = (8 / 9 * 6 / 8 * 5 / 7 * 4 / 6) ** 0.25
    assert one(SOURCE.replace("is", "were"), RIGHT) == pytest.approx(wanted)


def test_a_short_correction_pays_for_brevity():
    assert one(RIGHT.removeprefix("There "), RIGHT) == pytest.approx(
        math.exp(1 - 9 / 8)
    )


def test_a_sentence_takes_no_less_than_nothing_from_the_others():
    """The second sentence would count −1 + 3 words; its pairs and more count 0."""
    found = gleu([SOURCE, "a b c d"], [RIGHT, "a b c d"], [[RIGHT], ["a x c d"]])
    sums = [9 + 2, 8 + 0, 7 + 0, 6 + 0]
    totals = [9 + 4, 8 + 3, 7 + 2, 6 + 1]
    wanted = math.prod(map(lambda s, t: s / t, sums, totals)) ** 0.25
    assert found == pytest.approx(wanted)


def test_a_word_twice_counts_no_more_often_than_in_the_reference():
    wanted = (5 / 6 * 4 / 5 * 3 / 4 * 2 / 3) ** 0.25
    found = one("a b c d e e", "a b c d e x", source="q")
    assert found == pytest.approx(wanted)


def test_several_references_take_turns():
    other = RIGHT.replace("house", "home")
    low = one(RIGHT, other)
    drawn = sum(Random(101 * draw).random() < 0.5 for draw in range(500))
    wanted = (drawn + (500 - drawn) * low) / 500
    assert one(RIGHT, RIGHT, other) == pytest.approx(wanted)
    assert 200 < drawn < 300


def test_sentences_may_have_unequal_numbers_of_references():
    found = gleu([SOURCE] * 2, [RIGHT] * 2, [[RIGHT], [RIGHT] * 3])
    assert found == pytest.approx(1)


def test_another_seed_draws_others():
    references = [[RIGHT, RIGHT.replace("house", "home")]] * 3
    first, again, other = (
        gleu([SOURCE] * 3, [RIGHT] * 3, references, seed=seed, draws=20)
        for seed in (0, 0, 7)
    )
    assert first == again != other


def test_lists_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="differ in number"):
        gleu([SOURCE], [], [[RIGHT]])
    with pytest.raises(ValueError, match="needs a reference"):
        gleu([SOURCE], [SOURCE], [[]])


@pytest.mark.skipif(not JFLEG.is_dir(), reason="JFLEG is not on this machine")
def test_the_figures_of_the_leader_board_come_out():
    """38.21 for the source left alone; 55.26 for people against one another."""
    sources = (JFLEG / "dev.src").read_text("utf-8").splitlines()
    lists = [(JFLEG / f"dev.ref{n}").read_text("utf-8").splitlines() for n in range(4)]
    alone = gleu(sources, sources, list(zip(*lists, strict=True)))
    assert round(100 * alone, 2) == 38.21
    people = [
        gleu(sources, lists[n], list(zip(*lists[:n], *lists[n + 1 :], strict=True)))
        for n in range(4)
    ]
    assert 100 * sum(people) / 4 == pytest.approx(55.26, abs=0.05)
