"""Conformal calibration: intervals that hold what they promise, where they did not.

On windows that the network has not learned from, how far does the truth lie outside of
an interval? The interval is widened, for each step ahead, by the distance that the
wanted share of them stays within (or narrowed, where that is negative):

    E_i = max(lower_i − y_i, y_i − upper_i)
    w   = the ⌈(n + 1) · share⌉-th smallest of E_1 ... E_n
    interval′ = [lower − w, upper + w]

Shapes: lower, upper, truth (windows, horizon); w (horizon,).

Reference: Romano, Patterson and Candès 2019, arXiv:1905.03222, equations 6 to 8.
"""

from dataclasses import dataclass
from math import ceil
from typing import Self, final

import torch
from torch import Tensor


@final
@dataclass(frozen=True, eq=False)
class Calibration:
    """What is added on both sides of an interval, for each step ahead."""

    widths: Tensor
    """(horizon,), in the units of the intervals; below 0 it narrows."""

    @classmethod
    def fit(cls, lower: Tensor, upper: Tensor, truth: Tensor, *, share: float) -> Self:
        """From intervals that are to hold the truth in a `share` of all cases.

        All are (windows, horizon); NaN in `truth` is a gap. A step ahead without any
        truth is left as it is.
        """
        outside = torch.maximum(lower - truth, truth - upper)
        return cls(torch.stack([_edge(step, share) for step in outside.unbind(1)]))

    def __call__(self, lower: Tensor, upper: Tensor) -> tuple[Tensor, Tensor]:
        """The interval as it should be; each (rows, horizon); never inside out."""
        middle = (lower + upper) / 2
        return (
            torch.minimum(lower - self.widths, middle),
            torch.maximum(upper + self.widths, middle),
        )


def _edge(outside: Tensor, share: float) -> Tensor:
    """The ⌈(n + 1) · share⌉-th smallest of those that are numbers, ()."""
    there = outside[~outside.isnan()]
    if not len(there):
        return outside.new_zeros(())
    place = min(ceil((len(there) + 1) * share), len(there))
    return there.kthvalue(place).values
