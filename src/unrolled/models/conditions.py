"""What a sequence is made from: categories and numbers, as one vector a row.

    sex = female, decade = 1990   →   v = E_sex[female] + w · standardized(1990)

    state before the first token: h = tanh(A v)      beside every token: [token; v]

A network that is told only at the start may forget it; one that is told at every step
need not carry it. (Karpathy and Fei-Fei 2015, arXiv:1412.2306, told the first only.)
"""

from collections.abc import Sequence
from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.cells._base import State
from unrolled.models.linear_layer import Linear


@final
class Conditions(nn.Module):
    """Vectors of the given categories and numbers, and the states they begin with."""

    def __init__(self, sizes: Sequence[int], width: int) -> None:
        """`sizes`: the categories of each field, or 0 where it holds a number."""
        super().__init__()
        self.sizes, self.width = tuple(sizes), width
        vectors = [torch.randn(max(size, 1), width) / 2 for size in sizes]
        self.vectors = nn.ParameterList(map(nn.Parameter, vectors))

    @override
    def forward(self, given: Tensor) -> Tensor:
        """(rows, width) from (rows, fields): the number of a category, or a number."""
        found = given.new_zeros(len(given), self.width)
        for field, (size, vectors) in enumerate(
            zip(self.sizes, self.vectors, strict=True)
        ):
            column = given[:, field]
            found = found + (
                vectors.index_select(0, column.long())
                if size
                else column[:, None] * vectors
            )
        return found


@final
class FirstState(nn.Module):
    """The states before the first token, from the vector of the conditions."""

    def __init__(self, width: int, *, states: int, layers: int, hidden: int) -> None:
        super().__init__()
        self.states, self.layers, self.hidden = states, layers, hidden
        self.linear = Linear(width, states * layers * hidden)

    @override
    def forward(self, vectors: Tensor) -> State:
        """From (rows, width): each state (layers, rows, hidden), between −1 and 1."""
        shape = (len(vectors), self.states, self.layers, self.hidden)
        learns = torch.is_grad_enabled()
        scores = self.linear(vectors) if learns else self.linear.by_row(vectors)
        found = torch.tanh(scores).view(shape)
        return tuple(found.permute(1, 2, 0, 3).contiguous())
