"""Bags of words: worked by hand, against scikit-learn, and silent on the unknown."""

import math

import pytest
import torch

from unrolled.models import bag_of_words
from unrolled.models.bag_of_words import (
    BagOfWords,
    known_features,
    linear_bag,
    naive_bayes,
    places,
)
from unrolled.ragged import Ragged

GOOD, FILM, BAD, NEVER = 11, -5, 7, 1000
"""N-grams as hashes; they may be negative and come in no order."""


def texts(*rows: list[int]) -> Ragged:
    flat = [gram for row in rows for gram in row]
    lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
    return Ragged(torch.tensor(flat, dtype=torch.int64), lengths)


THREE = texts([GOOD, FILM], [GOOD, GOOD], [BAD, FILM])
THEIRS = torch.tensor([1, 1, 0])


def test_naive_bayes_of_three_documents_by_hand():
    # positive: good 3, film 1, bad 0; negative: good 0, film 1, bad 1; one more each
    bag = naive_bayes(THREE, THEIRS, 2)
    found = bag.scores(texts([GOOD, FILM], [BAD], []))
    negative = [2 / 5 * (1 / 5) * (2 / 5), 2 / 5 * (2 / 5), 2 / 5]
    positive = [3 / 5 * (4 / 7) * (2 / 7), 3 / 5 * (1 / 7), 3 / 5]
    expected = torch.tensor([negative, positive]).T.log()
    torch.testing.assert_close(found, expected)


def test_an_unknown_ngram_says_nothing_in_either_bag():
    targets = torch.tensor([0.0, 1.0, -1.0])
    for bag in (
        naive_bayes(THREE, THEIRS, 2),
        linear_bag(THREE, targets, kind="number", scores=1),
    ):
        with_it = bag.scores(texts([GOOD, NEVER], [NEVER]))
        without = bag.scores(texts([GOOD], []))
        assert torch.equal(with_it, without)
        assert torch.equal(without[1], bag.bias)


def test_naive_bayes_agrees_with_scikit_learn():
    sklearn = pytest.importorskip(
        "sklearn.naive_bayes", reason="scikit-learn is no dependency; not installed"
    )
    generator = torch.Generator().manual_seed(0)
    counts = torch.randint(0, 4, (30, 6), generator=generator)
    targets = torch.randint(0, 3, (30,), generator=generator)
    rows = [
        [gram for gram, n in enumerate(row) for _ in range(n)]
        for row in counts.tolist()
    ]
    prior = (targets.bincount(minlength=3) + 1) / 33
    theirs = sklearn.MultinomialNB(class_prior=prior.numpy())
    theirs.fit(counts.numpy(), targets.numpy())
    expected = torch.from_numpy(theirs.predict_joint_log_proba(counts.numpy()))
    found = naive_bayes(texts(*rows), targets, 3).scores(texts(*rows))
    torch.testing.assert_close(found.double(), expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "targets", "scores"),
    [
        ("label", torch.tensor([0, 1, 2]), 3),
        ("labels", torch.tensor([[1.0, 0], [0, 1], [0, 0]]), 2),
        ("rating", torch.tensor([0, 1, 2]), 2),
        ("number", torch.tensor([-1.0, 0.5, 2.0]), 1),
    ],
)
def test_a_linear_bag_learns_each_kind_of_answer(kind, targets, scores):
    rows = texts([GOOD], [FILM], [BAD])
    many = rows.gather([0, 1, 2] * 20)
    bag = linear_bag(
        many, targets.repeat(20, *[1] * (targets.dim() - 1)), kind=kind, scores=scores
    )
    found = bag.scores(rows)
    if kind == "label":
        assert torch.equal(found.argmax(1), targets)
    elif kind == "labels":
        assert torch.equal((found > 0).float(), targets)
    elif kind == "rating":
        assert torch.equal((found > 0).sum(1), targets)
    else:
        torch.testing.assert_close(found[:, 0], targets, rtol=0, atol=0.1)


def test_an_ngram_that_occurs_twice_counts_twice():
    bag = BagOfWords(
        torch.tensor([3, 9]), torch.tensor([[1.0], [10.0], [0.0]]), torch.tensor([0.5])
    )
    assert bag.scores(texts([9, 3, 9], [3, 3])).tolist() == [[21.5], [2.5]]


def test_the_same_rows_give_the_same_weights():
    bags = [linear_bag(THREE, THEIRS, kind="label", scores=2) for _ in range(2)]
    for mine, theirs in zip(*bags, strict=True):
        assert torch.equal(mine, theirs)


def test_features_are_sorted_and_known_by_their_place():
    features = known_features(THREE.values, 10)
    assert features.tolist() == [FILM, BAD, GOOD]
    asked = torch.tensor([GOOD, NEVER, FILM, BAD, -(2**63)])
    assert places(features, asked).tolist() == [2, 3, 0, 1, 3]


def test_of_too_many_ngrams_those_seen_once_are_left_out(monkeypatch):
    assert known_features(THREE.values, 2).tolist() == [FILM, GOOD]
    assert known_features(THREE.values, 3).tolist() == [FILM, BAD, GOOD]
    monkeypatch.setattr(bag_of_words, "MOST_OF_BAYES", 2)
    bag = naive_bayes(THREE, THEIRS, 2)
    positive, negative = (
        math.log(4 / 6) - math.log(2 / 6),
        math.log(1 / 3) - math.log(2 / 3),
    )
    ratio = bag.weights[:, 1].diff(), bag.weights[:, 0].diff()
    assert bag.features.tolist() == [FILM, GOOD]
    assert ratio[0][0].item() == pytest.approx(positive)
    assert ratio[1][0].item() == pytest.approx(negative)
    monkeypatch.setattr(bag_of_words, "MOST_OF_LINEAR", 2)
    bag = linear_bag(THREE, THEIRS, kind="label", scores=2)
    assert bag.features.tolist() == [FILM, GOOD]
    assert torch.equal(bag.scores(texts([BAD])), bag.scores(texts([])))


def test_texts_without_any_ngram_leave_the_prior():
    bag = naive_bayes(texts([], []), torch.tensor([0, 1]), 2)
    assert bag.scores(texts([GOOD], [])).exp().tolist() == [[0.5, 0.5]] * 2
    bag = linear_bag(texts([], []), torch.tensor([0, 1]), kind="label", scores=2)
    torch.testing.assert_close(bag.scores(texts([GOOD])), torch.zeros(1, 2))


def test_no_rows_have_no_scores():
    assert naive_bayes(THREE, THEIRS, 2).scores(texts()).shape == (0, 2)
