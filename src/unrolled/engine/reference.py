"""The law: the plainest loop there is, row by row and moment by moment.

It exists to be read and to be believed. No batch, no order, no reuse; autograd derives
the gradients. Every other path must equal it, in value and in the gradient of every
tensor by name, and the batteries in tests/every hold them to it.
"""

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine.moment import Moment, step
from unrolled.engine.weights import Weights
from unrolled.ragged import Ragged


def sweep(
    cell: AbstractGatedCell,
    weights: Weights,
    x: Ragged,
    state: State,
    *,
    reverse: bool = False,
) -> tuple[Tensor, State, list[list[Moment]]]:
    """Outputs (tokens, size), last states (rows, ·) each, and every moment of each row.

    x is (tokens, inputs) and each state (rows, ·). With `reverse` a row is read from
    its end; its outputs stay beside the tokens they belong to.
    """
    outputs, last, moments = [], [], []
    for row in range(len(x)):
        now = tuple(s[row : row + 1] for s in state)
        tokens = x[row].flip(0) if reverse else x[row]
        seen, history = [], []
        for token in tokens:
            a = linear(token[None], weights.W, weights.b)
            now, moment = step(cell, weights, a, now)
            seen.append(now[0])
            history.append(moment)
        outputs += seen[::-1] if reverse else seen
        moments.append(history[::-1] if reverse else history)
        last.append(now)
    size = weights.R.shape[1]
    output = torch.cat(outputs) if outputs else x.values.new_zeros(0, size)
    finals = tuple(torch.cat(s) for s in zip(*last, strict=True)) if last else state
    return output, finals, moments
