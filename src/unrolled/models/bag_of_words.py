"""Classifiers that know no order: the honest cheap baselines beside every network.

    naive Bayes  counts n-grams per class; no training to speak of
    linear       one weight for each n-gram and score, fitted to the least loss

If a recurrent network cannot beat them, order does not matter for the task or the
network has not learned it. Both read n-grams as hashes, (n-grams,) int64 in a Ragged.

Reference: Wang and Manning 2012, "Baselines and bigrams: simple, good sentiment and
topic classification".
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import embedding

from unrolled.models.linear import fit_linear
from unrolled.models.over_rows import total
from unrolled.ragged import Ragged

# Above it n-grams seen once go: 25,000 reviews have 1.4 million.
MOST_OF_BAYES = 400_000
# On 43,000 comments (246,000 n-grams) as good as with all of them, in half the time.
MOST_OF_LINEAR = 100_000


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
    features = known_features(ngrams.values, MOST_OF_BAYES)
    ids = places(features, ngrams.values)
    cells = ids * classes + targets.repeat_interleave(ngrams.lengths)
    size = (len(features) + 1) * classes
    counts = torch.bincount(cells, minlength=size).view(-1, classes)[:-1].double() + 1
    weights = torch.cat([(counts / counts.sum(0)).log(), counts.new_zeros(1, classes)])
    prior = torch.bincount(targets, minlength=classes).double() + 1
    return BagOfWords(features, weights.float(), (prior / prior.sum()).log().float())


def linear_bag(
    ngrams: Ragged, targets: Tensor, *, kind: str, scores: int
) -> BagOfWords:
    """Linear weights for any kind of answer (`models/linear.py`).

    `targets` as `scores.loss` takes them. An unknown n-gram says nothing.
    """
    features = known_features(ngrams.values, MOST_OF_LINEAR)
    ids = places(features, ngrams.values)
    known = ids < len(features)
    pairs = torch.stack([ngrams.row_of_token[known], ids[known]])
    ones, shape = torch.ones(pairs.shape[1]), (len(ngrams), len(features))
    counts = torch.sparse_coo_tensor(pairs, ones, shape, check_invariants=True)
    found = fit_linear(counts.coalesce(), targets, kind=kind, scores=scores)
    weights = torch.cat([found[:-1], found.new_zeros(1, scores)])
    return BagOfWords(features, weights, found[-1])


def known_features(values: Tensor, most: int) -> Tensor:
    """The n-grams worth a weight, sorted: (features,) from all (n-grams,).

    If there are more than `most` of them, those seen only once are left out.
    """
    found, counts = values.unique(return_counts=True)
    return found[counts > 1] if len(found) > most else found


def places(features: Tensor, values: Tensor) -> Tensor:
    """Where each n-gram stands in `features`, or at their end if it is unknown."""
    if not len(features):
        return torch.zeros_like(values)
    near = torch.searchsorted(features, values).clamp(max=len(features) - 1)
    return torch.where(features[near] == values, near, len(features))
