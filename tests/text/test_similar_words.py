"""Nearest words and analogies on vectors small enough to see."""

import torch
from torch.testing import assert_close

from unrolled.text.similar_words import Neighbor, SimilarWords

# The first number says whether it is royal, the second and third which sex, the fourth
# whether it is a fruit.
WORDS = ("king", "queen", "man", "woman", "apple", "Paris")
VALUES = [
    [1.0, 1.0, 0.0, 0.0],
    [1.0, 0.0, 1.0, 0.0],
    [0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0],
    [0.0, 0.0, 0.0, 3.0],
    [0.0, 0.0, 0.0, 0.0],
]
SMALL = SimilarWords(WORDS, torch.tensor(VALUES))


def test_the_nearest_words_and_their_cosines_by_hand():
    found = SMALL.nearest("king", 3)
    # king is (1, 1) / √2: with man 1 / √2, with queen 1 / 2, with the others 0.
    assert found == [
        Neighbor("man", 0.7071),
        Neighbor("queen", 0.5),
        Neighbor("woman", 0.0),
    ]


def test_length_does_not_matter_and_asking_for_more_gives_what_there_is():
    longer = SimilarWords(WORDS, torch.tensor(VALUES) * 7)
    assert longer.nearest("king", 100) == SMALL.nearest("king", 100)
    assert len(SMALL.nearest("king", 100)) == 5
    assert SMALL.nearest("king", 0) == []


def test_man_is_to_king_as_woman_to_queen():
    (best, second) = SMALL.analogy("man", "king", "woman", 2)
    # q = king − man + woman = (0.71, −0.29, 1, 0), of length 1.26.
    assert best == Neighbor("queen", 0.9586)  # (0.7071 + 1) / √2 / 1.2593
    assert second.word == "apple"
    assert second.cosine == 0.0


def test_the_words_of_a_question_are_no_answers():
    words = ("a", "b", "c", "d")
    same = SimilarWords(words, torch.ones(4, 2))
    assert [n.word for n in same.analogy("a", "b", "c")] == ["d"]
    assert [n.word for n in same.analogy("a", "a", "a")] == ["b", "c", "d"]


def test_many_questions_at_once_are_answered_like_one():
    vectors = SimilarWords(
        [f"w{n}" for n in range(40)],
        torch.randn(40, 6, generator=torch.Generator().manual_seed(0)),
    )
    rows = torch.randint(40, (60, 3), generator=torch.Generator().manual_seed(1))
    for first in (0, 40, 1000):
        best = vectors.best_analogies(rows, first)
        for question, answer in zip(rows.tolist(), best.tolist(), strict=True):
            words = [vectors.words[row] for row in question]
            assert vectors.analogy(*words, 1)[0].word == vectors.words[answer]
    few = vectors.best_analogies(rows, 5)
    assert int(few.max()) < 5
    assert not bool((few[:, None] == rows).any())


def test_small_letters_stand_in_and_what_is_unknown_is_said():
    assert SMALL.unknown(["King", "paris", "Paris", "pear"]) == ["paris", "pear"]
    assert_close(SMALL.cosine("KING", "man"), 2**-0.5, rtol=1e-6, atol=0)


def test_a_word_of_zeros_is_like_nothing():
    assert [n.cosine for n in SMALL.nearest("Paris")] == [0.0] * 5
