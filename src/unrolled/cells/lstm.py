"""Long short-term memory: a cell state that gates write, forget and read.

The cell holds two states: h, which is seen outside, and c, which is carried along a
path without any product of matrices, so that its gradient need not fade:

    i  = σ(a_i + u_i)        input gate: how much of the candidate is written
    f  = σ(a_f + u_f)        forget gate: how much of c is kept
    g  = tanh(a_g + u_g)     candidate
    o  = σ(a_o + u_o)        output gate: how much of the memory is shown
    c′ = f ⊙ c + i ⊙ g       new cell state
    h′ = o ⊙ tanh(c′)        new hidden state

with a from the input and u from the state h, products and biases, both computed by the
engine (torch's weight_ih, bias_ih, weight_hh, bias_hh). With peepholes the gates also
see the cell state, each unit its own: i and f gain v_i ⊙ c and v_f ⊙ c, and o
gains v_o ⊙ c′. Backward, from d_h = ∂L/∂h′ and d_c = ∂L/∂c′, with the subscripted ones
what stands inside σ and tanh:

    d_o  = d_h ⊙ tanh(c′) ⊙ o ⊙ (1 − o)
    d_c += d_h ⊙ o ⊙ (1 − tanh²(c′)) + v_o ⊙ d_o
    d_i  = d_c ⊙ g ⊙ i ⊙ (1 − i)
    d_f  = d_c ⊙ c ⊙ f ⊙ (1 − f)
    d_g  = d_c ⊙ i ⊙ (1 − g²)
    ∂L/∂a = ∂L/∂u = (d_i, d_f, d_g, d_o)    ∂L/∂h: nothing here, all flows through u
    ∂L/∂c = d_c ⊙ f + v_i ⊙ d_i + v_f ⊙ d_f
    ∂L/∂v = (d_i ⊙ c, d_f ⊙ c, d_o ⊙ c′), summed over the rows

Shapes: h, c, i, f, g and o are (rows, hidden); a and u are (rows, 4 · hidden), in the
order i, f, g, o; v is (3, hidden), in the order i, f, o.

Reference: Hochreiter and Schmidhuber 1997, Neural Computation 9(8), 1735-1780; the
forget gate: Gers, Schmidhuber and Cummins 2000, Neural Computation 12(10), 2451-2471;
peepholes: Gers, Schraudolph and Schmidhuber 2002, JMLR 3, 115-143.
"""

from dataclasses import dataclass
from typing import NamedTuple, final

import torch
from torch import Tensor, sigmoid, tanh
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, Back, State


class _Kept(NamedTuple):
    """What the step back needs from the step."""

    c: Tensor
    i: Tensor
    f: Tensor
    g: Tensor
    o: Tensor
    c_new: Tensor
    tanh_c: Tensor


@final
@dataclass(frozen=True)
class LSTM(AbstractGatedCell):
    """Two states, three gates, a candidate; 4 · hidden · (input + hidden + 2) weights.

    Peepholes add 3 · hidden.
    """

    peepholes: bool = False
    """Whether the gates see the cell state."""

    states = ("h", "c")
    gates = ("i", "f", "g", "o")  # g is no gate, but its block is cut like one
    opens = ("i", "f", "o")

    @property
    @override
    def vectors(self) -> tuple[str, ...]:
        return ("v_i", "v_f", "v_o") if self.peepholes else ()

    @override
    def step(
        self, *, a: Tensor, u: Tensor, state: State, v: Tensor | None
    ) -> tuple[State, _Kept]:
        _, c = state
        in_i, in_f, in_g, in_o = self.split(a + u)
        if v is not None:
            in_i, in_f = in_i + v[0] * c, in_f + v[1] * c
        i, f, g = sigmoid(in_i), sigmoid(in_f), tanh(in_g)
        c_new = f * c + i * g
        o = sigmoid(in_o if v is None else in_o + v[2] * c_new)
        tanh_c = tanh(c_new)
        kept = _Kept(c=c, i=i, f=f, g=g, o=o, c_new=c_new, tanh_c=tanh_c)
        return (o * tanh_c, c_new), kept

    @override
    def total_gradient(self, *, grad: State, kept: _Kept, v: Tensor | None) -> State:
        d_h, d_c = grad
        o, tanh_c = kept.o, kept.tanh_c
        d_c = d_c + d_h * o * (1 - tanh_c * tanh_c)
        if v is not None:
            d_c = d_c + v[2] * (d_h * tanh_c * o * (1 - o))
        return d_h, d_c

    @override
    def step_back(self, *, grad: State, kept: _Kept, v: Tensor | None) -> Back:
        d_h, d_c = self.total_gradient(grad=grad, kept=kept, v=v)
        c, i, f, g, o, c_new, tanh_c = kept
        d_o = d_h * tanh_c * o * (1 - o)
        d_i = d_c * g * i * (1 - i)
        d_f = d_c * c * f * (1 - f)
        d_g = d_c * i * (1 - g * g)
        d_c_old, d_v = d_c * f, None
        if v is not None:
            d_c_old = d_c_old + v[0] * d_i + v[1] * d_f
            d_v = torch.stack([d_i * c, d_f * c, d_o * c_new]).sum(1)
        d_a = self.join(d_i, d_f, d_g, d_o)
        return Back(a=d_a, u=d_a, state=(None, d_c_old), v=d_v)
