"""The products of a time loop in torch, in float32 or in bfloat16.

    into      x Wᵀ + b
    through   δ W            the way back to what was multiplied
    weight    δᵀ x           the way back to the weight

In bfloat16 a weight is rounded once for all moments; sums of products are formed in
float32 and rounded once, and what comes out is float32 again (see engine/half.py, which
also says on which processors that is quicker).
"""

from typing import final

from torch import Tensor
from torch.nn.functional import linear

from unrolled.engine.half import BFLOAT16


@final
class Products:
    """One run's way to multiply; weights must not change while it lasts."""

    def __init__(self, *, half: bool) -> None:
        self.half = half
        self._halves: dict[int, tuple[Tensor, Tensor]] = {}

    def into(self, x: Tensor, W: Tensor, b: Tensor | None) -> Tensor:
        """(rows, outputs) from x (rows, inputs) and W (outputs, inputs)."""
        if not self.half:
            return linear(x, W, b)
        found = linear(x.to(BFLOAT16), self._rounded(W)).float()
        return found if b is None else found.add_(b)

    def through(self, delta: Tensor, W: Tensor) -> Tensor:
        """(rows, inputs) from δ (rows, outputs) and W (outputs, inputs)."""
        if not self.half:
            return delta @ W
        return (delta.to(BFLOAT16) @ self._rounded(W)).float()

    def weight(self, delta: Tensor, met: Tensor) -> Tensor:
        """(outputs, inputs) from δ (rows, outputs) and what was met (rows, inputs)."""
        if not self.half:
            return delta.T @ met
        return (delta.to(BFLOAT16).T @ met.to(BFLOAT16)).float()

    def _rounded(self, W: Tensor) -> Tensor:
        known = self._halves.get(id(W))
        if known is None:  # with the weight: its id is no other's while it is held
            known = self._halves[id(W)] = (W, W.to(BFLOAT16).contiguous())
        return known[1]


FULL = Products(half=False)
"""In the precision of the weights."""
