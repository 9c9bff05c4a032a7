"""What a row is of, as one vector: its channel, its series, what never changes there.

    channel 2, series 5   →   v = E_channel[2] + E_series[5]

Number 0 is what training has not met: it stands for the mean of all that it has.
"""

from collections.abc import Sequence
from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override


@final
class GroupVectors(nn.Module):
    """A vector for each value of each group number, added up."""

    def __init__(self, sizes: Sequence[int], width: int) -> None:
        """`sizes`: how many values each group number may take, 0 among them."""
        super().__init__()
        self.width = width if sizes else 0
        each = [torch.randn(max(size - 1, 1), self.width) / 2 for size in sizes]
        self.vectors = nn.ParameterList(map(nn.Parameter, each))

    @override
    def forward(self, groups: Tensor) -> Tensor:
        """(rows, width) from (rows, groups) int64."""
        found = torch.zeros(len(groups), self.width, device=groups.device)
        for place, known in enumerate(self.vectors):
            unknown = known.mean(0, keepdim=True)
            found = found.to(known) + torch.cat([unknown, known])[groups[:, place]]
        return found
