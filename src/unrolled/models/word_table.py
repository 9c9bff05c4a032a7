"""The network of word vectors: none but their table.

Shapes: vectors are (tokens, dim), in the order of the vocabulary; the first, that of
the unknown token, is zero.
"""

from typing import Any, final

from torch import Tensor, nn


@final
class WordTable(nn.Module):
    """Vectors that were learned elsewhere, so that no gradient reaches them."""

    vectors: Tensor

    def __init__(self, vectors: Tensor) -> None:
        """`vectors` is (tokens, dim)."""
        super().__init__()
        self.register_buffer("vectors", vectors)


def vectors_of(network: Any) -> Tensor:
    """All vectors of such a network, (tokens, dim)."""
    return network.vectors
