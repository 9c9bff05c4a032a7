"""The products of a time loop in torch, in float32 or in bfloat16.

    into      x Wᵀ + b
    through   δ W            the way back to what was multiplied
    weight    δᵀ x           the way back to the weight

What is the same at all moments is prepared once. A weight is turned, since the library
under torch multiplies few rows by Wᵀ in four fifths of the time when that lies in order
(32 rows by 256 x 1024: 92 µs instead of 122). In bfloat16 it is rounded instead; sums
of products are formed in float32 and rounded once, and what comes out is float32 again
(see engine/half.py, which also says on which processors that is quicker).
"""

from typing import final

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.engine.half import BFLOAT16


@final
class Products:
    """One run's way to multiply; weights must not change while it lasts."""

    def __init__(self, *, half: bool) -> None:
        self.half = half
        self._kept: dict[tuple[int, torch.Size, bool], Tensor] = {}

    def into(self, x: Tensor, W: Tensor, b: Tensor | None) -> Tensor:
        """(rows, outputs) from x (rows, inputs) and W (outputs, inputs)."""
        if not self.half:
            turned = self._prepared(W, turned=True)
            return x @ turned if b is None else torch.addmm(b, x, turned)
        found = linear(x.to(BFLOAT16), self._prepared(W, turned=False)).float()
        return found if b is None else found.add_(b)

    def into_once(self, x: Tensor, W: Tensor, b: Tensor | None) -> Tensor:
        """The same for a weight that is met once, by all of x (rows, inputs)."""
        return self.into(x, W, b) if self.half else linear(x, W, b)

    def through(self, delta: Tensor, W: Tensor) -> Tensor:
        """(rows, inputs) from δ (rows, outputs) and W (outputs, inputs)."""
        if not self.half:
            return delta @ W
        return (delta.to(BFLOAT16) @ self._prepared(W, turned=False)).float()

    def weight(self, delta: Tensor, met: Tensor) -> Tensor:
        """(outputs, inputs) from δ (rows, outputs) and what was met (rows, inputs)."""
        if not self.half:
            return delta.T @ met
        return (delta.to(BFLOAT16).T @ met.to(BFLOAT16)).float()

    def _prepared(self, W: Tensor, *, turned: bool) -> Tensor:
        """The weight, turned or in bfloat16, made when it is first met.

        The caller holds the weights while this lasts, so that an address is one's own.
        """
        key = (W.data_ptr(), W.shape, turned)
        found = self._kept.get(key)
        if found is None:
            found = W.T.contiguous() if turned else W.to(BFLOAT16).contiguous()
            self._kept[key] = found
        return found
