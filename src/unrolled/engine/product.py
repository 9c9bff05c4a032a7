"""x Wᵀ + b, with the same bits for a row alone and beside any others.

The library under torch chooses a kernel by the number of rows, and rounds otherwise for
one than for many. What is streamed token by token and has to equal the whole is
multiplied here: by the kernel of the native engine, from a weight that is packed once.
Where that was not built, torch multiplies, and bits are as they come.
"""

from copy import deepcopy
from typing import Any, final

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.engine import kernels
from unrolled.engine.choice import chosen
from unrolled.errors import ShapeError


@final
class Product:
    """A weight (outputs, inputs) and a bias (outputs,), packed for one thread.

    It is packed again when the weight has changed, as far as torch counts its edits:
    one through `.data` in place, or through numpy, is not seen.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self.weight = weight
        self.bias = weight.detach().new_zeros(len(weight)) if bias is None else bias
        self._packed: tuple[Any, Any, Tensor] | None = None

    def __call__(self, x: Tensor) -> Tensor:
        """(rows, outputs) from (rows, inputs), without gradients. Raises ShapeError."""
        if x.dim() != 2 or x.shape[1] != self.weight.shape[1]:
            raise ShapeError(
                found=f"rows of shape {tuple(x.shape)}.",
                expected=f"(rows, {self.weight.shape[1]})",
                fix="give one vector a row, of the width that the weight has",
            )
        with torch.no_grad():
            weight = self.weight.detach().resolve_neg().contiguous()
            if not self._is_ours(x, weight):
                return linear(x.to(weight.dtype), weight, self.bias)
            x = x.detach().resolve_neg().contiguous()
            out = x.new_empty(len(x), len(weight))
            bias = self.bias.detach().resolve_neg().contiguous()
            places = (x.data_ptr(), len(x), bias.data_ptr(), out.data_ptr())
            self._matrix(weight).multiply(*places)
            return out

    def _is_ours(self, x: Tensor, weight: Tensor) -> bool:
        given = (x, weight, self.bias)
        plain = all(one.is_cpu and one.dtype is weight.dtype for one in given)
        plain = plain and self.bias.shape == weight.shape[:1]
        known = weight.dtype in kernels.PRECISIONS and weight.numel() > 0
        free = chosen().path in (None, "native")
        return plain and known and free and kernels.is_built()

    def _matrix(self, weight: Tensor) -> Any:
        """The packed weight; packed now if it has changed since."""
        edits = None if self.weight.is_inference() else self.weight._version
        key = (edits, self.weight.data_ptr(), weight.dtype, kernels.chosen_set())
        packed = self._packed
        if packed is None or packed[0] != key or edits is None:
            wide = weight.dtype == torch.float64
            rows, depth = weight.shape
            made = kernels._native.Matrix(key[3], wide, weight.data_ptr(), rows, depth)
            # With the weight: its address is no other's while it is held.
            packed = self._packed = (key, made, self.weight.detach())
        return packed[1]

    def __deepcopy__(self, memo: dict[int, Any]) -> "Product":
        return Product(deepcopy(self.weight, memo), deepcopy(self.bias, memo))
