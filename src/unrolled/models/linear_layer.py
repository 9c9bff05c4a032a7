"""A linear layer that gives the same bits on any number of threads.

    y = x Wᵀ + b        ∂L/∂x = δy W        ∂L/∂W = δyᵀ x        ∂L/∂b = Σ δy

The products are the library's under torch, which cuts a sum among the threads that it
has, and then rounds it otherwise. Here it has one: a head is far too small for two.
"""

from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from typing_extensions import override

from unrolled.engine import Product
from unrolled.randomness import computing_on


@final
class Linear(nn.Module):
    """In place of `torch.nn.Linear`: its names, its shapes and its first weights."""

    def __init__(self, inputs: int, outputs: int, *, bias: bool = True) -> None:
        super().__init__()
        begin = nn.Linear(inputs, outputs, bias=bias)
        self.weight, self.bias = begin.weight, begin.bias
        self._product: Product | None = None

    @override
    def forward(self, x: Tensor) -> Tensor:
        """(rows, inputs) to (rows, outputs)."""
        return _OneThread.apply(x, self.weight, self.bias)

    def by_row(self, x: Tensor) -> Tensor:
        """The same without gradients: a row has the bits that it has alone.

        (rows, inputs) to (rows, outputs). Where the native engine is not built, bits
        are as they come.
        """
        made = self._product
        if made is None or made.weight is not self.weight or self._rebiased(made):
            made = self._product = Product(self.weight, self.bias)
        with computing_on(1), torch.autocast(x.device.type, enabled=False):
            return made(x)

    def _rebiased(self, made: Product) -> bool:
        return self.bias is not None and made.bias is not self.bias


class _OneThread(torch.autograd.Function):
    @staticmethod
    @override
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.has_bias = bias is not None
        # Under autocast too a head keeps the precision of its weights.
        with computing_on(1), torch.autocast(x.device.type, enabled=False):
            x = x.to(weight.dtype)
            ctx.save_for_backward(x, weight)
            return linear(x, weight, bias)

    @staticmethod
    @override
    def backward(ctx: Any, *grad: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        x, weight = ctx.saved_tensors
        (d_y,) = grad
        with computing_on(1):
            d_bias = d_y.sum(0) if ctx.has_bias else None
            return d_y @ weight, d_y.T @ x, d_bias
