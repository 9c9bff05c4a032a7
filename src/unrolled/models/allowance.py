"""Lets a network be built only up to a size, whatever its settings ask for.

A model folder of a few kilobytes may say that its network has a billion units. Here the
numbers of every tensor are counted before it is made:

    with Allowance(numbers=1_000_000):
        network = task.build()
"""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, final

import torch
from torch.overrides import TorchFunctionMode
from typing_extensions import override

from unrolled.errors import BrokenModelError

MAKERS = (torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn)


@final
class Allowance(TorchFunctionMode):
    """Inside the block, new tensors may have so many numbers together.

    Raises BrokenModelError before the one that would be too many.
    """

    def __init__(self, *, numbers: int) -> None:
        super().__init__()
        self.left = numbers

    @override
    def __torch_function__(
        self,
        func: Callable,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        named = kwargs or {}
        if func in MAKERS:
            self.left -= _numbers(args, named)
        if self.left < 0:
            raise BrokenModelError(
                found="its settings describe a larger network than its weights are.",
                expected="the settings that it was trained with",
                fix="copy the folder again from where it was made, or train again",
            )
        return func(*args, **named)


def _numbers(args: Sequence[Any], named: Mapping[str, Any]) -> int:
    """How many a maker was asked for: randn(2, 3), zeros((2, 3)) or empty(size=...)."""
    size = named.get("size", args[0] if args else 0)
    dims = size if isinstance(size, (tuple, list)) else args
    return prod(dim for dim in dims if isinstance(dim, int))
