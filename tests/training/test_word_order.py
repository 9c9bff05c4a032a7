"""Texts beside shuffles of themselves: what counts as above, and what is counted."""

from itertools import pairwise
from typing import Any

from unrolled.training.word_order import beside_shuffles, share_above


class LikesOrder:
    """In place of a model: a word before one that is greater costs nothing."""

    def surprisal(self, texts: list[str]) -> list[dict[str, Any]]:
        return [{"text": text, "log_probability": -self._cost(text)} for text in texts]

    def _cost(self, text: str) -> float:
        pairs = pairwise(text.split())
        return float(sum(before > after for before, after in pairs))


def test_each_text_keeps_its_own_shuffles_and_their_probabilities():
    model: Any = LikesOrder()
    texts = ["a b c d", "d c b a", "alone", ""]
    rows = beside_shuffles(model, texts, 4)
    assert [row["text"] for row in rows] == texts
    assert [row["above_all"] for row in rows] == [True, False, None, None]
    assert [len(row["shuffles"]) for row in rows] == [4, 4, 0, 0]
    for row in rows[:2]:
        for one in row["shuffles"]:
            assert sorted(one["text"].split()) == ["a", "b", "c", "d"]
            assert one["text"] != row["text"]
            assert one["log_probability"] == -model._cost(one["text"])


def test_a_text_has_no_more_orders_than_there_are():
    model: Any = LikesOrder()
    [row] = beside_shuffles(model, ["a b"], 5)
    assert row["shuffles"] == [{"text": "b a", "log_probability": -1.0}]


def test_as_likely_as_a_shuffle_is_not_above_it():
    model: Any = LikesOrder()
    [row] = beside_shuffles(model, ["b a a"], 5)  # a b a costs as much
    assert row["above_all"] is False


def test_the_seed_decides_the_shuffles():
    model: Any = LikesOrder()
    text = ["a b c d e f g h"]
    assert beside_shuffles(model, text, 3) == beside_shuffles(model, text, 3)
    assert beside_shuffles(model, text, 3) != beside_shuffles(model, text, 3, seed=1)


def test_the_share_leaves_out_what_has_no_other_order():
    rows = [{"above_all": above} for above in (True, None, False, True, True)]
    assert share_above(rows) == {"word_order": 0.75, "sentences": 4}
    assert share_above(rows[1:2]) == {"word_order": None, "sentences": 0}
