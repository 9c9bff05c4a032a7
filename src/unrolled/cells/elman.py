"""Simple recurrent network: the new state is the input and the old state, squashed.

    n  = φ(a + u)      candidate; φ is tanh or relu
    h′ = n             new state

with a = W x + b from the input and u = R h + c from the state, both computed by the
engine (W, b, R, c are torch's weight_ih, bias_ih, weight_hh, bias_hh). Backward, from
g = ∂L/∂h′, with d_n what stands inside φ:

    d_n = g ⊙ φ′       tanh: φ′ = 1 − n²      relu: φ′ = 1 where n > 0, else 0
    ∂L/∂a = ∂L/∂u = d_n    ∂L/∂h: nothing here, all flows through u

The engine adds Rᵀ ∂L/∂u. Over t steps this product is taken t times: a gradient that
shrinks or grows at each step vanishes or explodes, which the gates of an LSTM and a
GRU are there to prevent.

Shapes: h, n, g, a and u are (rows, hidden).

Reference: Elman 1990, "Finding structure in time", Cognitive Science 14(2), 179-211;
the relu variant with φ = max(0, ·): Le, Jaitly and Hinton 2015, arXiv:1504.00941.
"""

from dataclasses import dataclass
from typing import NamedTuple, final

from torch import Tensor, relu, tanh
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, Back, State
from unrolled.errors import SettingError

NONLINEARITIES = {"tanh": tanh, "relu": relu}


class _Kept(NamedTuple):
    """What the step back needs from the step."""

    n: Tensor


@final
@dataclass(frozen=True)
class Elman(AbstractGatedCell):
    """One state, no gate; hidden · (input + hidden + 2) weights."""

    nonlinearity: str = "tanh"
    """φ: "tanh" or "relu"."""

    states = ("h",)
    gates = ("n",)  # no gate, but its block of a and u is cut like one

    def __post_init__(self) -> None:
        if self.nonlinearity not in NONLINEARITIES:
            raise SettingError(
                found=f'an elman cell with nonlinearity "{self.nonlinearity}".',
                expected=f"one of {', '.join(NONLINEARITIES)}",
                fix="choose one of them",
            )

    @override
    def step(
        self, *, a: Tensor, u: Tensor, state: State, v: Tensor | None
    ) -> tuple[State, _Kept]:
        n = NONLINEARITIES[self.nonlinearity](a + u)
        return (n,), _Kept(n=n)

    @override
    def step_back(self, *, grad: State, kept: _Kept, v: Tensor | None) -> Back:
        (g,) = grad
        (n,) = kept
        slope = 1 - n * n if self.nonlinearity == "tanh" else (n > 0).to(n.dtype)
        d_n = g * slope
        return Back(a=d_n, u=d_n, state=(None,))
