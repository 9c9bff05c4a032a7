"""Hashed n-grams: counted, told apart, and the same in every run."""

from itertools import product

import pytest
import torch

from unrolled.text.hashed_ngrams import hashed_ngrams, ngrams_at_tokens


def grams(text: str, longest: int) -> list[int]:
    return hashed_ngrams([text.split()], longest).values.tolist()


def test_a_text_has_its_ngrams_of_every_length():
    he, is_, great, he_is, is_great = grams("he is great", 2)
    assert grams("he", 1) == [he]
    assert grams("is", 1) == [is_]
    assert grams("great", 1) == [great]
    assert grams("he is", 2) == [he, is_, he_is]
    assert grams("is great", 2) == [is_, great, is_great]
    assert len(grams("he is great", 3)) == 6
    assert grams("he is great", 3)[:5] == [he, is_, great, he_is, is_great]


def test_texts_stand_side_by_side_and_a_short_one_has_fewer():
    found = hashed_ngrams([["a", "b", "c"], [], ["a"], ["a", "b"]], 3)
    assert found.lengths.tolist() == [6, 0, 1, 3]
    assert found.values.dtype == torch.int64
    first, _, second, third = found.to_list()
    assert second.tolist() == [first[0]]
    assert third.tolist() == [first[0], first[1], first[3]]


def test_no_texts_and_empty_texts_have_none():
    assert hashed_ngrams([], 2).values.shape == (0,)
    assert len(hashed_ngrams([], 2)) == 0
    assert hashed_ngrams([[], []], 2).lengths.tolist() == [0, 0]


def test_order_tells_ngrams_apart():
    assert grams("not good", 2)[2] != grams("good not", 2)[2]
    assert grams("a b a", 3)[5] != grams("a a b", 3)[5]


def test_no_two_of_many_ngrams_meet():
    letters = "abcdefghij"
    every = [list(word) for n in (1, 2, 3, 4) for word in product(letters, repeat=n)]
    whole = [hashed_ngrams([word], len(word)).values[-1].item() for word in every]
    assert len(set(whole)) == len(every) == 11_110


def test_a_hash_is_the_same_on_every_machine_and_in_every_run():
    # The head of BLAKE2b("a"), little-endian, as a signed number h; h · STEP + h + 2.
    assert grams("a a", 2) == [
        3405396810240292928,
        3405396810240292928,
        5239943061449497474,
    ]


def test_letters_that_are_no_unicode_do_no_harm():
    assert len(hashed_ngrams([["\ud800", "é", "\U0001d518"]], 2).values.unique()) == 5


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_ngram_that_ends_at_each_token_stands_beside_it(n):
    texts = [["a", "b", "c", "a"], [], ["c"], ["a", "b"]]
    found = ngrams_at_tokens(texts, n)
    assert found.lengths.tolist() == [4, 0, 1, 2]
    for tokens, row in zip(texts, found.to_list(), strict=True):
        for place, gram in enumerate(row.tolist()):
            words = tokens[max(0, place - n + 1) : place + 1]
            if len(words) == n:
                assert gram == grams(" ".join(words), n)[-1], (tokens, place)


def test_the_start_of_a_text_is_a_sign_of_its_own():
    texts = [["a", "b"], ["a", "c"], ["b"], ["b", "a"]]
    (a, ab), (a_too, ac), (b,), (b_too, ba) = (
        row.tolist() for row in ngrams_at_tokens(texts, 2).to_list()
    )
    assert (a, b) == (a_too, b_too)
    assert len({a, b, ab, ac, ba}) == 5
    assert a not in grams("a b", 2)


def test_ngrams_at_tokens_of_nothing_are_none():
    assert ngrams_at_tokens([], 2).values.shape == (0,)
    assert ngrams_at_tokens([[], []], 2).lengths.tolist() == [0, 0]
