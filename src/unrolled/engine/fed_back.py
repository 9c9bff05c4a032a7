"""The way back of engine/fed.py: the same moments from last to first.

From ∂L/∂o, which gains at each moment what flows back through the feeding, with d_z for
what stands inside tanh:

    d_z = ∂L/∂o ⊙ mask ⊙ (1 − tanh²)       (d_h, d_c) = d_z Z
    d_c, ∂L/∂p  →  d_q, ∂L/∂s, keys, values         engine/attention.py
    d_h += d_q Q                           ∂L/∂s of this moment = that of the next + ...
    layer by layer from the top: the cell's step back, d_below = δa W
    ∂L/∂o of the moment before = δa_0 W_o  (W = [W_x; W_o] of the first layer)

    ∂L/∂W = Σ δa [x; o]ᵀ    ∂L/∂Z = Σ d_z [h; c]ᵀ    ∂L/∂Q = Σ d_q hᵀ    after the loop
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import fused
from unrolled.engine.attention import Sums, attend_back
from unrolled.engine.fed_forward import Block, Fed, Made, Passed
from unrolled.engine.gated import Deltas, join, weight_gradients, whole
from unrolled.engine.weights import Weights


class Grads(NamedTuple):
    """∂L/∂ of what a block gave, in the order of time; None where it is zero."""

    outputs: Tensor | None
    """(tokens, outputs)."""
    attention: Tensor | None
    """(pairs,)."""
    seen: Tensor | None
    """(pairs,)."""


def run(
    cell: AbstractGatedCell,
    block: Block,
    made: Made,
    grad: Grads,
    told: Sequence[list[State]] = (),
) -> Passed:
    """The gradients of everything that went in, of this block.

    `told` has a list for each layer: it gets the gradients of the states after each
    moment as in engine/gated.py. Only where no kernel has kept the gates.
    """
    return _Way(cell, block, made, grad, told).run()


class _Way:
    """One block on its way back."""

    def __init__(
        self,
        cell: AbstractGatedCell,
        block: Block,
        made: Made,
        grad: Grads,
        told: Sequence[list[State]],
    ) -> None:
        self.cell, self.block, self.made, self.grad = cell, block, made, grad
        self.told = told
        fed = block.fed
        self.products = block.products
        self.memory, self.scoring = block.memory, fed.scoring
        self.sums = Sums(
            torch.zeros_like(block.keys),
            torch.zeros_like(block.values),
            None if fed.v is None else torch.zeros_like(fed.v),
            None if fed.coverage is None else torch.zeros_like(fed.coverage),
        )
        self.zero = [tuple(map(torch.zeros_like, layer)) for layer in block.state]
        self.state = [tuple(s[:0] for s in layer) for layer in self.zero]
        self.deltas = [Deltas([], [], [], []) for _ in fed.layers]
        self.d_z: list[Tensor] = []
        self.d_q: list[Tensor] = []
        self.d_seen = block.keys.new_zeros(0)

    def run(self) -> Passed:
        """From the last moment to the first, and then the weights."""
        block, fed = self.block, self.block.fed
        inputs, width = block.x.shape[1], len(fed.Z)
        ends = self.memory.starts
        feeding = fed.layers[0].W[:, inputs:]
        outputs = self.grad.outputs
        at = len(block.x)
        pair = len(self.made.attention)
        d_o = block.x.new_zeros(0, width)
        for time in reversed(range(len(block.counts))):
            running = block.counts[time]
            at -= running
            pair -= ends[running]
            mine = None if outputs is None else outputs[at : at + running]
            d_o = _grown(d_o, running, mine)
            d_h = self._look_back(time, d_o, slice(pair, pair + ends[running]))
            asked = mine is not None and bool(self.told) and bool(mine.any())
            d_a = self._step_back(time, d_h, asked=asked)
            d_o = self.products.through(d_a, feeding)
        first = [
            join(now, zero, slice(len(now[0]), None))
            for now, zero in zip(self.state, self.zero, strict=True)
        ]
        d_a = Deltas.over_time(self.deltas[0].a, like=fed.layers[0].W.T)
        return Passed(
            self.products.through(d_a, fed.layers[0].W[:, :inputs]),
            self.sums.keys,
            self.sums.values,
            first,
            self._weights(d_a),
        )

    def _look_back(self, time: int, d_o: Tensor, pairs: slice) -> Tensor:
        """∂L/∂h of the top layer, from ∂L/∂o: (running, hidden)."""
        looked, fed, grad = self.made.looked[time], self.block.fed, self.grad
        mask = self.block.masks[-1]
        d_z = d_o if mask is None else d_o * mask[: len(d_o)]
        d_z = d_z * (1 - looked.out * looked.out)
        self.d_z.append(d_z)
        d_joint = self.products.through(d_z, fed.Z)
        hidden = d_joint.shape[1] - self.block.values.shape[1]
        d_h, d_context = d_joint[:, :hidden], d_joint[:, hidden:].contiguous()
        d_attention = None if grad.attention is None else grad.attention[pairs]
        if looked.seen is not None:
            d_attention = _grown(self.d_seen, len(looked.seen), d_attention)
        d_q, d_seen = attend_back(
            looked.query,
            self.memory,
            self.scoring,
            looked.seen,
            looked.attention,
            (d_context, d_attention),
            self.sums,
        )
        if d_seen is not None:
            after = d_seen if grad.seen is None else d_seen + grad.seen[pairs]
            self.d_seen = _grown(self.d_seen, len(after), after)
        self.d_q.append(d_q)
        return d_h + (d_q if fed.Q is None else self.products.through(d_q, fed.Q))

    def _step_back(self, time: int, d_h: Tensor, *, asked: bool) -> Tensor:
        """δa of the first layer, from ∂L/∂h of the top one.

        Unless the output of this moment is `asked` for, all of it was handed back: what
        is fed to the next moment goes through h, too.
        """
        running, layers = len(d_h), self.block.fed.layers
        d_a = d_h
        for height in reversed(range(len(layers))):
            d_state = join(
                self.state[height],
                self.zero[height],
                slice(len(self.state[height][0]), running),
            )
            d_h = d_h + d_state[0]
            moment, grad = self.made.moments[height][time], (d_h, *d_state[1:])
            if self.told and not isinstance(moment.kept, fused.Kept):
                states = whole(self.cell, layers[height], (d_h, *grad), moment)
                fed_back = not asked and height == len(layers) - 1
                carried = d_h if fed_back else d_state[0]
                self.told[height].append((*states, carried, *d_state[1:]))
            back, d_before = fused.step_back(
                self.cell, layers[height], grad, moment, self.products
            )
            self.deltas[height].add(back, d_h)
            self.state[height] = d_before
            d_a = back.a
            if height:
                d_h = self.products.through(d_a, layers[height].W)
                mask = self.block.masks[height - 1]
                d_h = d_h if mask is None else d_h * mask[:running]
        return d_a

    def _weights(self, d_a: Tensor) -> Fed:
        """One product over all moments for each weight."""
        fed, looked, made = self.block.fed, self.made.looked, self.made
        x = torch.cat([self.block.x, _over([one.fed for one in looked], fed.Z.T)], 1)
        layers: list[Weights] = []
        for height, weights in enumerate(fed.layers):
            if height:
                x = _over(made.between[height - 1], weights.W)
                d_a = Deltas.over_time(self.deltas[height].a, like=weights.W.T)
            layers.append(
                weight_gradients(
                    self.cell,
                    weights,
                    (x, d_a),
                    made.moments[height],
                    self.deltas[height],
                    self.products,
                )
            )
        joint = _over([one.joint for one in looked], fed.Z)
        d_z = Deltas.over_time(self.d_z, like=fed.Z.T)
        d_asks = None
        if fed.Q is not None:
            h = joint[:, : fed.Q.shape[1]]
            d_q = Deltas.over_time(self.d_q, like=fed.Q.T)
            d_asks = self.products.weight(d_q, h)
        return Fed(
            layers,
            d_asks,
            self.sums.v,
            self.sums.coverage,
            self.products.weight(d_z, joint),
            d_z.sum(0),
        )


def _grown(d: Tensor, length: int, more: Tensor | None) -> Tensor:
    """d, (fewer, ...), with zeros up to the length, and more, (length, ...), added."""
    if more is None:
        zeros = d.new_zeros(length - len(d), *d.shape[1:])
        return torch.cat([d, zeros])
    if not len(d):
        return more
    found = more.clone()
    found[: len(d)] += d
    return found


def _over(parts: list[Tensor], like: Tensor) -> Tensor:
    """All moments below each other; without any, as wide as `like`."""
    return torch.cat(parts) if parts else like.new_zeros(0, like.shape[-1])
