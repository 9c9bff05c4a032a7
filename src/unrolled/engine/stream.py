"""One moment at a time: what has just arrived goes in, the state is carried along.

    state = None                                 stream = Stream(cell, weights)
    for x in microphone:                         for x in microphone:
        output, state = stream(                      output = stream.step(x)
            cell, weights, x, state)

It is the very step of the other paths, so a sequence streamed in any pieces gives what
it gives as a whole. A server keeps one state for each visitor, and may step any of them
together: rows are independent. `stream` leaves the state with the caller; a `Stream`
keeps it, and everything else that a step needs, so that a step costs microseconds.
"""

from collections.abc import Sequence
from typing import final

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import native
from unrolled.engine.moment import step
from unrolled.engine.paths import path_for, run
from unrolled.engine.weights import Weights
from unrolled.errors import ShapeError
from unrolled.ragged import Ragged


@torch.no_grad()
def stream(
    cell: AbstractGatedCell, weights: Weights, x: Tensor, state: State | None = None
) -> tuple[Tensor, State]:
    """The output (rows, size) for one moment x (rows, inputs), and the new state.

    Each state is (rows, size); without one the stream begins, from zero. Keeps nothing
    for a way back. Raises ShapeError where weights or states do not fit.
    """
    weights.check(cell, x.shape[-1])
    path = _path(cell, weights, x)
    if path == "native":
        moment = Ragged(x, torch.ones(x.shape[0], dtype=torch.int64))
        made = run(cell, weights, moment, state)
        return made.output.values, made.state
    state = weights.begin(cell, state, rows=len(x))
    state, _ = step(cell, weights, linear(x, weights.W, weights.b), state)
    return state[0], state


@final
class Stream:
    """Some rows that are taken along time together, with their state.

    `state` may be read and written in place between steps, each (rows, size). Weights
    may change between steps, by an optimizer or in place; only an edit that torch does
    not see (`weight.data`, numpy) needs a call of `repack`. Not for use by several
    threads at once. Raises ShapeError where weights or states do not fit.
    """

    def __init__(
        self,
        cell: AbstractGatedCell,
        weights: Weights,
        *,
        rows: int = 1,
        state: State | None = None,
    ) -> None:
        inputs = weights.W.shape[1] if weights.W.dim() == 2 else -1
        weights.check(cell, inputs)
        begun = weights.begin(cell, state, rows=rows)
        self.cell, self.weights = cell, weights
        plain = torch.contiguous_format
        cast = (s.detach().to(weights.W) for s in begun)
        self._state = tuple(s.clone(memory_format=plain) for s in cast)
        self._shape, self._dtype = (rows, inputs), weights.W.dtype
        self._watched: Sequence[Tensor] = [
            w for w in weights if w is not None and not w.is_inference()
        ]  # those count no edits: see `repack`
        self._output = self._state[0].clone()
        self._edits = -1
        self.path = _path(cell, weights, self._output)
        self._stepper = None
        if self.path == "native":
            self._pack()

    @property
    def state(self) -> State:
        """H (rows, size), and c (rows, hidden) where there is one, as they are now."""
        return self._state

    @state.setter
    def state(self, given: State) -> None:
        begun = self.weights.begin(self.cell, given, rows=self._shape[0])
        for mine, new in zip(self._state, begun, strict=True):
            mine.copy_(new.detach())

    def step(self, x: Tensor) -> Tensor:
        """The output (rows, size) for one moment x, (rows, inputs).

        The tensor is the same at every step, with new numbers: clone it to keep them.
        """
        if x.shape != self._shape or x.dtype is not self._dtype:
            raise self._misfit(x)
        if self._stepper is None:
            return self._step(x)
        edits = 0
        for weight in self._watched:
            edits += weight._version
        if edits != self._edits:
            self._pack()
        if not x.is_contiguous() or not x.is_cpu or x.is_neg():
            x = x.cpu().resolve_neg().contiguous()
        self._stepper.step(x.data_ptr(), edits)
        return self._output

    def repack(self) -> None:
        """Reads all weights anew at the next step, whatever has happened to them."""
        self._edits = -1

    def _pack(self) -> None:
        """Looks up where the weights lie now; their next step packs them."""
        self._edits = sum(weight._version for weight in self._watched)
        # Detached: these keep their memory when a weight's own `data` is replaced.
        plain = (None if w is None else w.detach().resolve_neg() for w in self.weights)
        given = (None if w is None else w.contiguous() for w in plain)
        weights = Weights(*given)  # pyright: ignore[reportArgumentType]
        self._stepper = native.Stepper(self.cell, weights, self._state, self._output)

    def _step(self, x: Tensor) -> Tensor:
        output, state = stream(self.cell, self.weights, x, self._state)
        for mine, new in zip(self._state, state, strict=True):
            mine.copy_(new)
        return self._output.copy_(output)

    def _misfit(self, x: Tensor) -> ShapeError:
        return ShapeError(
            found=f"a moment of shape {tuple(x.shape)} and {x.dtype}.",
            expected=f"{self._shape} and {self._dtype}",
            fix="give one vector for each row of the stream, in its weights' precision",
        )


def _path(cell: AbstractGatedCell, weights: Weights, x: Tensor) -> str:
    same = all(w is None or (w.is_cpu and w.dtype is x.dtype) for w in weights)
    fits = same and native.serves(cell, weights.W.dtype)
    path = path_for(cell, x.device, dtype=weights.W.dtype)
    return path if fits or path != "native" else "gated"
