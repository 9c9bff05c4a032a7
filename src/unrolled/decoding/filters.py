"""Filters: which tokens a draw chooses from, and with what chance.

    tempered(found, t)    p ∝ p^(1 / t)               t = 0: the likeliest alone
    top_k(found, k)       the k likeliest
    top_p(found, p)       the fewest likeliest whose probabilities reach p together
    min_p(found, m)       those with at least m times the likeliest one's probability

Each takes and gives log-probabilities (rows, tokens); what a filter takes away is -inf,
and the rest adds up to 1 again. The likeliest token always stays. Of equals the smaller
id counts as likelier. A row that is all -inf comes back as it is. `filtered` applies
all four in the order above, so each sees what the one before has left.

Reference: Holtzman et al. 2019, "The curious case of neural text degeneration",
arXiv:1904.09751, section 3.1 (top-p) and 3.2 (top-k); Nguyen et al. 2024, "Turning up
the heat: min-p sampling", arXiv:2407.01082.
"""

import math

import torch
from torch import Tensor

from unrolled.decoding.settings import Chances

ROUNDING = 1e-6
"""What float32 may lack of a sum of probabilities that reaches a limit exactly."""


def filtered(found: Tensor, chances: Chances) -> Tensor:
    """Log-probabilities to draw from, (rows, tokens), from those found, (rows, tokens).

    They add up to 1 in every row in which something is allowed, unless there is
    nothing to filter: then the answer is `found` itself.
    """
    if chances.temperature != 1:
        found = tempered(found, chances.temperature)
    if chances.top_k:
        found = top_k(found, chances.top_k)
    if chances.top_p < 1:
        found = top_p(found, chances.top_p)
    if chances.min_p:
        found = min_p(found, chances.min_p)
    return found


def tempered(found: Tensor, temperature: float) -> Tensor:
    """Sharper below 1, flatter above; 0 leaves the likeliest alone, (rows, tokens)."""
    if temperature == 0:
        return top_k(found, 1)
    # The best becomes 0 first: a small temperature must not carry it to -inf.
    return _normalized((found - _finite(found.amax(-1, keepdim=True))) / temperature)


def top_k(found: Tensor, k: int) -> Tensor:
    """Only the k likeliest tokens of each row, (rows, tokens)."""
    if k == 1:
        best = found.argmax(-1, keepdim=True)
        stays = torch.zeros_like(found, dtype=torch.bool).scatter_(1, best, True)
    else:
        order = found.argsort(dim=-1, descending=True, stable=True)[:, :k]
        stays = torch.zeros_like(found, dtype=torch.bool).scatter_(1, order, True)
    return _only(found, stays)


def top_p(found: Tensor, p: float) -> Tensor:
    """Only the nucleus: the fewest likeliest tokens that reach p, (rows, tokens)."""
    found = _normalized(found)
    ordered, order = found.sort(dim=-1, descending=True, stable=True)
    shares = ordered.double().exp()
    reached_before = shares.cumsum(-1) - shares
    among = reached_before < p - ROUNDING
    among[:, 0] = True
    stays = torch.zeros_like(among).scatter_(1, order, among)
    return _only(found, stays)


def min_p(found: Tensor, share: float) -> Tensor:
    """Only tokens with this share of the best one's probability, (rows, tokens)."""
    limit = _finite(found.amax(-1, keepdim=True)) + math.log(share) - ROUNDING
    return _only(found, found >= limit)


def _only(found: Tensor, stays: Tensor) -> Tensor:
    return _normalized(found.masked_fill(~stays, -torch.inf))


def _normalized(found: Tensor) -> Tensor:
    return found - _finite(found.logsumexp(-1, keepdim=True))


def _finite(values: Tensor) -> Tensor:
    """-inf less itself would not be a number."""
    return values.clamp(min=torch.finfo(values.dtype).min)
