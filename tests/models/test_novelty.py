"""Novelty equals the two Mahalanobis distances that it stands for."""

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
    """Both distances with whole covariances, inverted."""
    z, q = vectors.double(), asked.double()
    means = torch.stack([z[labels == k].mean(0) for k in labels.unique()])
    far = z - means[labels]
    within = far.T @ far / len(z)
    ridge = RIDGE * within.diagonal().mean() * torch.eye(z.shape[1])
    within = within + ridge
    total = torch.cov(z.T, correction=0) + ridge

    def distance(center, spread):
        off = q - center
        return (off @ torch.linalg.inv(spread) * off).sum(1)

    nearest = torch.stack([distance(mean, within) for mean in means]).amin(0)
    return nearest - distance(z.mean(0), total)


@pytest.mark.parametrize("kinds", [2, 3, 5])
def test_it_is_the_difference_of_two_mahalanobis_distances(kinds):
    vectors, labels = clouds(kinds=kinds)
    asked = torch.cat([vectors, 10 * torch.randn(20, 6)])
    found = Novelty.fit(vectors, labels).of(asked)
    torch.testing.assert_close(
        found, by_definition(vectors, labels, asked), rtol=1e-6, atol=1e-6
    )


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
        "projection": (6, 2),
        "means": (3, 2),
        "center": (2,),
        "between": (2,),
    }
    assert torch.equal(Novelty(**tensors).of(vectors), novelty.of(vectors))
