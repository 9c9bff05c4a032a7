"""How far a sequence lies from all that a network was trained to tell apart.

    x = P (z − μ)                              the 64 directions of most variance
    d(z) = min_c (x − m_c)ᵀ S_c⁻¹ (x − m_c)    larger is stranger

z is the vector that the network makes of a sequence before its head; m_c and S_c are
the mean and the covariance of the training rows of a kind. A network is often sure of
what it has never met, and its vector lies aside all the same: this is the Mahalanobis
distance of Lee et al. 2018, arXiv:1807.03888, with a covariance for each kind. A kind
with fewer than three rows for each direction borrows from the covariance of all.
"""

from dataclasses import dataclass
from typing import Self, final

import torch
from torch import Tensor

DIRECTIONS = 64
ENOUGH = 3
"""Rows of a kind, for each direction, that give it a covariance of its own."""
RIDGE = 1e-2
"""Added to every covariance, as a share of the mean variance within the kinds."""


@final
@dataclass(frozen=True, eq=False)
class Novelty:
    """Fitted on the vectors of training rows; all float64."""

    center: Tensor
    """μ, (width,)."""
    projection: Tensor
    """P, (width, directions)."""
    means: Tensor
    """m_c of each kind, (kinds, directions)."""
    whitening: Tensor
    """W with WᵀW = S_c⁻¹ of each kind, (kinds, directions, directions)."""

    @classmethod
    def fit(cls, vectors: Tensor, labels: Tensor) -> Self:
        """From vectors (rows, width) and the kind of each row, (rows,) int64."""
        z = vectors.double()
        center = z.mean(0)
        wide = min(DIRECTIONS, z.shape[1])
        # In the order of their variance, the least first.
        projection = torch.linalg.eigh((z - center).T @ (z - center))[1][:, -wide:]
        x = (z - center) @ projection
        groups = [x[labels == kind] for kind in labels.unique()]
        means = [group.mean(0) for group in groups]
        spread = [g - mean for g, mean in zip(groups, means, strict=True)]
        shared = sum((s.T @ s for s in spread), torch.zeros(wide, wide)) / len(x)
        ridge = RIDGE * shared.diagonal().mean().clamp(min=1e-12)
        whitening = []
        for far in spread:
            borrowed = max(0.0, 1 - len(far) / (ENOUGH * wide))
            own = far.T @ far / len(far)
            whole = (1 - borrowed) * own + borrowed * shared
            whole = whole + ridge * torch.eye(wide, dtype=x.dtype)
            lower = torch.linalg.cholesky(whole)
            one = torch.eye(wide, dtype=x.dtype)
            whitening.append(torch.linalg.solve_triangular(lower, one, upper=False))
        return cls(center, projection, torch.stack(means), torch.stack(whitening))

    def of(self, vectors: Tensor) -> Tensor:
        """D of each row, from vectors (rows, width): (rows,) float64."""
        x = (vectors.double() - self.center) @ self.projection
        each = [
            ((x - mean) @ white.T).square().sum(1)
            for mean, white in zip(self.means, self.whitening, strict=True)
        ]
        return torch.stack(each).amin(0)

    @property
    def fits(self) -> bool:
        """Whether the sizes of its tensors agree."""
        if self.projection.dim() != 2 or self.means.dim() != 2:
            return False
        (width, wide), kinds = self.projection.shape, len(self.means)
        wanted = [(width,), (kinds, wide), (kinds, wide, wide)]
        found = [self.center.shape, self.means.shape, self.whitening.shape]
        return kinds > 0 and list(map(tuple, found)) == wanted

    def tensors(self) -> dict[str, Tensor]:
        """What a model folder keeps, (...,) each."""
        return {
            "center": self.center.contiguous(),
            "projection": self.projection.contiguous(),
            "means": self.means.contiguous(),
            "whitening": self.whitening.contiguous(),
        }
