"""The vocabulary: order, unknown tokens, counts, and damage."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled.errors import BrokenModelError
from unrolled.text.vocabulary import UNKNOWN, UNKNOWN_TOKEN, Vocabulary

LISTS = [["b", "a", "c", "b"], ["a", "d", "b"], []]


def test_order_is_by_count_then_by_alphabet():
    found = Vocabulary.build(LISTS)
    assert found.tokens == ("<unk>", "b", "a", "c", "d")
    assert found.counts == (0, 3, 2, 1, 1)
    assert len(found) == 5
    assert found.ids(["d", "zzz", "b"]) == [4, UNKNOWN, 1]
    assert [found.token(number) for number in range(5)] == list(found.tokens)


def test_rare_tokens_are_counted_as_unknown():
    found = Vocabulary.build(LISTS, min_count=2)
    assert found.tokens == ("<unk>", "b", "a")
    assert found.counts == (2, 3, 2)


@pytest.mark.parametrize(
    ("size", "tokens", "left_out"),
    [(0, 5, 0), (9, 5, 0), (3, 3, 2), (2, 2, 4), (1, 1, 7)],
)
def test_a_largest_size_counts_the_unknown_one(size: int, tokens: int, left_out: int):
    found = Vocabulary.build(LISTS, max_size=size)
    assert len(found) == tokens
    assert found.counts[UNKNOWN] == left_out


def test_the_name_of_the_unknown_one_in_a_text_is_unknown():
    found = Vocabulary.build([[UNKNOWN_TOKEN, "a"]])
    assert found.tokens == (UNKNOWN_TOKEN, "a")
    assert found.counts == (1, 1)
    assert found.ids([UNKNOWN_TOKEN]) == [UNKNOWN]
    assert "a" in found
    assert UNKNOWN_TOKEN not in found
    assert "b" not in found


def test_the_share_of_unknown_tokens():
    found = Vocabulary.build([["a", "b"]])
    assert found.unknown_share([["a", "x"], ["b", "y"], ["a"]]) == 2 / 5
    assert found.unknown_share([[], []]) == 0.0


def test_nothing_to_learn_from():
    found = Vocabulary.build([])
    assert (found.tokens, found.counts) == (("<unk>",), (0,))


@pytest.mark.parametrize("number", [-1, 5])
def test_a_number_beyond_the_last(number: int):
    with pytest.raises(IndexError, match=f"^no token {number} in a vocabulary of 5$"):
        Vocabulary.build(LISTS).token(number)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.lists(st.sampled_from("abcdef"))), st.randoms())
def test_the_order_of_the_texts_does_not_matter(lists, random):
    shuffled = [random.sample(one, len(one)) for one in lists]
    random.shuffle(shuffled)
    assert Vocabulary.build(shuffled).to_json() == Vocabulary.build(lists).to_json()


def test_json_brings_it_back():
    made = Vocabulary.build([["a", "é", "\ud800", " "]])
    again = Vocabulary.from_json(json.loads(json.dumps(made.to_json())))
    assert (again.tokens, again.counts) == (made.tokens, made.counts)


def damaged(**change: Any) -> dict[str, Any]:
    return {"tokens": ["<unk>", "a"], "counts": [0, 1], **change}


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (None, "it lacks its tokens or its counts"),
        ([], "it lacks its tokens or its counts"),
        ({"tokens": ["<unk>"]}, "it lacks its tokens or its counts"),
        (damaged(counts=None), "it lacks its tokens or its counts"),
        (damaged(tokens=["<unk>", 1]), "a token is no text"),
        (damaged(tokens=[["a"], "b"]), "a token is no text"),
        (damaged(tokens=["a", "b"]), "it does not begin with <unk>"),
        (damaged(tokens=[], counts=[]), "it does not begin with <unk>"),
        (damaged(tokens=["<unk>", "<unk>"]), "a token stands in it twice"),
        (damaged(counts=[1]), "2 tokens have 1 counts"),
        (damaged(counts=[1, -1]), "a count is no whole number from 0"),
        (damaged(counts=[1, 1.0]), "a count is no whole number from 0"),
        (damaged(counts=[1, True]), "a count is no whole number from 0"),
    ],
)
def test_damage_is_told(found: Any, problem: str):
    with pytest.raises(BrokenModelError) as refused:
        Vocabulary.from_json(found)
    assert str(refused.value) == (
        f"the vocabulary of the model is damaged: {problem}.\n"
        "  expected: distinct tokens, the first of them the unknown one, and a count"
        " for each\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )
