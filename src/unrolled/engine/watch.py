"""Who watches a run sees every gate, state and attention weight of it, by name.

    with watching() as watch:
        network(rows)              the very run that trains: on the CPU, to the bit
    watch.passages                 each sweep of a layer in one direction: gates, states
    watch.points["inputs"]         what models announce with `seen("inputs", x)`
    loss.backward()                then each passage has its `state_gradients`, too

The way back is told by the gated path alone, whose loop over time is in Python: run it
inside `forced(path="gated")` for gradients. `watching(change=...)` puts something else
in the place of what passes a point, such as another vector for a word. While nobody
watches, a look at one context variable for each sweep is all that this costs.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import final

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine.weights import Weights
from unrolled.ragged import Ragged

Change = Callable[[Ragged], Ragged]
"""Another Ragged in the place of the one that passes."""


@final
@dataclass(eq=False, kw_only=True)
class Passage:
    """One sweep of one layer over a batch, in one direction."""

    cell: AbstractGatedCell
    weights: Weights
    inputs: Ragged
    """What the layer has read, values (tokens, inputs); of a decoder that is fed its
    own outputs, without these."""
    output: Ragged
    """h after each token, values (tokens, size)."""
    gates: dict[str, Ragged]
    """Every field that the cell keeps, values (tokens, hidden)."""
    reverse: bool
    path: str
    """The engine's path that ran."""
    state_gradients: dict[str, Tensor]
    """After the way back: ∂L/∂ each state after each token, by the state's name,
    (tokens, ·). All of it: what comes from the same moment, and through all later."""
    carried_gradients: dict[str, Tensor]
    """The part of it that the next moment has handed back, (tokens, ·)."""


@final
@dataclass(eq=False)
class Watch:
    """What was seen."""

    change: Mapping[str, Change] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    points: dict[str, list[Ragged]] = field(default_factory=dict)


@final
@dataclass(eq=False)
class ToldBack:
    """Where the loop over time leaves ∂L/∂ the states after each moment."""

    cell: AbstractGatedCell
    tokens: int
    by_name: dict[str, Tensor] = field(default_factory=dict)
    """As in `Passage.state_gradients`."""
    carried: dict[str, Tensor] = field(default_factory=dict)
    """As in `Passage.carried_gradients`."""

    def place(self, order: Tensor, found: list[State]) -> None:
        """Puts those of some moments, last moment first, in their places.

        Of each moment there are all states' gradients, and then what of them was
        carried, each (running, ·); line i of all of them, in the order of time, belongs
        to token `order[i]`, with `order` (lines,).
        """
        names = self.cell.states
        places = [(self.by_name, name) for name in names]
        places += [(self.carried, name) for name in names]
        for at, (into, name) in enumerate(places if found else ()):
            lines = torch.cat([one[at].detach() for one in reversed(found)])
            empty = lines.new_zeros(self.tokens, lines.shape[1])
            into.setdefault(name, empty)[order] = lines


_watch: ContextVar[Watch | None] = ContextVar("unrolled.engine.watch", default=None)


def watch_here() -> Watch | None:
    """Who watches here and now, if anybody does."""
    return _watch.get()


@contextmanager
def watching(change: Mapping[str, Change] | None = None) -> Iterator[Watch]:
    """Everything that runs inside the block is seen, and changed where it is said.

    It holds for the thread or task that says so, and ends with the block; a run inside
    another `watching` is seen by the inner one alone.
    """
    watch = Watch(change or {})
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


@contextmanager
def unwatched() -> Iterator[None]:
    """Nothing that runs inside the block is seen, or changed."""
    token = _watch.set(None)
    try:
        yield
    finally:
        _watch.reset(token)


def seen(point: str, x: Ragged) -> Ragged:
    """x, values (tokens, ...), as it goes on from here: itself, unless it is changed.

    "inputs" are the vectors that the first recurrent layer reads, "written" those that
    a decoder reads, "attention" what each step gives each part of the source, "pooling"
    what each step counts for in an average.
    """
    watch = _watch.get()
    if watch is None:
        return x
    if point in watch.change:
        x = watch.change[point](x)
    watch.points.setdefault(point, []).append(x)
    return x
