"""What a cell is: one step of memory, there and back, without any weights.

A gated cell sees two sums that the engine has formed for it,

    a = W x + b        from the input            (all moments at once)
    u = R h + c        from its first state, h   (one moment after the other)

each cut into equal blocks, one for every name in `gates`. It answers with its new
states, and keeps what the step back needs. So a new cell writes no matrix product and
no loop over time, and runs on every engine.

    step       a, u, state            →  new state, kept
    step_back  ∂L/∂(new state), kept  →  ∂L/∂a, ∂L/∂u, ∂L/∂state  (without Rᵀ ∂L/∂u)

Two things few cells need:

* `late` names trailing blocks whose product R takes not h but an operand of the cell's
  own making (a GRU that resets before the product: r ⊙ h). The cell gives `operand`
  from the early blocks of a and u, and `operand_back`.
* `vectors` names weights of one number per unit that belong to the cell, such as
  peepholes; they arrive as v, (vectors, hidden).

Shapes: states are (rows, hidden); a and u are (rows, blocks · hidden). `rows` is the
number of sequences still running at this time step.
"""

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

State = tuple[Tensor, ...]


class Back(NamedTuple):
    """Gradients that one step back returns; `a is u` where the step only adds them."""

    a: Tensor
    """∂L/∂a, (rows, blocks · hidden)."""
    u: Tensor
    """∂L/∂u, (rows, blocks · hidden)."""
    state: tuple[Tensor | None, ...]
    """∂L/∂state, each (rows, hidden), without what flows through R; None for zero."""
    v: Tensor | None = None
    """∂L/∂v summed over the rows, (vectors, hidden), if the cell has vectors."""


class AbstractGatedCell(ABC):
    """A cell whose next state depends on R h, so that time must be walked."""

    states: ClassVar[tuple[str, ...]]
    """Names of the states. The first is the output and meets R."""
    gates: ClassVar[tuple[str, ...]]
    """Names of the blocks of a and u, in the order of the rows of W and R."""
    projects: ClassVar[bool] = True
    """Whether h may be a projection of the cell's first state, of another width: only
    if `step` and `operand` meet h in u and nowhere else."""
    late: tuple[str, ...] = ()
    """The trailing gates whose product R takes `operand` instead of h."""
    vectors: tuple[str, ...] = ()
    """Names of the cell's own vectors, the rows of v."""
    opens: ClassVar[tuple[str, ...]] = ()
    """Those of `gates` that lie between 0 and 1; the others are candidates."""

    @abstractmethod
    def step(
        self, *, a: Tensor, u: Tensor, state: State, v: Tensor | None
    ) -> tuple[State, NamedTuple]:
        """The new state, and what `step_back` needs.

        Every gate is a field of that, and so is each new state but the first, under its
        name with `_new`.
        """

    @abstractmethod
    def step_back(self, *, grad: State, kept: NamedTuple, v: Tensor | None) -> Back:
        """The gradients, from `grad` = ∂L/∂(new state), one tensor for each state."""

    def total_gradient(
        self,
        *,
        grad: State,
        kept: NamedTuple,
        v: Tensor | None,
    ) -> State:
        """∂L/∂(new state), each (rows, hidden), with what goes through the others.

        `grad` has what reaches each state by itself. Where a cell forms one new state
        from another of the same moment, as h from c, the other gets its share here.
        """
        return grad

    def operand(self, *, a: Tensor, u: Tensor, state: State) -> Tensor:
        """What R multiplies for the `late` blocks; a and u hold the early ones."""
        raise NotImplementedError(f"{type(self).__name__} has no late blocks")

    def operand_back(self, *, grad: Tensor, kept: NamedTuple) -> Back:
        """The gradients of `operand`; a and u of the early blocks only."""
        raise NotImplementedError(f"{type(self).__name__} has no late blocks")

    def split(self, blocks: Tensor) -> tuple[Tensor, ...]:
        """(rows, blocks · hidden) into its blocks, (rows, hidden) each."""
        return blocks.chunk(len(self.gates), dim=-1)

    @staticmethod
    def join(*blocks: Tensor) -> Tensor:
        """The way back from `split`."""
        return torch.cat(blocks, dim=-1)
