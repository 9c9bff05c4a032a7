"""The last layer: from one vector a row to its scores."""

from typing import final

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus
from typing_extensions import override

from unrolled.models.linear_layer import Linear


def make_head(kind: str, width: int, classes: int) -> nn.Module:
    """The head for a kind of answer (`models/scores.py`), (rows, width) → scores."""
    if kind == "rating":
        return OrderedHead(width, classes - 1)
    return Linear(width, 1 if kind == "number" else classes)


@final
class OrderedHead(nn.Module):
    """One direction for all grades, and thresholds that stay in order.

    score_j = w · x + b − (s_1 + ... + s_j), with every step s = softplus(·) > 0.
    """

    def __init__(self, width: int, thresholds: int) -> None:
        super().__init__()
        self.direction = Linear(width, 1)
        self.steps = nn.Parameter(torch.full((thresholds - 1,), 0.5))

    @override
    def forward(self, x: Tensor) -> Tensor:
        """(rows, width) to (rows, thresholds), falling from left to right."""
        below = torch.cat([self.steps.new_zeros(1), softplus(self.steps).cumsum(0)])
        return self.direction(x) - below
