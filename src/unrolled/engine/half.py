"""The large products of a native sweep in bfloat16, by torch.

    there   W x for all tokens
    back    ∂L/∂x = δ W      ∂L/∂W = δᵀ x      ∂L/∂R = δᵀ h

Two thirds of the work of a training step are in these four. The product with R at each
moment is rounded too where the kernels have an instruction for it (AVX-512 BF16, AMX;
see native/half_kernel.h). States, gates and the sums stay in float32; what a large
product returns is rounded once more. It takes a processor whose torch has kernels for
bfloat16, and happens only where it is asked for:

    with torch.autocast("cpu", dtype=torch.bfloat16):
        output, state = layer(batch)
"""

from functools import cache

import torch
from torch import Tensor

from unrolled.engine.in_blocks import each
from unrolled.engine.weights import Weights

BFLOAT16 = torch.bfloat16
# A block is multiplied by one thread: how many there are changes no bit of a long sum.
TOKENS, COLUMNS = 1024, 256


def is_wanted(dtype: torch.dtype) -> bool:
    """Whether weights of this precision are to be multiplied in bfloat16 here."""
    if dtype is not torch.float32 or not torch.is_autocast_enabled("cpu"):
        return False
    return torch.get_autocast_dtype("cpu") is BFLOAT16 and is_quick()


@cache
def is_quick() -> bool:
    """Whether this processor has instructions for bfloat16, and torch kernels for them.

    Without the instructions torch would convert number by number: four times slower.
    """
    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return False
    if torch.backends.cpu.get_cpu_capability().startswith("AVX"):
        return (
            torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
        )
    return True  # ARM: the first question is about the instructions


def place_sums(to: Tensor, x: Tensor, weights: Weights, biases: Tensor | None) -> None:
    """Writes W x + biases to (tokens, blocks · hidden) places of float32.

    x is (tokens, inputs) and the biases (blocks · hidden,).
    """
    x, W = x.to(BFLOAT16), weights.W.to(BFLOAT16).T

    def place(tokens: slice) -> None:
        product = x[tokens] @ W
        to[tokens] = product if biases is None else torch.add(product, biases)

    each(place, _blocks(len(x), TOKENS))


def input_gradient(d_a: Tensor, W: Tensor) -> Tensor:
    """∂L/∂x (tokens, inputs) in float32, from ∂L/∂a (tokens, blocks · hidden).

    oneDNN takes numbers in pairs and larger groups: of a row inside a wider table it
    reads some more and multiplies them by zero, which leaves NaN where they were NaN.
    """
    whole, W = d_a.to(BFLOAT16).contiguous(), W.to(BFLOAT16)
    found = each(lambda some: whole[some] @ W, _blocks(len(whole), TOKENS))
    return torch.cat(found).float() if found else W.new_zeros(0, W.shape[1]).float()


def weight_gradient(delta: Tensor, met: Tensor) -> Tensor:
    """∂L/∂weight in float32: deltaᵀ (·, tokens) times what it met (tokens, ·)."""
    delta, met = delta.to(BFLOAT16), met.to(BFLOAT16)
    blocks = _blocks(delta.shape[1], COLUMNS)
    return torch.cat(each(lambda some: delta[:, some].T @ met, blocks)).float()


def _blocks(count: int, width: int) -> list[slice]:
    return [slice(at, at + width) for at in range(0, count, width)]
