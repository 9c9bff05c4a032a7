"""On how many threads a run computes, and a trained model answers.

    training.threads    the engine's path    processes
    N                   any                  any          N
    0                   native               one          as many as torch has
    0                   native               several      1: they share the processor
    0                   another              any          1

On the native path every sum of a run is formed in one order, so the number of threads
changes no bit of the weights. On the others the products are the library's under torch,
which cuts a sum among the threads that it has: see docs/decisions/0005-one-thread.md.
"""

from collections.abc import Mapping
from typing import Any

import torch

from unrolled.engine import path_for
from unrolled.models.many_to_one import make_cell
from unrolled.settings import Settings

SAME_ON_ANY_NUMBER = ("native",)
"""The engine's paths on which the number of threads changes no bit."""


def path_of(settings: Mapping[str, Settings]) -> str:
    """The engine's path for the network that the settings describe, if it has one."""
    model: Any = settings.get("model")
    if model is None:
        return "none"  # no recurrent layer, as where only word vectors are learned
    return path_for(make_cell(model), "cpu", dtype=torch.get_default_dtype())


def threads_for(settings: Mapping[str, Settings], *, processes: int = 1) -> int:
    """How many threads to compute on, each of so many processes."""
    training: Any = settings["training"]
    if training.threads:
        return training.threads
    is_free = path_of(settings) in SAME_ON_ANY_NUMBER
    return torch.get_num_threads() if is_free and processes == 1 else 1
