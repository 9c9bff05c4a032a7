"""Carries any cell along time over a ragged batch, there and back.

    run(cell, weights, x, state)        every output, the last states, the path taken
    run_directions(cell, [w, w], x, …)  the same for a layer, both directions at once
    path_for(cell, device)              which path `run` takes by itself
    stream(cell, weights, x, state)     one moment, with the state carried by the caller
    Stream(cell, weights)               the same with the state kept, and no allocation
    Product(weight, bias)               a matrix packed once, for rows as they come
    forced(path=..., instructions=...)  makes every run inside a block take that path

Paths, each equal to the first in value and in every gradient:

    reference   the law: one row and one moment at a time, autograd's own gradients
    gated       torch operations on all running rows, gradients by hand; any cell
    native      the classic cells on a CPU, in C++
    cudnn       the classic cells on a GPU
"""

from unrolled.engine.choice import forced
from unrolled.engine.paths import PATHS, Run, Runs, path_for, run, run_directions
from unrolled.engine.product import Product
from unrolled.engine.stream import Stream, stream
from unrolled.engine.weights import Weights

__all__ = [
    "PATHS",
    "Product",
    "Run",
    "Runs",
    "Stream",
    "Weights",
    "forced",
    "path_for",
    "run",
    "run_directions",
    "stream",
]
