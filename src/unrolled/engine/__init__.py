"""Carries any cell along time over a ragged batch, there and back.

    run(cell, weights, x, state)    every output, the last states, and the path taken
    path_for(cell, device)          which path `run` takes by itself
    stream(cell, weights, x, state) one moment, with the state carried by the caller

Paths, each equal to the first in value and in every gradient:

    reference   the law: one row and one moment at a time, autograd's own gradients
    gated       torch operations on all running rows, gradients by hand; any cell
    cudnn       the classic cells on a GPU
"""

from unrolled.engine.paths import PATHS, Run, path_for, run
from unrolled.engine.stream import stream
from unrolled.engine.weights import Weights

__all__ = ["PATHS", "Run", "Weights", "path_for", "run", "stream"]
