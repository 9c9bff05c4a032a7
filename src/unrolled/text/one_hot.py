"""One-hot codes: a token as a vector with a single 1 at the place of its id.

    vocabulary   <unk>  he  is  great           "is"  →  0 0 1 0

Every two different words are then equally far apart, and the vector is as long as the
vocabulary: with 20,000 words and 100 hidden units, an LSTM has 4 · 100 · 20,000 = 8
million weights for its input alone. A learned embedding looks up a short vector
instead, say 100 numbers: 2 million in its table and 40,000 in the LSTM's input, and
words that are used alike come to lie close together. The product of a one-hot code and
a matrix is a row of that matrix, so the embedding is the same first layer without the
multiplication by zeros.
"""

import torch
from torch import Tensor

from unrolled.errors import ShapeError


def one_hot(ids: Tensor, size: int) -> Tensor:
    """Ids (tokens,) to codes (tokens, size), float32, on the device of the ids.

    The unknown token, id 0, has a place of its own as any other. Raises ShapeError for
    an id outside 0 to size − 1, for ids that are no whole numbers, or not in a row.
    """
    whole = not ids.is_floating_point() and not ids.is_complex()
    if ids.dim() != 1 or not whole or ids.dtype == torch.bool:
        raise ShapeError(
            found=f"ids of shape {tuple(ids.shape)} and type {ids.dtype}.",
            expected="whole numbers of shape (tokens,)",
            fix="give the values of a Ragged batch of token ids",
        )
    wrong = ((ids < 0) | (ids >= size)).nonzero()
    if len(wrong):
        at = int(wrong[0])
        raise ShapeError(
            found=f"id {int(ids[at])} at token {at}, for a vocabulary of {size}.",
            expected=f"ids from 0 to {size - 1}",
            fix="number the tokens with the vocabulary that the model was made for",
        )
    codes = torch.zeros(len(ids), size, device=ids.device)
    return codes.scatter_(1, ids.long()[:, None], 1.0)
