"""Word vectors from the training texts themselves, in a second: PPMI and an SVD.

Words that keep the same company get like vectors, before the network has seen a single
label. With few rows this is worth more than many epochs.

    count      C_ij: how often i, j stand within `window` tokens, near ones more (1/d)
    weigh      M_ij = max(0, log C_ij / (C_i · C_j^¾))          positive PMI, smoothed
    compress   M ≈ U S Vᵀ, the `width` largest;  vectors = U √S, scaled to deviation 0.1

Reference: Levy, Goldberg and Dagan 2015, "Improving distributional similarity with
lessons learned from word embeddings", TACL 3, equations 3 to 6 (¾ is their smoothing of
contexts; √S their symmetric weighting).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from unrolled.ragged import Ragged

BLOCK = 1 << 19  # tokens counted at once: bounds the memory at some 100 MB
DEVIATION = 0.1  # of all numbers: small, so that the network decides what counts


def cooccurrence_vectors(
    ids: Ragged, size: int, width: int, *, window: int = 5, even: bool = False
) -> Tensor:
    """A vector for each of `size` tokens, (size, width), from ids (tokens,).

    A token seldom seen has a short vector, which suits a few thousand texts; with
    `even` all are of one length, which suits a large collection. A token that has no
    company, such as the unknown one, gets zeros; so do dimensions beyond the number of
    tokens. Draws the start of the SVD from torch's generator.
    """
    counts = _count(ids, size, window)
    pairs, weights = counts.indices(), counts.values()
    totals = torch.zeros(size, dtype=weights.dtype).index_add_(0, pairs[0], weights)
    context = totals**0.75
    context = context / context.sum()
    pmi = (weights / (totals[pairs[0]] * context[pairs[1]])).log()
    kept = pmi > 0
    if not kept.any():
        return torch.zeros(size, width)
    matrix = _sparse(pairs[:, kept], pmi[kept], size)
    rank = min(width, size)
    with _one_thread():
        left, values, _ = torch.svd_lowrank(matrix, q=min(rank + 8, size), niter=10)
    vectors = (left * values.sqrt())[:, :rank]
    if even:
        alone = (totals == 0)[:, None]  # a direction there would be rounding alone
        vectors = torch.nn.functional.normalize(vectors, dim=1).masked_fill(alone, 0)
    vectors = vectors * (DEVIATION / vectors.std().clamp(min=1e-9))
    return torch.nn.functional.pad(vectors, (0, width - rank)).float()


def _count(ids: Ragged, size: int, window: int) -> Tensor:
    """Symmetric weighted counts of pairs in the same row: (size, size), sparse."""
    nothing = torch.zeros(2, 0, dtype=torch.int64), torch.zeros(0, dtype=torch.float64)
    found = _sparse(*nothing, size)
    rows, values = ids.row_of_token, ids.values
    for start in range(0, len(values), BLOCK):
        # A block reads `window` tokens further, for the pairs that begin in it.
        row = rows[start : start + BLOCK + window]
        value = values[start : start + BLOCK + window]
        pairs, weights = [], []
        for distance in range(1, min(window, len(row) - 1) + 1):
            first = slice(0, min(BLOCK, len(row) - distance))
            second = slice(distance, distance + first.stop)
            same = row[first] == row[second]
            pairs.append(torch.stack([value[first][same], value[second][same]]))
            weights.append(torch.full((pairs[-1].shape[1],), 1 / distance))
        if pairs:
            joined = torch.cat(pairs, dim=1), torch.cat(weights).double()
            found = (found + _sparse(*joined, size)).coalesce()
    return (found + found.t()).coalesce()


def _sparse(pairs: Tensor, values: Tensor, size: int) -> Tensor:
    shape = (size, size)
    made = torch.sparse_coo_tensor(pairs, values, shape, check_invariants=True)
    return made.coalesce()


@contextmanager
def _one_thread() -> Iterator[None]:
    """The SVD adds in another order on more threads, and is no faster there."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
