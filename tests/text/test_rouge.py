"""ROUGE: the worked cases of Lin 2004, and the rest by hand."""

import random
import time

import pytest

from unrolled.text.scores.rouge import Overlap, mean_rouge, rouge

REFERENCE = "police killed the gunman"


def test_the_three_sentences_of_the_paper():
    """Lin 2004, section 3.1: the order of words tells S2 from S3, pairs do not."""
    second = rouge("police kill the gunman", [REFERENCE])
    third = rouge("the gunman kill police", [REFERENCE])
    assert second.r2.f1 == third.r2.f1 == pytest.approx(1 / 3)
    assert second.rL.f1 == pytest.approx(3 / 4)
    assert third.rL.f1 == pytest.approx(2 / 4)
    fourth = rouge("the gunman police killed", [REFERENCE])
    assert fourth.rL.f1 == third.rL.f1
    assert fourth.r2.f1 == pytest.approx(2 / 3)


def test_the_union_of_the_paper():
    """Lin 2004, section 3.2: w1 w2 and w1 w3 w5 make w1 w2 w3 w5, 4 of 5."""
    found = rouge("w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", ["w1 w2 w3 w4 w5"])
    assert found.rLsum == pytest.approx((4 / 10, 4 / 5, 8 / 15))


def test_a_word_counts_no_more_often_than_either_text_has_it():
    found = rouge("the the the the", ["the cat"])
    assert found.r1 == pytest.approx((1 / 4, 1 / 2, 1 / 3))
    # Both lines of the reference meet the one line, which has each word once.
    assert rouge("a b", ["a b\na b"]).rLsum == pytest.approx((1, 1 / 2, 2 / 3))


def test_lines_are_sentences_for_the_sum_alone():
    found = rouge("c d\na b", ["a b\nc d"])
    assert found.rLsum == (1, 1, 1)
    assert found.rL == pytest.approx((1 / 2, 1 / 2, 1 / 2))


def test_on_one_line_the_sum_is_the_plain_measure():
    draw = random.Random(6)
    for _ in range(200):
        ours, wanted = (
            " ".join(draw.choices("abcde", k=draw.randrange(8))) for _ in range(2)
        )
        found = rouge(ours, [wanted])
        assert found.rL == found.rLsum


def test_precision_and_recall_are_told_apart():
    found = rouge("a b c d e f", ["a b c"])
    assert found.r1 == pytest.approx((3 / 6, 1, 2 / 3))
    assert found.r2 == pytest.approx((2 / 5, 1, 4 / 7))
    assert found.rL == pytest.approx((3 / 6, 1, 2 / 3))


def test_case_and_marks_do_not_count_and_letters_keep_their_accents():
    assert (
        rouge("The CAT's well-fed_dog, 3.5!", ["the cat s well fed dog 3 5"]).rL[2] == 1
    )
    assert rouge("été", ["t"]).r1.f1 == 0


def test_each_measure_takes_its_best_reference():
    """The first shares more words, the second a pair."""
    found = rouge("a b c d", ["d c b a", "a b x y"])
    assert found.r1.f1 == 1
    assert found.r2 == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    with pytest.raises(ValueError, match="needs a reference"):
        rouge("a", [])


def test_nothing_shares_nothing():
    nothing = Overlap(0, 0, 0)
    for ours, wanted in (("", ""), ("a", ""), ("", "a"), ("...", "a")):
        assert set(rouge(ours, [wanted])) == {nothing}
    assert set(mean_rouge([], []).values()) == {0}


def test_the_mean_is_of_f1():
    found = mean_rouge(["a b", "a x"], [["a b"], ["a b"]])
    assert found == {"rouge1": 0.75, "rouge2": 0.5, "rougeL": 0.75, "rougeLsum": 0.75}
    with pytest.raises(ValueError, match="zip"):
        mean_rouge(["a"], [])


def test_many_long_texts_are_quick():
    draw = random.Random(7)
    vocabulary = [f"w{number}" for number in range(500)]
    texts = [" ".join(draw.choices(vocabulary, k=100)) for _ in range(150)]
    begin = time.process_time()
    mean_rouge(texts, [[text] for text in texts[::-1]])
    # A tenth of 1,500 texts, which take under 1 s on an idle core.
    assert time.process_time() - begin < 1
