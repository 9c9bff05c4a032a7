"""What each word says by itself, counted: log-count ratios as extra inputs.

For every class and every n-gram that ends at a token, from the training rows:

    r = log  p(n-gram | class) / p(n-gram | every other class)

"terrible" says negative before any training, and the network learns what words do to
each other: "not terrible". Counting is better than gradient descent at rare words, of
which small data is made.

A training row must not see ratios that were counted with its own label, or they would
look surer in training than they can ever be again. So the rows are dealt into folds,
and each row gets the ratios of the other folds (stacked generalization).

Reference: Wang and Manning 2012, "Baselines and bigrams", equation 2, with presence in
place of counts; out of fold: Wolpert 1992, "Stacked generalization".
"""

from dataclasses import dataclass
from typing import Self, final

import torch
from torch import Tensor
from torch.nn.functional import embedding

from unrolled.models.bag_of_words import places
from unrolled.ragged import Ragged

FOLDS = 5


@final
@dataclass(frozen=True)
class Evidence:
    """Ratios of known n-grams, for one length of n-grams."""

    features: Tensor
    """N-grams that two rows or more have, as sorted hashes, (features,) int64."""
    ratios: Tensor
    """(features + 1, classes); the last row is of unknown n-grams, all 0."""

    @classmethod
    def count(cls, ngrams: Ragged, member: Tensor) -> Self:
        """From n-grams aligned with the tokens, (tokens,), and `member` (rows, classes).

        `member` is 1 where a row belongs to a class, else 0.
        """
        features = _shared(ngrams)
        return cls(
            features, _ratios(_presence(ngrams, features), member, len(features))
        )

    def of(self, ngrams: Ragged) -> Ragged:
        """The ratios of each token's n-gram: values (tokens, classes)."""
        ids = places(self.features, ngrams.values)
        return ngrams.with_values(embedding(ids, self.ratios))

    def out_of_fold(self, ngrams: Ragged, member: Tensor) -> Ragged:
        """Like `of`, for the rows it was counted on, each without its own fold.

        The folds are drawn from torch's generator.
        """
        folds = torch.randperm(len(ngrams)) % FOLDS
        pairs = _presence(ngrams, self.features)
        ids = places(self.features, ngrams.values)
        found = self.ratios.new_zeros(len(ids), self.ratios.shape[1])
        fold_of_token = folds[ngrams.row_of_token]
        for fold in range(FOLDS):
            others = pairs[:, folds[pairs[0]] != fold]
            kept = member * (folds != fold)[:, None]
            ratios = _ratios(others, kept, len(self.features))
            mine = fold_of_token == fold
            found[mine] = ratios[ids[mine]]
        return ngrams.with_values(found)


def _shared(ngrams: Ragged) -> Tensor:
    """N-grams that occur in two rows or more, sorted: (features,)."""
    found = ngrams.values.unique()
    rows = torch.bincount(_presence(ngrams, found)[1], minlength=len(found))
    return found[rows > 1]


def _presence(ngrams: Ragged, features: Tensor) -> Tensor:
    """Pairs (row, feature) that occur, each once: (2, pairs)."""
    ids = places(features, ngrams.values)
    codes = (ngrams.row_of_token * (len(features) + 1) + ids)[ids < len(features)]
    codes = codes.unique()
    return torch.stack([codes // (len(features) + 1), codes % (len(features) + 1)])


def _ratios(pairs: Tensor, member: Tensor, features: int) -> Tensor:
    """(features + 1, classes) from pairs (row, feature), `member` (rows, classes)."""
    rows = member.any(1).sum().clamp(min=1)
    share = (member.sum(0) / rows).clamp(1e-6, 1 - 1e-6)
    live = pairs[:, member.any(1)[pairs[0]]]
    inside = member.new_zeros(features, member.shape[1])
    inside.index_add_(0, live[1], member[live[0]])
    every = torch.bincount(live[1], minlength=features)[:, None]
    outside = every - inside
    # Twice the prior as pseudo-counts: an n-gram never seen then says nothing, r = 0.
    p = (inside + 2 * share) / (inside.sum(0) + 1)
    q = (outside + 2 * (1 - share)) / (outside.sum(0) + 1)
    ratios = torch.where(every > 0, (p / q).log(), 0.0)
    return torch.cat([ratios, ratios.new_zeros(1, member.shape[1])])
