"""The state before each token, from the states after each and those at first."""

import torch
from torch import Tensor

from unrolled.ragged import Ragged


def before(
    x: Ragged, after: Tensor, first: Tensor | None, *, reverse: bool = False
) -> Tensor:
    """(tokens, ·) from `after` (tokens, ·) and `first` (rows, ·), zero if not given.

    With `reverse` rows are read from their end, so before is the token behind.
    """
    tokens = torch.arange(after.shape[0])
    has = x.lengths > 0
    begins = (x.offsets[1:] - 1 if reverse else x.offsets[:-1])[has]
    neighbours = (tokens + (1 if reverse else -1)) % max(after.shape[0], 1)
    shifted = after.index_select(0, neighbours)
    if first is None:
        return shifted.index_fill_(0, begins, 0.0)
    return shifted.index_copy_(0, begins, first.detach()[has].to(shifted.dtype))
