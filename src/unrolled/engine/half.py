"""The large products of a native sweep in bfloat16, by torch.

    there   W x for all tokens
    back    ∂L/∂x = δ W      ∂L/∂W = δᵀ x      ∂L/∂R = δᵀ h

Two thirds of the work of a training step are in these four. The product with R at each
moment is rounded too where the kernels have an instruction for it (AVX-512 BF16, AMX;
see native/half_kernel.h). States, gates and every sum, within a product and over time,
stay in float32. It takes a processor whose torch has kernels for bfloat16, and happens
only where it is asked for:

    with torch.autocast("cpu", dtype=torch.bfloat16):
        output, state = layer(batch)
"""

from functools import cache

import torch
from torch import Tensor

from unrolled.engine.weights import Weights

BFLOAT16 = torch.bfloat16


def is_wanted(dtype: torch.dtype) -> bool:
    """Whether weights of this precision are to be multiplied in bfloat16 here."""
    if dtype is not torch.float32 or not torch.is_autocast_enabled("cpu"):
        return False
    return torch.get_autocast_dtype("cpu") is BFLOAT16 and is_quick()


@cache
def is_quick() -> bool:
    """Whether this processor multiplies bfloat16 faster than float32."""
    return torch.ops.mkldnn._is_mkldnn_bf16_supported()


def place_sums(to: Tensor, x: Tensor, weights: Weights, biases: Tensor | None) -> None:
    """Writes W x + biases to (tokens, blocks · hidden) places of float32.

    x is (tokens, inputs) and the biases (blocks · hidden,).
    """
    product = x.to(BFLOAT16) @ weights.W.to(BFLOAT16).T
    if biases is None:
        to.copy_(product)
    else:
        torch.add(product, biases, out=to)


def gradients(
    deltas: tuple[Tensor, Tensor], x: Tensor, h: Tensor, W: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """∂L/∂x, ∂L/∂W and ∂L/∂R in float32, from ∂L/∂a and ∂L/∂u.

    Both deltas are (tokens, blocks · hidden), x is (tokens, inputs), h (tokens, size)
    the state before each token.
    """
    d_a = deltas[0].to(BFLOAT16)
    d_u = d_a if deltas[1] is deltas[0] else deltas[1].to(BFLOAT16)
    d_x = d_a @ W.to(BFLOAT16)
    d_W, d_R = d_a.T @ x.to(BFLOAT16), d_u.T @ h.to(BFLOAT16)
    return d_x.float(), d_W.float(), d_R.float()
