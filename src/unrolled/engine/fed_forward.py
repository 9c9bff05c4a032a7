"""The way there of engine/fed.py: one block of rows along time, by one thread."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine.attention import Memory, Scoring, attend
from unrolled.engine.fused import step
from unrolled.engine.moment import Moment
from unrolled.engine.products import Products
from unrolled.engine.weights import Weights


class Fed(NamedTuple):
    """The weights of a decoder, by the letters of engine/fed.py."""

    layers: list[Weights]
    """Of each layer; W of the first is (blocks · hidden, inputs + outputs)."""
    Q: Tensor | None
    """(size, hidden), or None where the top layer's h is the query."""
    v: Tensor | None
    """(size,): the additive score v · tanh(key + q); None for key · q."""
    coverage: Tensor | None
    """(size,): how keys move with what was seen of them; None without coverage."""
    Z: Tensor
    """(outputs, hidden + width)."""
    k: Tensor
    """(outputs,)."""

    def flat(self) -> list[Tensor | None]:
        """All tensors in one list: (blocks · hidden, ...) and so on."""
        return [*(w for one in self.layers for w in one), *self[1:]]

    def unflat(self, flat: Sequence[Tensor]) -> "Fed":
        """The way back from `flat`, (outputs, ...) and all, for as many layers."""
        wide = len(Weights._fields)
        cut = [flat[at * wide : (at + 1) * wide] for at in range(len(self.layers))]
        return Fed([Weights(*one) for one in cut], *flat[len(cut) * wide :])

    @property
    def scoring(self) -> Scoring:
        """How the source is scored."""
        return Scoring(self.v, self.coverage)


class Passed(NamedTuple):
    """Tensors that carry gradients, or these gradients, of a batch or of a block."""

    x: Tensor
    """(tokens, inputs)."""
    keys: Tensor
    """(source tokens, size)."""
    values: Tensor
    """(source tokens, width)."""
    state: list[State]
    """The first states of each layer, each (rows, hidden)."""
    fed: Fed

    def flat(self) -> list[Tensor | None]:
        """All tensors in one list, (tokens, inputs) and so on, the weights last."""
        states = [one for layer in self.state for one in layer]
        return [self.x, self.keys, self.values, *states, *self.fed.flat()]


class Block(NamedTuple):
    """Some rows, longest target first, that are taken along time together."""

    x: Tensor
    """(tokens, inputs), in the order of time."""
    keys: Tensor
    """(source tokens, size), row by row."""
    values: Tensor
    """(source tokens, width), row by row."""
    sources: Tensor
    """The length of each source, (rows,)."""
    state: list[State]
    fed: Fed
    masks: list[Tensor | None]
    """Between the layers, each (rows, hidden), and on o, (rows, outputs)."""
    counts: list[int]
    """How many rows run at each moment."""
    products: Products
    """How it is multiplied."""

    @property
    def memory(self) -> Memory:
        """What the rows attend to."""
        return Memory(self.keys, self.values, self.sources)


class Looked(NamedTuple):
    """What one moment leaves behind, besides those of its layers."""

    joint: Tensor
    """[h_L; c], (rows, hidden + width)."""
    query: Tensor
    """(rows, size)."""
    attention: Tensor
    """p, (live source tokens,)."""
    seen: Tensor | None
    """s before, (live source tokens,)."""
    out: Tensor
    """o before its mask, (rows, outputs)."""
    fed: Tensor
    """o of the moment before, (rows, outputs)."""


class Made(NamedTuple):
    """What a block gives, in the order of time, and what its way back needs."""

    outputs: Tensor
    """(tokens, outputs)."""
    attention: Tensor
    """(pairs,)."""
    seen: Tensor
    """(pairs,); empty without coverage."""
    moments: list[list[Moment]]
    """Of each layer."""
    between: list[list[Tensor]]
    """What the upper layers have read, of each but the first."""
    looked: list[Looked]


def run(cell: AbstractGatedCell, block: Block) -> Made:
    """All moments of a block."""
    fed, masks = block.fed, block.masks
    inputs = block.x.shape[1]
    first = fed.layers[0]
    products = block.products
    sums = products.into_once(block.x, first.W[:, :inputs], first.b)
    feeding = first.W[:, inputs:]
    memory, scoring = block.memory, fed.scoring
    ends = memory.starts
    o = block.x.new_zeros(len(block.sources), len(fed.Z))
    seen = None if fed.coverage is None else block.keys.new_zeros(len(block.keys))
    state = block.state
    moments: list[list[Moment]] = [[] for _ in fed.layers]
    between: list[list[Tensor]] = [[] for _ in fed.layers[1:]]
    looked, outputs, at = [], [], 0
    for running in block.counts:
        o = o[:running]
        a = sums[at : at + running] + products.into(o, feeding, None)
        state = [tuple(s[:running] for s in layer) for layer in state]
        for height, weights in enumerate(fed.layers):
            if height:
                below = _masked(state[height - 1][0], masks[height - 1])
                between[height - 1].append(below)
                a = products.into(below, weights.W, weights.b)
            state[height], moment = step(cell, weights, a, state[height], products)
            moments[height].append(moment)
        h = state[-1][0]
        query = h if fed.Q is None else products.into(h, fed.Q, None)
        now = None if seen is None else seen[: ends[running]]
        attention, context = attend(query, memory, scoring, now)
        joint = torch.cat([h, context], dim=1)
        out = torch.tanh(products.into(joint, fed.Z, fed.k))
        looked.append(Looked(joint, query, attention, now, out, o))
        if now is not None:
            seen = now + attention
        o = _masked(out, masks[-1])
        outputs.append(o)
        at += running
    return Made(
        _all(outputs, block.x.new_zeros(0, len(fed.Z))),
        _all([one.attention for one in looked], block.x.new_zeros(0)),
        _all([one.seen for one in looked if one.seen is not None], block.x[:0, 0]),
        moments,
        between,
        looked,
    )


def _masked(x: Tensor, mask: Tensor | None) -> Tensor:
    """(running, width) with the masks of these rows, of (rows, width)."""
    return x if mask is None else x * mask[: len(x)]


def _all(parts: list[Tensor], none: Tensor) -> Tensor:
    return torch.cat(parts) if parts else none
