"""What summaries copy and repeat: by hand."""

import pytest

from unrolled.text.scores.summary_scores import summary_scores

SOURCE = "The cat sat on the mat, and slept."


def one(summary: str, source: str = SOURCE):
    return summary_scores([source], [summary])


def test_the_case_of_the_page():
    found = one("the cat sat there there")
    assert found.compression == 5 / 8
    assert found.novelty == pytest.approx((2 / 5, 2 / 4, 2 / 3))
    assert found.repetition == 0
    assert found.copied == 3 / 5


def test_what_is_copied_is_not_new_and_what_is_new_is_not_copied():
    assert one("sat on the mat") == (4 / 8, (0, 0, 0), 0, 1)
    assert one("a dog ran far") == (4 / 8, (1, 1, 1), 0, 0)


def test_known_words_in_another_order_are_not_copied():
    found = one("mat the sat cat")
    assert found.novelty == (0, 1, 1)
    assert found.copied == 0


def test_a_triple_that_comes_again_is_a_repetition():
    """Triples: abc, bca, cab, abc; the last one was there."""
    assert one("a b c a b c").repetition == 1 / 4
    assert one("a a a a").repetition == 1 / 2
    assert one("a b").repetition == 0


def test_a_very_short_summary_is_one_run():
    assert one("the mat").copied == 1
    assert one("mat the").copied == 0
    assert one("cat").copied == 1


def test_texts_are_counted_together():
    found = summary_scores(["a b c d", "e f"], ["a b c", "x"])
    assert found.compression == 4 / 6
    assert found.novelty == (1 / 4, 0, 0)
    assert found.copied == 3 / 4


def test_nothing_is_refused_but_lists_of_unequal_length():
    assert summary_scores([], []) == (0, (0, 0, 0), 0, 0)
    assert one("") == (0, (0, 0, 0), 0, 0)
    assert one("a", source="") == (0, (1, 0, 0), 0, 0)
    with pytest.raises(ValueError, match="zip"):
        summary_scores(["a"], [])
