"""The classic cells on a GPU: cuDNN, reached through torch's packed kernels.

torch sorts nothing here: the order of `TimeMajor` already is the layout that cuDNN
wants. Rows of length 0 stand last in it; cuDNN does not know such rows, so they are cut
off and their states handed through.

On a CPU the same call runs torch's own packed kernels, slowly, with the same result.
That is how the tests check this path where there is no GPU.
"""

import warnings

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine.weights import Weights
from unrolled.time_major import TimeMajor

KERNELS = {
    Elman(nonlinearity="tanh"): torch._VF.rnn_tanh,
    Elman(nonlinearity="relu"): torch._VF.rnn_relu,
    GRU(reset="after"): torch._VF.gru,
    LSTM(peepholes=False): torch._VF.lstm,
}


def serves(cell: AbstractGatedCell, *, projected: bool = False) -> bool:
    """Whether cuDNN knows this cell with these options; it projects only the LSTM."""
    return cell in KERNELS and (isinstance(cell, LSTM) or not projected)


def sweep(
    cell: AbstractGatedCell, weights: Weights, x: Tensor, state: State, plan: TimeMajor
) -> tuple[Tensor, State]:
    """Outputs (tokens, size) and last states, all in the order of `plan`."""
    if not plan.counts:
        return x.new_zeros(0, weights.R.shape[1]), state
    running = plan.counts[0]
    hidden, *memory = (s[None, :running].contiguous() for s in state)
    biases = _both(weights.b, weights.c)
    projection = [] if weights.P is None else [weights.P]
    params = [weights.W, weights.R, *biases, *projection]
    counts = torch.tensor(plan.counts, dtype=torch.int64)
    # has_biases, num_layers, dropout, train, bidirectional: dropout is ours, and
    # `train` must be on or cuDNN keeps nothing for the way back.
    options = (bool(biases), 1, 0.0, True, False)
    hx = (hidden, *memory) if memory else hidden
    with warnings.catch_warnings():
        # The weights are the caller's, wherever they lie: cuDNN's copy is no mistake.
        warnings.filterwarnings("ignore", "RNN module weights are not part of single")
        output, *last = KERNELS[cell](x, counts, hx, params, *options)
    pairs = zip(last, state, strict=True)
    return output, tuple(torch.cat([s[0], s0[running:]]) for s, s0 in pairs)


def _both(b: Tensor | None, c: Tensor | None) -> list[Tensor]:
    """Both biases or none: it knows nothing in between."""
    given = b if b is not None else c
    if given is None:
        return []
    return [torch.zeros_like(given) if t is None else t for t in (b, c)]
