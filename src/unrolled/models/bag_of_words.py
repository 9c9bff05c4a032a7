"""Classifiers that know no order: the honest cheap baselines beside every network.

    NaiveBayes   counts n-grams per class; no training to speak of
    LinearBag    one weight for each n-gram and score, fitted by gradient descent

If a recurrent network cannot beat them, order does not matter for the task or the
network has not learned it. Both read n-grams as hashes, (n-grams,) int64 in a Ragged.

Reference: Wang and Manning 2012, "Baselines and bigrams: simple, good sentiment and
topic classification".
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import embedding

from unrolled.models.pooling import total
from unrolled.models.scores import loss
from unrolled.ragged import Ragged

MOST_FEATURES = (
    400_000  # above it n-grams seen once go: 25,000 reviews have 1.4 million
)


class BagOfWords(NamedTuple):
    """Weights of known n-grams: score = bias + Σ weights, over a text's n-grams."""

    features: Tensor
    """Known n-grams as sorted hashes, (features,) int64."""
    weights: Tensor
    """(features + 1, scores); the last row stands for every unknown n-gram."""
    bias: Tensor
    """(scores,)."""

    def scores(self, ngrams: Ragged) -> Tensor:
        """(rows, scores) from n-grams with values (n-grams,)."""
        ids = places(self.features, ngrams.values)
        return self.bias + total(ngrams.with_values(embedding(ids, self.weights)))


def naive_bayes(ngrams: Ragged, targets: Tensor, classes: int) -> BagOfWords:
    """Multinomial naive Bayes with add-one smoothing; `targets` is (rows,) int64.

    The scores are log-probabilities but for a constant of each text; an unknown n-gram
    says nothing.
    """
    features = known_features(ngrams.values)
    ids = places(features, ngrams.values)
    cells = ids * classes + targets.repeat_interleave(ngrams.lengths)
    size = (len(features) + 1) * classes
    counts = torch.bincount(cells, minlength=size).view(-1, classes)[:-1] + 1.0
    weights = torch.cat([(counts / counts.sum(0)).log(), counts.new_zeros(1, classes)])
    prior = torch.bincount(targets, minlength=classes) + 1.0
    return BagOfWords(features, weights.float(), (prior / prior.sum()).log())


def linear_bag(
    ngrams: Ragged, targets: Tensor, *, kind: str, scores: int, epochs: int = 12
) -> BagOfWords:
    """Linear weights for any kind of answer (`models/scores.py`).

    `targets` as `scores.loss` takes them. Adagrad at 0.3, 64 rows a step, in one fixed
    shuffled order: the same rows give the same weights.
    """
    features = known_features(ngrams.values)
    ids = ngrams.with_values(places(features, ngrams.values))
    weights = torch.zeros(len(features) + 1, scores, requires_grad=True)
    bias = torch.zeros(scores, requires_grad=True)
    optimizer = torch.optim.Adagrad([weights, bias], lr=0.3)
    order = torch.randperm(len(ngrams), generator=torch.Generator().manual_seed(0))
    for _ in range(epochs):
        for rows in order.split(64):
            bag = ids.gather(rows)
            found = bias + total(bag.with_values(embedding(bag.values, weights)))
            optimizer.zero_grad()
            loss(kind, found, targets[rows]).mean().backward()
            optimizer.step()
    final = weights.detach().clone()
    final[-1] = 0
    return BagOfWords(features, final, bias.detach())


def known_features(values: Tensor) -> Tensor:
    """The n-grams worth a weight, sorted: (features,) from all (n-grams,)."""
    found, counts = values.unique(return_counts=True)
    return found[counts > 1] if len(found) > MOST_FEATURES else found


def places(features: Tensor, values: Tensor) -> Tensor:
    """Where each n-gram stands in `features`, or at their end if it is unknown."""
    if not len(features):
        return torch.zeros_like(values)
    near = torch.searchsorted(features, values).clamp(max=len(features) - 1)
    return torch.where(features[near] == values, near, len(features))
