"""How far a sequence lies from all that a network was trained to tell apart.

    d(z) = min_c |A (z − μ_c)|² − Σ_j (A (z − μ))_j² / (1 + λ_j)      larger is stranger

z is the vector that the network makes of a sequence before its head. The first term is
the Mahalanobis distance to the nearest kind (Lee et al. 2018, arXiv:1807.03888), the
second that to all kinds as one cloud; their difference leaves out what is unusual of
any sequence, such as a new voice (Ren et al. 2021, arXiv:2106.09022).

Both clouds differ only along the discriminants of Fisher (1936), one fewer than there
are kinds: A makes the spread within a kind 1, and λ is the spread between the kinds.
In every other direction the two terms are equal, so nothing else needs to be kept.
"""

from dataclasses import dataclass
from typing import Self, final

import torch
from torch import Tensor

RIDGE = 1e-2
"""Added to the spread within a kind, as a share of its mean: directions in which the
training rows do not differ at all say nothing about others."""


@final
@dataclass(frozen=True, eq=False)
class Novelty:
    """Fitted on the vectors of training rows; all float64."""

    projection: Tensor
    """A, (width, directions)."""
    means: Tensor
    """A μ_c of each kind, (kinds, directions)."""
    center: Tensor
    """A μ, (directions,)."""
    between: Tensor
    """λ, (directions,)."""

    @classmethod
    def fit(cls, vectors: Tensor, labels: Tensor) -> Self:
        """From vectors (rows, width) and the kind of each row, (rows,) int64."""
        z, width = vectors.double(), vectors.shape[1]
        kinds = labels.unique()
        means = torch.stack([z[labels == kind].mean(0) for kind in kinds])
        counts = torch.stack([(labels == kind).sum() for kind in kinds]).double()
        place = torch.searchsorted(kinds, labels)
        far = z - means[place]
        within = far.T @ far / len(z)
        ridge = RIDGE * within.diagonal().mean().clamp(min=1e-12)
        within = within + ridge * torch.eye(width, dtype=z.dtype)
        center = z.mean(0)
        spread = (counts / len(z)).sqrt()[:, None] * (means - center)
        whiten = torch.linalg.cholesky(within)
        white = torch.linalg.solve_triangular(whiten, spread.T, upper=False)
        directions, sizes, _ = torch.linalg.svd(white, full_matrices=False)
        kept = min(len(kinds) - 1, width)
        projection = torch.linalg.solve_triangular(
            whiten.T, directions[:, :kept], upper=True
        )
        return cls(
            projection, means @ projection, center @ projection, sizes[:kept].square()
        )

    def of(self, vectors: Tensor) -> Tensor:
        """D of each row, from vectors (rows, width): (rows,) float64."""
        z = vectors.double() @ self.projection
        nearest = (z[:, None] - self.means).square().sum(2).amin(1)
        return nearest - ((z - self.center).square() / (1 + self.between)).sum(1)

    @property
    def fits(self) -> bool:
        """Whether the sizes of its tensors agree."""
        if self.projection.dim() != 2 or self.means.dim() != 2:
            return False
        wide = self.projection.shape[1]
        sizes = (self.means.shape[1:], self.center.shape, self.between.shape)
        return len(self.means) > 0 and all(size == (wide,) for size in sizes)

    def tensors(self) -> dict[str, Tensor]:
        """What a model folder keeps, (...,) each."""
        return {
            "projection": self.projection.contiguous(),
            "means": self.means.contiguous(),
            "center": self.center.contiguous(),
            "between": self.between.contiguous(),
        }
