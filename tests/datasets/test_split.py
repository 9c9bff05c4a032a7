"""The split: fixed for all time, exact in size, and no text in two parts."""

import random

import pytest

from unrolled.datasets._split import near_duplicates, split

ROWS = [(f"text {n}", n % 2) for n in range(100)]
GROUPS = [str(text) for text, _ in ROWS]


def test_parts_have_exactly_the_asked_size_and_lose_nothing():
    parts = split(ROWS, GROUPS, sizes={"valid": 10, "test": 25})
    assert {part: len(rows) for part, rows in parts.items()} == {
        "train": 65,
        "valid": 10,
        "test": 25,
    }
    assert sorted(row for rows in parts.values() for row in rows) == sorted(ROWS)


def test_the_split_is_this_one_on_every_machine():
    parts = split([(n,) for n in "abcdefgh"], list("abcdefgh"), sizes={"test": 3})
    assert "".join(str(n) for (n,) in parts["test"]) == "dfc"
    assert "".join(str(n) for (n,) in parts["train"]) == "behag"


def test_the_order_of_the_rows_does_not_matter():
    mixed = random.Random(0).sample(ROWS, len(ROWS))
    again = split(mixed, [str(text) for text, _ in mixed], sizes={"test": 30})
    assert again == split(ROWS, GROUPS, sizes={"test": 30})


@pytest.mark.parametrize("size", range(1, 12))
def test_a_group_is_never_cut_and_the_size_is_exact_all_the_same(size):
    rows = [(n,) for n in range(40)]
    groups = [f"pair {n // 2}" if n < 20 else f"single {n}" for n in range(40)]
    parts = split(rows, groups, sizes={"test": size})
    assert len(parts["test"]) == size
    chosen = {groups[int(str(n))] for (n,) in parts["test"]}
    assert not chosen & {groups[int(str(n))] for (n,) in parts["train"]}


def test_texts_that_share_a_run_of_words_are_one_group():
    texts = [
        "The film is long, loud and very sad.",
        "the film is long loud and... VERY happy",
        "a film that is long and loud",
        "The film is long",
    ]
    assert near_duplicates(texts, run=6) == [texts[0], texts[0], texts[2], texts[3]]


def test_neighbors_of_neighbors_are_joined_whatever_comes_first():
    texts = ["a b c d", "x y z w", "w a b c d x y z"]
    assert near_duplicates(texts, run=3) == [texts[0]] * 3


def test_short_texts_are_joined_if_they_have_the_same_words():
    assert near_duplicates(["Fine.", "fine !", "so fine"], run=8) == [
        "Fine.",
        "Fine.",
        "so fine",
    ]


def test_only_runs_that_begin_with_an_anchor_are_compared():
    texts = ["it is unbelievable to see", "to me it is unbelievable to see", "it is to"]
    assert near_duplicates(texts, run=3, anchor_letters=9) == [
        texts[0],
        texts[0],
        texts[2],
    ]
    shifted = ["it is to see", "oh it is to be"]
    assert near_duplicates(shifted, run=3, anchor_letters=9) == shifted
    assert near_duplicates(shifted, run=3) == [shifted[0], shifted[0]]
