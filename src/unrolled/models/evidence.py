"""What each word says by itself, counted: log-count ratios as extra inputs.

For every class and every n-gram that ends at a token, from the training rows:

    r = log  p(n-gram | class) / p(n-gram | every other class)

"terrible" says negative before any training, and the network learns what words do to
each other: "not terrible". Counting is better than gradient descent at rare words, of
which small data is made.

A training row must not see ratios that were counted with its own label, or they would
look surer in training than they can ever be again. So the rows are dealt into folds,
equal ones into the same, and each row gets the ratios of the other folds (stacked
generalization).

Reference: Wang and Manning 2012, "Baselines and bigrams", equation 2, with presence in
place of counts; out of fold: Wolpert 1992, "Stacked generalization".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, final

import torch
from torch import Tensor
from torch.nn.functional import embedding

from unrolled.models.bag_of_words import known_features, places
from unrolled.ragged import Ragged

FOLDS = 5
# With fewer rows, what the others say is the opposite of a row's own label: its absence
# is all that tells them apart. Ten rows are then answered worse than by their majority.
FEWEST_ROWS = 50
MOST = 400_000  # above it n-grams seen once go: 25,000 reviews have 1.4 million pairs


@final
@dataclass(frozen=True)
class Ratios:
    """The ratios of known n-grams of one length."""

    features: Tensor
    """N-grams of the training rows, as sorted hashes, (features,) int64."""
    ratios: Tensor
    """(features + 1, classes); the last row is of unknown n-grams, all 0."""

    @classmethod
    def count(cls, ngrams: Ragged, member: Tensor) -> Self:
        """From n-grams aligned with the tokens, (tokens,).

        `member` (rows, classes) is 1 where a row belongs to a class, else 0.
        """
        features = known_features(ngrams.values, MOST)
        return cls(
            features, _ratios(_presence(ngrams, features), member, len(features))
        )

    def of(self, ngrams: Ragged) -> Ragged:
        """The ratios of each token's n-gram: values (tokens, classes)."""
        ids = places(self.features, ngrams.values)
        return ngrams.with_values(embedding(ids, self.ratios))

    def out_of_fold(self, ngrams: Ragged, member: Tensor, folds: Tensor) -> Ragged:
        """Like `of`, for the rows it was counted on, each without its own fold.

        `folds` (rows,) are numbers below FOLDS; values are (tokens, classes).
        """
        pairs = _presence(ngrams, self.features)
        ids = places(self.features, ngrams.values)
        found = self.ratios.new_zeros(len(ids), self.ratios.shape[1])
        fold_of_token = folds[ngrams.row_of_token]
        for fold in range(FOLDS):
            others = folds != fold
            # Rows of this fold are taken out; the others keep their order.
            new_row = others.cumsum(0) - 1
            kept = pairs[:, others[pairs[0]]]
            kept = torch.stack([new_row[kept[0]], kept[1]])
            ratios = _ratios(kept, member[others], len(self.features))
            mine = fold_of_token == fold
            found[mine] = ratios[ids[mine]]
        return ngrams.with_values(found)


@final
@dataclass(frozen=True)
class Evidence:
    """The ratios of n-grams of every length, side by side; may be empty."""

    lengths: tuple[Ratios, ...] = ()
    """Of one token, of two, ..."""

    @classmethod
    def count(
        cls, ngrams: list[Ragged], member: Tensor, *, fewest: int = FEWEST_ROWS
    ) -> Self:
        """From the n-grams at tokens, (tokens,), of each length.

        `member` is (rows, classes) of 0 and 1. It is empty for less than `fewest` rows.
        """
        if len(member) < fewest:
            return cls()
        return cls(tuple(Ratios.count(each, member) for each in ngrams))

    @property
    def channels(self) -> int:
        """How many numbers stand beside each token."""
        return sum(each.ratios.shape[1] for each in self.lengths)

    def of(self, ngrams: list[Ragged]) -> Ragged | None:
        """Values (tokens, channels) for new rows; None if it is empty."""
        pairs = zip(self.lengths, ngrams, strict=True)
        return _beside([ratios.of(each) for ratios, each in pairs])

    def out_of_fold(self, ngrams: list[Ragged], member: Tensor) -> Ragged | None:
        """Values (tokens, channels) for the very rows it was counted on.

        The folds are drawn from torch's generator.
        """
        if not self.lengths:
            return None
        text = _numbered(ngrams[0])
        folds = (torch.randperm(len(text.unique())) % FOLDS)[text]
        pairs = zip(self.lengths, ngrams, strict=True)
        return _beside([ratios.out_of_fold(n, member, folds) for ratios, n in pairs])

    def tensors(self) -> dict[str, Tensor]:
        """What a model folder keeps: features (features,), ratios (features + 1, ·)."""
        return {
            f"evidence.{n}.{name}": getattr(each, name)
            for n, each in enumerate(self.lengths, 1)
            for name in ("features", "ratios")
        }

    @classmethod
    def restore(cls, tensors: Mapping[str, Tensor]) -> Self:
        """The way back from `tensors`, (features, ...); empty if there are none."""
        found = sum(name.startswith("evidence.") for name in tensors) // 2
        return cls(
            tuple(
                Ratios(
                    tensors[f"evidence.{n}.features"], tensors[f"evidence.{n}.ratios"]
                )
                for n in range(1, found + 1)
            )
        )


def _beside(parts: list[Ragged]) -> Ragged | None:
    if not parts:
        return None
    return parts[0].with_values(torch.cat([part.values for part in parts], dim=1))


def _numbered(ngrams: Ragged) -> Tensor:
    """A number for each row, the same for rows that are equal: (rows,) from 0."""
    numbers: dict[bytes, int] = {}
    keys = [row.numpy().tobytes() for row in ngrams.to_list()]
    return torch.tensor([numbers.setdefault(key, len(numbers)) for key in keys])


def _presence(ngrams: Ragged, features: Tensor) -> Tensor:
    """Pairs (row, feature) that occur, each once: (2, pairs)."""
    ids = places(features, ngrams.values)
    codes = (ngrams.row_of_token * (len(features) + 1) + ids)[ids < len(features)]
    codes = codes.unique()
    return torch.stack([codes // (len(features) + 1), codes % (len(features) + 1)])


def _ratios(pairs: Tensor, member: Tensor, features: int) -> Tensor:
    """(features + 1, classes) from pairs (row, feature), `member` (rows, classes)."""
    share = (member.sum(0) / max(len(member), 1)).clamp(1e-6, 1 - 1e-6)
    inside = member.new_zeros(features, member.shape[1])
    inside.index_add_(0, pairs[1], member[pairs[0]])
    every = torch.bincount(pairs[1], minlength=features)[:, None]
    outside = every - inside
    # Twice the prior as pseudo-counts: an n-gram never seen then says nothing, r = 0.
    p = (inside + 2 * share) / (inside.sum(0) + 1)
    q = (outside + 2 * (1 - share)) / (outside.sum(0) + 1)
    ratios = torch.where(every > 0, (p / q).log(), 0.0)
    return torch.cat([ratios, ratios.new_zeros(1, member.shape[1])])
