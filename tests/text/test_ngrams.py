"""N-grams by name: numbered, counted, found again."""

import time
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled.text.ngrams import (
    NGramIndex,
    character_ngrams,
    with_ends,
    word_ngrams,
)

LISTS = [["he", "is", "he"], ["is", "he", "is", "great"], [], ["great"]]


def test_of_one_text():
    assert word_ngrams(["a", "b", "a"], 2) == [
        *(("a",), ("b",), ("a",)),
        *(("a", "b"), ("b", "a")),
    ]
    assert word_ngrams([], 2) == []
    assert character_ngrams("ab", 2) == [
        *(("<s>",), ("a",), ("b",), ("</s>",)),
        *(("<s>", "a"), ("a", "b"), ("b", "</s>")),
    ]


def test_numbers_and_names():
    index = NGramIndex.build(LISTS, longest=2)
    names = [index.name(feature) for feature in range(len(index))]
    assert names == [
        *(("he",), ("is",), ("great",)),  # by count, then by alphabet
        *(("he", "is"), ("is", "he"), ("is", "great")),
    ]


def test_ids_of_texts():
    index = NGramIndex.build(LISTS, longest=2)
    found = index.ids([["is", "he", "is"], [], ["great", "new", "he"], ["new"]])
    assert found.lengths.tolist() == [5, 0, 2, 0]
    assert found.values.dtype == torch.int64
    assert found.values.tolist() == [1, 0, 1, 4, 3, 2, 0]


def test_rare_ngrams_are_unknown():
    index = NGramIndex.build(LISTS, longest=3, min_count=2)
    names = [index.name(feature) for feature in range(len(index))]
    assert names == [("he",), ("is",), ("great",), ("he", "is"), ("is", "he")]


@pytest.mark.parametrize("feature", [-1, 6])
def test_a_feature_beyond_the_last(feature: int):
    with pytest.raises(IndexError, match=f"^no feature {feature} among 6 n-grams$"):
        NGramIndex.build(LISTS, longest=2).name(feature)


def test_nothing_to_learn_from():
    index = NGramIndex.build([], longest=2)
    assert len(index) == 0
    assert index.ids([["a", "b"]]).lengths.tolist() == [0]
    assert index.ids([]).lengths.tolist() == []


@settings(deadline=None)  # the machine may be busy
@given(
    train=st.lists(st.lists(st.sampled_from("abcd"), max_size=8), max_size=5),
    test=st.lists(st.lists(st.sampled_from("abcde"), max_size=8), max_size=4),
    longest=st.integers(1, 4),
    min_count=st.integers(1, 3),
)
def test_the_fast_way_finds_what_the_plain_way_finds(train, test, longest, min_count):
    counts = Counter(g for tokens in train for g in word_ngrams(tokens, longest))
    known = {gram for gram, count in counts.items() if count >= min_count}
    index = NGramIndex.build(train, longest=longest, min_count=min_count)
    assert {index.name(feature) for feature in range(len(index))} == known
    assert len(index) == len(known)
    ids = index.ids(test)
    for row, tokens in enumerate(test):
        named = [index.name(int(feature)) for feature in ids[row]]
        assert named == [gram for gram in word_ngrams(tokens, longest) if gram in known]


def test_characters_are_tokens_too():
    index = NGramIndex.build([with_ends(name) for name in ("Ann", "Anna")], longest=3)
    [a_end] = [n for n in range(len(index)) if index.name(n) == ("n", "a", "</s>")]
    assert a_end in index.ids([with_ends("Hanna")]).values.tolist()


def test_many_texts_take_seconds():
    generator = torch.Generator().manual_seed(0)
    words = (torch.rand(2_500, 230, generator=generator) ** 4 * 20_000).int().tolist()
    texts = [[str(word) for word in text] for text in words]
    start = time.process_time()
    index = NGramIndex.build(texts, longest=2)
    found = index.ids(texts)
    assert time.process_time() - start < 5  # 0.8 s where it was measured
    assert len(found.values) == 2_500 * (230 + 229)
