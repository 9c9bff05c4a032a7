"""A linear tagger that sees a window of five words: the honest baseline for `tag`.

    scores = b + Σ W[f]    over the features f of a word and of its neighbors:

    the word itself        key, spelling, first and last 1 to 4 letters, shape
    one to each side       key, last three letters, shape
    two to each side       key
    together               key pairs with both neighbors, the shapes of three words

Features are known by 64-bit hashes; those seen once are left out. W is fitted to the
least cross-entropy by AdaGrad in a few passes over small batches, so that 200,000 words
take half a minute.

References: Toutanova et al. 2003, "Feature-rich part-of-speech tagging with a cyclic
dependency network" (the features); Duchi, Hazan and Singer 2011, "Adaptive subgradient
methods for online learning and stochastic optimization" (AdaGrad).
"""

from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

from unrolled.models.bag_of_words import places
from unrolled.text import word_shapes

MOST_FEATURES = 100_000
MOST_WEIGHTS = 6_000_000
PASSES, BATCH, RATE = 6, 512, 0.1
# An odd multiplier makes "a b" and "b a" differ (Knuth's MMIX linear congruence).
STEP = np.uint64(6364136223846793005)
AT_BORDER = np.uint64(1)  # the code of what stands before and behind a row


class WordWindow(NamedTuple):
    """Weights of known features."""

    features: Tensor
    """Known features as sorted hashes, (features,) int64."""
    weights: Tensor
    """(features + 1, tags) in 16 bits; the last row, of zeros, is for unknown ones."""
    bias: Tensor
    """(tags,)."""

    def tags(self, rows: list[list[str]]) -> Tensor:
        """The best tag of each word, (tokens,) int64."""
        ids = places(self.features, window_features(rows))
        if not len(ids):
            return torch.zeros(0, dtype=torch.int64)
        return (
            embedding_bag(ids, self.weights.float(), mode="sum") + self.bias
        ).argmax(1)


def fit_window(
    rows: list[list[str]], targets: Tensor, tags: int, generator: torch.Generator
) -> WordWindow:
    """Fits to the true tags, `targets` (tokens,) int64."""
    seen = window_features(rows)
    found, counts = seen.unique(return_counts=True)
    most = min(MOST_FEATURES, MOST_WEIGHTS // tags)
    often = counts.argsort(descending=True, stable=True)[:most]
    kept = often[counts[often] > 1] if len(found) > most else often
    features = found[kept].sort().values
    ids = places(features, seen)
    weights, bias = torch.zeros(len(features) + 1, tags), torch.zeros(tags)
    squares = torch.full_like(weights, 1e-2), torch.full_like(bias, 1e-2)
    for _ in range(PASSES):
        order = torch.randperm(len(ids), generator=generator)
        for batch in order.split(BATCH):
            _step(weights, bias, squares, ids[batch], targets[batch])
    weights[-1] = 0
    return WordWindow(features, weights.half(), bias)


def _step(
    weights: Tensor,
    bias: Tensor,
    squares: tuple[Tensor, Tensor],
    ids: Tensor,
    targets: Tensor,
) -> None:
    """One step of AdaGrad, in place, for some words."""
    scores = embedding_bag(ids, weights, mode="sum") + bias
    d_scores = scores.softmax(1)
    d_scores[torch.arange(len(targets)), targets] -= 1
    touched, place = ids.unique(return_inverse=True)
    each = d_scores.repeat_interleave(ids.shape[1], 0)
    grad = each.new_zeros(len(touched), weights.shape[1])
    grad.index_add_(0, place.flatten(), each)
    seen = squares[0][touched] + grad.square()
    squares[0][touched] = seen
    weights[touched] -= RATE * grad / seen.sqrt()
    d_bias = d_scores.sum(0)
    squares[1].add_(d_bias.square())
    bias -= RATE * d_bias / squares[1].sqrt()


def window_features(rows: list[list[str]]) -> Tensor:
    """Hashes of what is seen at each word, (tokens, features) int64."""
    number: dict[str, int] = {}
    forms = [number.setdefault(word, len(number)) for row in rows for word in row]
    codes = np.array([_codes(word) for word in number], np.uint64)
    if not forms:
        return torch.zeros(0, 1, dtype=torch.int64)
    here = codes[np.array(forms)]
    near = {step: _shifted(here, rows, step) for step in (-2, -1, 1, 2)}
    key, shape, end = 0, 1, 2
    found = [here[:, place] for place in range(here.shape[1])]
    found += [near[s][:, p] for s in (-1, 1) for p in (key, shape, end)]
    found += [near[s][:, key] for s in (-2, 2)]
    found += [near[-1][:, key] * STEP + here[:, key]]
    found += [here[:, key] * STEP + near[1][:, key]]
    shapes = near[-1][:, shape] * STEP + here[:, shape]
    found += [shapes * STEP + near[1][:, shape]]
    # Each place has a number of its own, so that no feature meets another's.
    marked = [column * STEP + np.uint64(n) for n, column in enumerate(found)]
    return torch.from_numpy(np.stack(marked, 1).view(np.int64))


def _codes(word: str) -> list[int]:
    """Key, shape, last three letters; then the spelling and all other affixes."""
    *begins, one, two, three, four = word_shapes.affixes(word)
    shape = word_shapes.SHAPES[word_shapes.shape(word)]
    parts = [word_shapes.key(word), shape, three, word, *begins, one, two, four]
    return [_hash(part) for part in parts]


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _shifted(here: np.ndarray, rows: list[list[str]], step: int) -> np.ndarray:
    """What stands `step` words further in the same row, (tokens, codes)."""
    lengths = np.array([len(row) for row in rows])
    row = np.repeat(np.arange(len(rows)), lengths)
    there = np.arange(len(here)) + step
    inside = (there >= 0) & (there < len(here))
    there = np.where(inside, there, 0)
    same = inside & (row[there] == row)
    return np.where(same[:, None], here[there], AT_BORDER)
