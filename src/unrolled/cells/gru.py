"""Gated recurrent unit: two gates decide what the state keeps and what it takes in.

The cell holds one state, h. From each input it forms a candidate, n, and blends the
candidate with the old state. Every entry of the two gates lies between 0 and 1:

    r  = σ(a_r + u_r)             reset gate: how much of h the candidate sees
    z  = σ(a_z + u_z)             update gate: how much of h is carried over
    n  = tanh(a_n + r ⊙ u_n)      candidate
    h′ = z ⊙ h + (1 − z) ⊙ n      new state

with a = W x + b from the input and u = R h + c from the state, both computed by the
engine (W, b, R, c are torch's weight_ih, bias_ih, weight_hh, bias_hh). Backward, from
g = ∂L/∂h′, read the four lines above from the bottom up; d_r, d_z and d_n belong to
what stands inside σ and tanh:

    d_n = g ⊙ (1 − z) ⊙ (1 − n²)
    d_z = g ⊙ (h − n) ⊙ z ⊙ (1 − z)
    d_r = d_n ⊙ u_n ⊙ r ⊙ (1 − r)
    ∂L/∂a = (d_r, d_z, d_n)    ∂L/∂u = (d_r, d_z, r ⊙ d_n)    ∂L/∂h = z ⊙ g

The engine adds Rᵀ ∂L/∂u to the last one and sums the weights' gradients over time.

Those lines reset after the product R h, as torch.nn.GRU, cuDNN and Keras do, so that
one matrix product serves all three blocks. With reset="before", as in the first paper,
the candidate's product takes p = r ⊙ h in place of h, and r stands there alone:

    u_n = R_n p + c_n             n = tanh(a_n + u_n)
    ∂L/∂u_n = d_n    d_r = ∂L/∂p ⊙ h ⊙ r ⊙ (1 − r)    ∂L/∂h gains ∂L/∂p ⊙ r

Weights trained for one form are wrong for the other.

Shapes: h, r, z, n, p and g are (rows, hidden); a and u are (rows, 3 · hidden), in the
order r, z, n. `rows` is the number of sequences still running at this time step.

Reference: Cho et al. 2014, arXiv:1406.1078, equations 5 to 8 (reset before; the second
version of the paper); the form that resets after is torch.nn.GRU's.
"""

from dataclasses import dataclass
from typing import NamedTuple, final

from torch import Tensor, sigmoid, tanh, zeros_like
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, Back, State
from unrolled.errors import SettingError


class _Kept(NamedTuple):
    """What the step back needs from the step."""

    h: Tensor
    r: Tensor
    z: Tensor
    n: Tensor
    u_n: Tensor


@final
@dataclass(frozen=True)
class GRU(AbstractGatedCell):
    """One state, two gates, a candidate; 3 · hidden · (input + hidden + 2) weights."""

    reset: str = "after"
    """Whether r acts "after" the product R h or "before" it."""

    states = ("h",)
    opens = ("r", "z")
    gates = ("r", "z", "n")  # n is no gate, but its block of a and u is cut like one
    projects = False  # h is blended with n, unit by unit

    def __post_init__(self) -> None:
        if self.reset not in ("after", "before"):
            raise SettingError(
                found=f'a gru cell with reset "{self.reset}".',
                expected="one of after, before",
                fix="choose one of them",
            )

    @property
    @override
    def late(self) -> tuple[str, ...]:
        return ("n",) if self.reset == "before" else ()

    @override
    def step(
        self, *, a: Tensor, u: Tensor, state: State, v: Tensor | None
    ) -> tuple[State, _Kept]:
        (h,) = state
        a_r, a_z, a_n = self.split(a)
        u_r, u_z, u_n = self.split(u)
        r = sigmoid(a_r + u_r)
        z = sigmoid(a_z + u_z)
        n = tanh(a_n + (u_n if self.late else r * u_n))
        return (z * h + (1 - z) * n,), _Kept(h=h, r=r, z=z, n=n, u_n=u_n)

    @override
    def step_back(self, *, grad: State, kept: _Kept, v: Tensor | None) -> Back:
        (g,) = grad
        h, r, z, n, u_n = kept
        d_n = g * (1 - z) * (1 - n * n)
        d_z = g * (h - n) * z * (1 - z)
        if self.late:  # r reached the candidate through the operand: see operand_back
            d_a = self.join(zeros_like(r), d_z, d_n)
            return Back(a=d_a, u=d_a, state=(z * g,))
        d_r = d_n * u_n * r * (1 - r)
        return Back(
            a=self.join(d_r, d_z, d_n),
            u=self.join(d_r, d_z, r * d_n),
            state=(z * g,),
        )

    @override
    def operand(self, *, a: Tensor, u: Tensor, state: State) -> Tensor:
        (h,) = state
        r = sigmoid((a + u).chunk(2, dim=-1)[0])
        return r * h

    @override
    def operand_back(self, *, grad: Tensor, kept: _Kept) -> Back:
        h, r, *_ = kept
        d_r = grad * h * r * (1 - r)
        d_early = self.join(d_r, zeros_like(d_r))
        return Back(a=d_early, u=d_early, state=(grad * r,))
