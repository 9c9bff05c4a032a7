"""Vectors learned from text: what they learn, and that a seed gives the same bits."""

import builtins
from dataclasses import replace

import pytest
import torch

from unrolled.errors import MissingExtraError, UnreadableDataError
from unrolled.text.similar_words import SimilarWords
from unrolled.text.train_vectors import METHODS, Recipe, train_vectors

pytest.importorskip("gensim")

RECIPE = Recipe(dim=12, epochs=30, sample=0.0, rate=0.05)
BY_METHOD = pytest.mark.parametrize("method", METHODS)


def two_worlds() -> list[list[str]]:
    """Animals eat and run; stars shine and turn; no word is in both."""
    generator = torch.Generator().manual_seed(0)
    worlds = [
        ["cat", "dog", "cow", "eats", "runs"],
        ["sun", "moon", "star", "shines", "turns"],
    ]
    rows = torch.randint(5, (300, 6), generator=generator).tolist()
    return [[worlds[n % 2][place] for place in row] for n, row in enumerate(rows)]


@BY_METHOD
def test_words_of_one_world_are_nearest_to_each_other(method):
    texts = two_worlds()
    found = train_vectors(texts, replace(RECIPE, method=method))
    assert sorted(found.words) == sorted({word for text in texts for word in text})
    assert found.values.shape == (10, 12)
    assert found.values.dtype == torch.float32
    similar = SimilarWords(found.words, found.values)
    assert {n.word for n in similar.nearest("cat", 4)} == {"dog", "cow", "eats", "runs"}
    assert similar.nearest("sun", 1)[0].word in ("moon", "star", "shines", "turns")


@BY_METHOD
def test_a_seed_gives_the_same_bits_and_another_seed_others(method):
    recipe = replace(RECIPE, method=method, epochs=2)
    first, again = (train_vectors(two_worlds(), recipe) for _ in range(2))
    other = train_vectors(two_worlds(), replace(recipe, seed=1))
    assert first.words == again.words
    assert torch.equal(first.values, again.values)
    assert not torch.equal(first.values, other.values)


def test_the_most_frequent_word_stands_first():
    found = train_vectors([["a", "b", "b"], ["b", "c", "a"]], RECIPE)
    assert found.words[:2] == ("b", "a")


def test_progress_is_told_and_may_end_it():
    told: list[float] = []

    def until_half(done: float) -> bool:
        told.append(done)
        return done < 0.5

    ended = train_vectors(two_worlds(), replace(RECIPE, epochs=4), until_half)
    assert told == [0.25, 0.5]
    whole = train_vectors(two_worlds(), replace(RECIPE, epochs=4))
    assert not torch.equal(ended.values, whole.values)


def test_the_end_of_a_very_long_text_is_read_too():
    text = ["a", "b"] * 6000 + ["last"] * 3
    found = train_vectors([text], replace(RECIPE, epochs=1))
    assert set(found.words) == {"a", "b", "last"}


def test_without_a_word_there_is_nothing_to_learn():
    with pytest.raises(UnreadableDataError) as refused:
        train_vectors([[], []], RECIPE)
    assert str(refused.value) == (
        "the texts hold no word that is known.\n"
        "  expected: running text, some thousands of words at least\n"
        "  to fix:   give more text, or lower text.min_count\n"
        "  code:     unreadable-data"
    )


def test_without_gensim_the_extra_is_named(monkeypatch):
    usual = builtins.__import__

    def without(name, *rest):
        if name.startswith("gensim"):
            raise ModuleNotFoundError(name)
        return usual(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError) as refused:
        train_vectors([["a"]], RECIPE)
    assert refused.value.fix == 'pip install "unrolled[vectors]"'


def test_pass_by_pass_is_gensims_own_run_bit_for_bit():
    word2vec = pytest.importorskip("gensim.models").Word2Vec
    texts = two_worlds()
    theirs = word2vec(
        texts,
        vector_size=12,
        sg=1,
        sample=0.0,
        alpha=0.05,
        min_alpha=1e-4,
        min_count=1,
        epochs=3,
        seed=7,
        workers=1,
    )
    mine = train_vectors(texts, replace(RECIPE, epochs=3, seed=7))
    assert list(mine.words) == theirs.wv.index_to_key
    assert torch.equal(mine.values, torch.tensor(theirs.wv.vectors))
