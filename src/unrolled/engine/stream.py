"""One moment at a time: what has just arrived goes in, the state stays with the caller.

    state = None
    for x in microphone:
        output, state = stream(cell, weights, x, state)

It is the very step of the other paths, so a sequence streamed in any pieces gives what
it gives as a whole. A server keeps one state for each visitor, and may step any of them
together: rows are independent.
"""

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine.moment import step
from unrolled.engine.weights import Weights


@torch.no_grad()
def stream(
    cell: AbstractGatedCell, weights: Weights, x: Tensor, state: State | None = None
) -> tuple[Tensor, State]:
    """The output (rows, size) for one moment x (rows, inputs), and the new state.

    Each state is (rows, size); without one the stream begins, from zero. Keeps nothing
    for a way back. Raises ShapeError where weights or states do not fit.
    """
    weights.check(cell, x.shape[-1])
    state = weights.begin(cell, state, rows=len(x))
    state, _ = step(cell, weights, linear(x, weights.W, weights.b), state)
    return state[0], state
