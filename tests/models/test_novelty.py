"""Novelty is the distance from the nearest kind of training rows."""

import pytest
import torch

from unrolled.models.novelty import RIDGE, Novelty


def clouds(*, kinds=3, width=6, rows=40, seed=0):
    chance = torch.Generator().manual_seed(seed)
    centers = 4 * torch.randn(kinds, width, generator=chance)
    labels = torch.arange(rows) % kinds
    noise = torch.randn(rows, width, generator=chance)
    mixed = noise @ torch.randn(width, width, generator=chance)
    return centers[labels] + mixed, labels


def by_definition(vectors, labels, asked):
    """Distances with whole covariances, inverted; no direction is left out."""
    z, q = vectors.double(), asked.double()
    kinds, width = labels.unique(), z.shape[1]
    means = torch.stack([z[labels == k].mean(0) for k in kinds])
    far = z - means[labels]
    shared = far.T @ far / len(z)
    ridge = RIDGE * shared.diagonal().mean() * torch.eye(width)
    each = []
    for kind, mean in zip(kinds, means, strict=True):
        own = torch.cov(z[labels == kind].T, correction=0)
        share = max(0, 1 - int((labels == kind).sum()) / (3 * width))
        spread = (1 - share) * own + share * shared + ridge
        off = q - mean
        each.append((off @ torch.linalg.inv(spread) * off).sum(1))
    return torch.stack(each).amin(0)


@pytest.mark.parametrize(("kinds", "rows"), [(2, 40), (3, 30), (5, 30), (2, 400)])
def test_it_is_the_mahalanobis_distance_to_the_nearest_kind(kinds, rows):
    """With few rows of a kind its covariance is partly that of all."""
    vectors, labels = clouds(kinds=kinds, rows=rows)
    asked = torch.cat([vectors, 10 * torch.randn(20, 6)])
    found = Novelty.fit(vectors, labels).of(asked)
    wanted = by_definition(vectors, labels, asked)
    torch.testing.assert_close(found, wanted, rtol=1e-6, atol=1e-6)


def test_of_many_directions_those_are_kept_in_which_rows_differ_most():
    chance = torch.Generator().manual_seed(0)
    sizes = torch.cat([torch.full((64,), 10.0), torch.full((20,), 1e-3)])
    vectors = torch.randn(500, 84, generator=chance) * sizes
    novelty = Novelty.fit(vectors, torch.arange(500) % 2)
    assert novelty.projection.shape == (84, 64)
    aside = torch.zeros(84).index_fill(0, torch.arange(64, 84), 0.01)
    near, far = novelty.of(torch.stack([vectors.mean(0), vectors.mean(0) + aside]))
    assert float(near) == pytest.approx(float(far), rel=1e-3)


def test_what_lies_between_the_kinds_is_stranger_than_the_kinds():
    vectors = torch.tensor([[0.0], [1.0], [10.0], [11.0]])
    novelty = Novelty.fit(vectors, torch.tensor([0, 0, 1, 1]))
    near, far = novelty.of(torch.tensor([[0.5], [5.5]])).tolist()
    assert far > near + 50


def test_numbers_of_kinds_need_not_follow_each_other():
    vectors, labels = clouds()
    found = Novelty.fit(vectors, 2 * labels + 1).of(vectors)
    torch.testing.assert_close(found, Novelty.fit(vectors, labels).of(vectors))


def test_few_rows_that_are_all_alike_have_an_answer():
    vectors = torch.tensor([[1.0, 1.0], [1.0, 1.0], [2.0, 2.0]])
    found = Novelty.fit(vectors, torch.tensor([0, 0, 1])).of(vectors)
    assert found.isfinite().all()


def test_its_tensors_bring_it_back():
    vectors, labels = clouds()
    novelty = Novelty.fit(vectors, labels)
    tensors = novelty.tensors()
    assert {name: tuple(one.shape) for name, one in tensors.items()} == {
        "center": (6,),
        "projection": (6, 6),
        "means": (3, 6),
        "whitening": (3, 6, 6),
    }
    assert torch.equal(Novelty(**tensors).of(vectors), novelty.of(vectors))
