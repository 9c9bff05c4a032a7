"""What is said of one number to come: a distribution's parameters, or quantiles.

    gaussian            μ = base + s · o₁    σ = s · softplus(o₂)
    student             the same, with d = 2 + softplus(o₃) degrees of freedom
    negative_binomial   μ = s · softplus(o₁)    k = softplus(o₂) / √s      (counts)
    quantiles           q_½ = base + s · o, steps of s · softplus(o) outwards from it

A network gives plain numbers o; `base` and the scale s of the window make them speak
of values in its units. The negative binomial has the mean μ and the variance μ + k μ²,
and no base: counts have their zero.

Losses are −log p(y) in nats, and for quantiles the pinball loss, which is smallest
where a share τ of the truth lies below q_τ:

    Σ_τ max(τ (y − q_τ), (τ − 1) (y − q_τ)) · 2 / levels

Shapes: o and parameters (n, width); base, s and y (n,); quantiles (n, levels).

References: Salinas et al. 2020, "DeepAR", arXiv:1704.04110, section 3.1 (likelihoods)
and 3.3 (scale); Koenker and Bassett 1978, "Regression quantiles"; Gneiting and Raftery
2007, "Strictly proper scoring rules", equation 21 (CRPS of the Gaussian).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from math import log, pi, sqrt
from typing import final

import torch
from torch import Tensor
from torch.nn.functional import softplus as plain_softplus
from torch.special import ndtr, ndtri
from typing_extensions import override

from unrolled.models.elementwise import by_number

LEAST = 1e-6
"""What is added to a scale, so that its logarithm stays finite."""


class AbstractDistribution(ABC):
    """A family of distributions, over numbers that a network gives."""

    width: int
    """Numbers the network gives for each moment."""

    @abstractmethod
    def parameters(self, o: Tensor, base: Tensor, scale: Tensor) -> Tensor:
        """In the units of the values, (n, width)."""

    @abstractmethod
    def loss(self, parameters: Tensor, y: Tensor) -> Tensor:
        """What is to be made small for the true y, (n,)."""

    @abstractmethod
    def mean(self, parameters: Tensor) -> Tensor:
        """(n,)."""

    @abstractmethod
    def draw(self, parameters: Tensor, generator: torch.Generator) -> Tensor:
        """One number for each row of parameters, (n,), without gradients."""

    def quantiles(
        self,
        parameters: Tensor,  # noqa: ARG002 (where they are closed)
        levels: Sequence[float],  # noqa: ARG002
    ) -> Tensor | None:
        """(n, levels), or None where they are only to be had by drawing."""
        return None


@final
class Gaussian(AbstractDistribution):
    """μ and σ."""

    width = 2

    @override
    def parameters(self, o: Tensor, base: Tensor, scale: Tensor) -> Tensor:
        return torch.stack([base + scale * o[:, 0], _spread(o[:, 1], scale)], dim=1)

    @override
    def loss(self, parameters: Tensor, y: Tensor) -> Tensor:
        mu, sigma = parameters.unbind(1)
        return 0.5 * ((y - mu) / sigma).square() + sigma.log() + 0.5 * log(2 * pi)

    @override
    def mean(self, parameters: Tensor) -> Tensor:
        return parameters[:, 0]

    @override
    def draw(self, parameters: Tensor, generator: torch.Generator) -> Tensor:
        mu, sigma = parameters.unbind(1)
        return mu + sigma * _normal(mu, generator)

    @override
    def quantiles(self, parameters: Tensor, levels: Sequence[float]) -> Tensor:
        mu, sigma = parameters.split(1, dim=1)
        return mu + sigma * ndtri(torch.tensor(levels, dtype=torch.float64)).to(mu)

    @staticmethod
    def crps(parameters: Tensor, y: Tensor) -> Tensor:
        """∫ (F(x) − 1[y ≤ x])² dx, (n,): σ (z (2 Φ(z) − 1) + 2 φ(z) − 1/√π)."""
        mu, sigma = parameters.unbind(1)
        z = (y - mu) / sigma
        density = (-0.5 * z.square()).exp() / sqrt(2 * pi)
        return sigma * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / sqrt(pi))


@final
class Student(AbstractDistribution):
    """μ, σ and d: heavier tails than a Gaussian has, the heavier the smaller d is."""

    width = 3

    @override
    def parameters(self, o: Tensor, base: Tensor, scale: Tensor) -> Tensor:
        mu, sigma = base + scale * o[:, 0], _spread(o[:, 1], scale)
        return torch.stack([mu, sigma, 2 + softplus(o[:, 2])], dim=1)

    @override
    def loss(self, parameters: Tensor, y: Tensor) -> Tensor:
        mu, sigma, degrees = parameters.unbind(1)
        normalizer = torch.lgamma((degrees + 1) / 2) - torch.lgamma(degrees / 2)
        normalizer = normalizer - 0.5 * (degrees * pi).log() - sigma.log()
        tail = (((y - mu) / sigma).square() / degrees).log1p()
        return (degrees + 1) / 2 * tail - normalizer

    @override
    def mean(self, parameters: Tensor) -> Tensor:
        return parameters[:, 0]

    @override
    def draw(self, parameters: Tensor, generator: torch.Generator) -> Tensor:
        mu, sigma, degrees = parameters.unbind(1)
        chi_square = 2 * _gamma(degrees / 2, generator)
        return mu + sigma * _normal(mu, generator) * (degrees / chi_square).sqrt()


@final
class NegativeBinomial(AbstractDistribution):
    """μ and k, for counts: a Poisson distribution whose rate is a gamma variable."""

    width = 2

    @override
    def parameters(self, o: Tensor, base: Tensor, scale: Tensor) -> Tensor:
        mu = scale * softplus(o[:, 0]) + LEAST
        return torch.stack([mu, softplus(o[:, 1]) / scale.sqrt() + LEAST], dim=1)

    @override
    def loss(self, parameters: Tensor, y: Tensor) -> Tensor:
        mu, excess = parameters.unbind(1)
        r, odds = 1 / excess, excess * mu
        ways = torch.lgamma(y + r) - torch.lgamma(y + 1) - torch.lgamma(r)
        return (r + y) * odds.log1p() - y * odds.log() - ways

    @override
    def mean(self, parameters: Tensor) -> Tensor:
        return parameters[:, 0]

    @override
    def draw(self, parameters: Tensor, generator: torch.Generator) -> Tensor:
        mu, excess = parameters.unbind(1)
        rate = _gamma(1 / excess, generator) * excess * mu
        return torch.poisson(rate, generator)


@final
class Quantiles(AbstractDistribution):
    """The quantiles themselves, at given levels; they never cross."""

    def __init__(self, levels: Sequence[float]) -> None:
        """`levels` rise, and 0.5 is among them."""
        self.levels, self.width = tuple(levels), len(levels)
        self.middle = self.levels.index(0.5)

    @override
    def parameters(self, o: Tensor, base: Tensor, scale: Tensor) -> Tensor:
        at = self.middle
        median = base[:, None] + scale[:, None] * o[:, at : at + 1]
        steps = scale[:, None] * softplus(o)
        below = steps[:, :at].flip(1).cumsum(1).flip(1)
        above = steps[:, at + 1 :].cumsum(1)
        return torch.cat([median - below, median, median + above], dim=1)

    @override
    def loss(self, parameters: Tensor, y: Tensor) -> Tensor:
        levels = torch.tensor(self.levels).to(parameters)
        misses = y[:, None] - parameters
        each = torch.maximum(levels * misses, (levels - 1) * misses)
        return each.mean(1) * 2

    @override
    def mean(self, parameters: Tensor) -> Tensor:
        """The area under the quantiles, flat beyond the outermost."""
        edges = [0.0, *((a + b) / 2 for a, b in pairwise(self.levels)), 1.0]
        parts = [high - low for low, high in pairwise(edges)]
        found = torch.zeros_like(parameters[:, 0])
        for part, quantile in zip(parts, parameters.unbind(1), strict=True):
            found = found + part * quantile
        return found

    @override
    def draw(self, parameters: Tensor, generator: torch.Generator) -> Tensor:
        """Between two quantiles evenly; beyond the outermost as between the last two.

        With a single level nothing tells of a spread: the median each time.
        """
        shape = (len(parameters),)
        drawn = torch.rand(shape, generator=generator, dtype=torch.float64)
        return self._at(parameters, drawn.to(parameters))

    @override
    def quantiles(self, parameters: Tensor, levels: Sequence[float]) -> Tensor:
        if tuple(levels) == self.levels:
            return parameters
        asked = torch.tensor(levels).to(parameters)
        each = [self._at(parameters, one.expand(len(parameters))) for one in asked]
        return torch.stack(each, dim=1)

    def _at(self, parameters: Tensor, share: Tensor) -> Tensor:
        """The quantile at any share (n,), by the line through the two around it."""
        if self.width == 1:
            return parameters[:, 0]
        levels = torch.tensor(self.levels).to(parameters)
        right = torch.searchsorted(levels, share).clamp(1, self.width - 1)
        low, high = levels[right - 1], levels[right]
        q_low = parameters.gather(1, right[:, None] - 1)[:, 0]
        q_high = parameters.gather(1, right[:, None])[:, 0]
        return q_low + (share - low) / (high - low) * (q_high - q_low)


def make_distribution(name: str, levels: Sequence[float]) -> AbstractDistribution:
    """The distribution of that name; `levels` are for quantiles alone."""
    if name == "quantiles":
        return Quantiles(levels)
    known = {
        "gaussian": Gaussian,
        "student": Student,
        "negative_binomial": NegativeBinomial,
    }
    return known[name]()


def _spread(o: Tensor, scale: Tensor) -> Tensor:
    return scale * softplus(o) + LEAST


def softplus(o: Tensor) -> Tensor:
    """log(1 + exp(o)) of each number, (...)."""
    return by_number(plain_softplus, o)


def _normal(like: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randn(like.shape, generator=generator, dtype=like.dtype)


def _gamma(shape: Tensor, generator: torch.Generator) -> Tensor:
    return torch._standard_gamma(shape, generator)  # pyright: ignore[reportPrivateImportUsage]
