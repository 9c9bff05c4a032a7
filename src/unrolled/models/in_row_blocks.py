"""A network over rows that never meet, such as pictures, on any number of threads.

    rows      ──► blocks of so many rows, whatever the number of threads
    each block    one thread carries it there, and back
    gradients     of a weight are added up block by block, in their order

The library under torch chooses how to compute a convolution by the number of pictures
and of threads, and rounds otherwise for each choice. Here a block is always as large,
and one thread has it; without gradients each row is a block of its own. So bits depend
neither on threads nor, in an answer, on the rows beside (decision 0005).
"""

from typing import Any

import torch
from torch import Tensor, nn
from typing_extensions import override

from unrolled.engine.in_blocks import each
from unrolled.randomness import computing_on


def in_row_blocks(network: nn.Module, x: Tensor, *, rows: int) -> Tensor:
    """network(x) for x (rows, ...) without gradients, in blocks of so many rows.

    The network draws nothing by chance and keeps nothing from one call to the next.
    """
    if not torch.is_grad_enabled():
        found = each(network, x.split(1))
        return torch.cat(found) if found else _none(network, x)
    return _InBlocks.apply(network, x, rows, *network.parameters())


def _none(network: nn.Module, x: Tensor) -> Tensor:
    """What it gives for no rows: as wide as for one."""
    return network(x.new_zeros(1, *x.shape[1:]))[:0]


class _InBlocks(torch.autograd.Function):
    @staticmethod
    @override
    def forward(
        ctx: Any, network: nn.Module, x: Tensor, rows: int, *weights: Tensor
    ) -> Tensor:
        def there(block: Tensor) -> Tensor:
            with torch.enable_grad():
                return network(block)

        ctx.rows, ctx.weights = rows, weights
        ctx.found = each(there, x.split(rows))
        if not ctx.found:
            return _none(network, x)
        return torch.cat([one.detach() for one in ctx.found])

    @staticmethod
    @override
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor | None, ...]:
        def back(part: tuple[Tensor, Tensor]) -> tuple[Tensor, ...]:
            with torch.enable_grad():
                return torch.autograd.grad(part[0], ctx.weights, part[1])

        parts = zip(ctx.found, grad[0].split(ctx.rows), strict=True)
        found = each(back, list(parts) if ctx.found else [])
        with computing_on(1):
            total = [torch.zeros_like(weight) for weight in ctx.weights]
            for block in found:
                for summed, one in zip(total, block, strict=True):
                    summed += one
        return None, None, None, *total
