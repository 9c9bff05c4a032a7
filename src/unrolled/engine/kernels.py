"""The compiled kernels: whether they are there, for which cells and processors.

`unrolled._native` is made from native/ when unrolled is installed, if a C++ compiler is
found. It holds the same code for several instruction sets, and one is chosen here, when
it runs. Without it every layer runs on the path `gated`, and that is said once.
"""

import logging
from functools import cache
from typing import Any

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine.choice import chosen
from unrolled.errors import SettingError

INTERFACE = 5  # what this package and native/bindings.cpp say to each other

try:
    from unrolled import _native  # pyright: ignore[reportAttributeAccessIssue]
except ImportError:  # installed without a compiler
    _native: Any = None
_found = getattr(_native, "interface", 0)
if _native is not None and _found != INTERFACE:
    raise ImportError(
        "unrolled's native engine was compiled from other sources than this package:"
        f" its interface is {_found}, expected {INTERFACE}. Install unrolled again, or"
        " run `make native` in a checkout."
    )

KERNELS = {
    Elman(nonlinearity="tanh"): "elman_tanh",
    Elman(nonlinearity="relu"): "elman_relu",
    LSTM(peepholes=False): "lstm",
    LSTM(peepholes=True): "lstm",
    GRU(reset="after"): "gru_after",
    GRU(reset="before"): "gru_before",
}
PRECISIONS = (torch.float32, torch.float64)


def is_built() -> bool:
    """Whether the compiled module is there. If not, the first question logs it."""
    if _native is None:
        _say_once()
    return _native is not None


@cache
def _say_once() -> None:
    logging.getLogger("unrolled").warning(
        "unrolled was installed without its native engine (no C++ compiler was found),"
        " so recurrent layers run on the slower path `gated`. To build it: install g++"
        " and install unrolled again."
    )


def serves(cell: AbstractGatedCell, dtype: torch.dtype) -> bool:
    """Whether there is a kernel for this cell in this precision, built for here."""
    return cell in KERNELS and dtype in PRECISIONS and is_built()


@cache
def instruction_sets() -> tuple[str, ...]:
    """The sets that were compiled and that this processor has, the quickest first."""
    return tuple(_native.instruction_sets()) if is_built() else ()


def chosen_set() -> str:
    """The instruction set to take: the one that is forced, or the quickest.

    Raises SettingError for one that was not compiled or that this processor lacks.
    """
    sets = instruction_sets()
    wanted = chosen().instructions or sets[0]
    if wanted not in sets:
        raise SettingError(
            found=f'the instruction set "{wanted}".',
            expected=f"one of {', '.join(sets)}",
            fix="leave it out, and the quickest is taken",
        )
    return wanted


def tanh(x: Tensor, instructions: str | None = None) -> Tensor:
    """The kernels' own tanh of each entry, (...,), within 3 units in the last place."""
    return _activated(x, instructions, logistic=False)


def sigmoid(x: Tensor, instructions: str | None = None) -> Tensor:
    """The kernels' own σ of each entry, (...,), within 3 units in the last place.

    Where σ would be no normal number any more it is 0.
    """
    return _activated(x, instructions, logistic=True)


def _activated(x: Tensor, instructions: str | None, *, logistic: bool) -> Tensor:
    x = x.contiguous()
    made = torch.empty_like(x)
    wide = x.dtype == torch.float64
    taken = instructions or chosen_set()
    _native.activate(taken, wide, logistic, x.data_ptr(), made.data_ptr(), x.numel())
    return made
