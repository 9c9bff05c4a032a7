"""A function of each number by itself, whose bits do not depend on its neighbors.

torch takes sixteen or thirty-two numbers at a time, and those that are left over one by
one, with another approximation of exp and log: the same number then has other last bits
at the end of a tensor than inside. Here nothing is left over.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from unrolled.randomness import computing_on

TOGETHER = 64
"""Numbers in blocks of so many are taken at a time by every set of instructions."""


def by_number(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """`function` of each number of x, (numbers, ...), in that shape.

    While gradients are recorded it is called plainly.
    """
    if torch.is_grad_enabled() and x.requires_grad:
        return function(x)
    padded = torch.nn.functional.pad(x.reshape(-1), (0, -x.numel() % TOGETHER))
    with computing_on(1):
        return function(padded)[: x.numel()].view(x.shape)
