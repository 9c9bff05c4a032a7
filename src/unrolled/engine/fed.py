"""A decoder that looks back at its source and is fed what it has just said.

At each moment, for all rows that still run (layers 0 to L, source tokens j of a row):

    a_0 = W [x; o] + b           o of the moment before, 0 at first (input feeding)
    h_l = one step of the cell   a_l = W h_(l-1) + b between the layers
    q   = Q h_L                  the query (h_L itself without Q)
    p   = attend(q)              over the source, see engine/attention.py
    c   = Σ_j p_j value_j        the context
    o   = tanh(Z [h_L; c] + k)   the output, which the softmax and the next moment see
    s   = s + p                  how much each source token was seen so far (coverage)

Because o is fed back, time must be walked. What does not depend on time is outside the
loop: W x for all moments, the keys of the source, and on the way back every gradient of
a weight, which is one product over all moments (as in engine/gated.py).

Rows are cut into blocks that do not depend on the number of threads, and each block is
computed by one thread: the same bits on any number of them (engine/in_blocks.py). One
layer of a usual cell goes along time in the compiled kernels (engine/fed_native.py).

Dropout is a mask for each row, the same at all moments (Gal and Ghahramani 2016,
arXiv:1512.05287): between the layers and on o, both where it is read and where it is
fed back.

Reference: Luong et al. 2015, arXiv:1508.04025, equations 5 to 11 and section 3.3;
Bahdanau et al. 2015, arXiv:1409.0473, for the additive score; See et al. 2017,
arXiv:1704.04368, for coverage.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.engine import fed_back, fed_forward, fed_native, fed_seen, half
from unrolled.engine.fed_forward import Block, Fed, Passed
from unrolled.engine.in_blocks import each
from unrolled.engine.products import Products
from unrolled.engine.watch import Watch, watch_here
from unrolled.ragged import Ragged
from unrolled.time_major import spans

ROWS = 32  # of a block: two threads share a batch of 64, and products stay large
"""Rows that one thread takes along time together."""


class Source(NamedTuple):
    """What is attended to, row by row as in the batch."""

    keys: Ragged
    """Values (source tokens, size)."""
    values: Ragged
    """Values (source tokens, width)."""


class Said(NamedTuple):
    """What a decoder gives for each target token."""

    outputs: Ragged
    """o, values (tokens, outputs)."""
    attention: Ragged
    """p of each target token over the source of its row, values (pairs,); the lengths,
    (tokens,), are those of the sources."""
    seen: Tensor
    """s before each target token, (pairs,); empty without coverage."""


def say(
    cell: AbstractGatedCell,
    fed: Fed,
    x: Ragged,
    source: Source,
    state: Sequence[State],
    masks: Sequence[Tensor | None],
) -> Said:
    """Runs the decoder over known target tokens, as in training.

    x has values (tokens, inputs); `state` holds the first states of each layer, each
    (rows, hidden); `masks` has one entry for each layer but the last, (rows, hidden),
    and one for o, (rows, outputs). Gradients flow to x, the source, the states and the
    weights.
    """
    flat = [*(s for layer in state for s in layer), *fed.flat()]
    given = (x.values, source.keys.values, source.values.values, *flat)
    lengths = (x.lengths, source.keys.lengths)
    halves, watch = half.is_wanted(fed.Z.dtype), watch_here()
    plan = _Plan(cell, fed, *lengths, tuple(masks), halves, watch)
    outputs, attention, seen = _Say.apply(plan, *given)
    each_token = source.keys.lengths.repeat_interleave(x.lengths)
    return Said(x.with_values(outputs), Ragged(attention, each_token), seen)


class _Plan(NamedTuple):
    """What a run knows besides tensors with gradients."""

    cell: AbstractGatedCell
    fed: Fed
    lengths: Tensor
    """Of the target rows, (rows,)."""
    sources: Tensor
    """Of the source rows, (rows,)."""
    masks: tuple[Tensor | None, ...]
    half: bool
    """Whether it is multiplied in bfloat16: see engine/half.py."""
    watch: Watch | None
    """Who watches."""

    @property
    def rows(self) -> fed_native.Rows:
        """The batch, for the kernels."""
        mask = self.masks[-1]
        mask = None if mask is None else mask.contiguous()
        return fed_native.Rows(self.lengths, self.sources, mask)

    def blocks(self) -> list[Tensor]:
        """The rows of each block, longest first: every so many of all rows sorted.

        Each block has long and short rows, so that the blocks take equally long.
        """
        order = self.lengths.argsort(descending=True, stable=True)
        count = max(-(-len(order) // ROWS), 1)
        return [order[at::count] for at in range(count)]

    @property
    def run(self) -> fed_seen.Seen:
        """What there is to show."""
        return fed_seen.Seen(self.cell, self.fed, self.lengths)

    def unpack(self, tensors: Sequence[Any]) -> Passed:
        """The tensors of `say`, by name; gradients apart."""
        x, keys, values, *rest = tensors
        layers, states = len(self.fed.layers), len(self.cell.states)
        state = [tuple(rest[at * states : (at + 1) * states]) for at in range(layers)]
        return Passed(x, keys, values, state, self.fed.unflat(rest[layers * states :]))


class _Say(torch.autograd.Function):
    """(x, keys, values, states..., weights...) → (o, p, s), rows as in the batch."""

    @staticmethod
    @override
    def forward(
        ctx: Any, plan: _Plan, *tensors: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        given = plan.unpack(tensors)
        ctx.plan, ctx.native = plan, None
        ctx.save_for_backward(*(t for t in tensors if t is not None))
        ctx.set_materialize_grads(False)
        if not plan.half and fed_native.serves(plan.cell, given):
            ctx.given = fed_native.whole(given)
            made = fed_native.forward(plan.cell, ctx.given, plan.rows)
            ctx.native = made.detached()
            if plan.watch is not None:
                plan.watch.passages += fed_seen.of_tables(plan.run, ctx.given, made)
            return made.outputs, made.attention, made.seen
        cuts = _cuts(plan)
        products = Products(half=plan.half)
        blocks = [_block(plan, given, rows, cut, products) for rows, cut in cuts]
        made = each(lambda block: fed_forward.run(plan.cell, block), blocks)
        outputs = given.x.new_empty(len(given.x), len(given.fed.Z))
        pairs = int((plan.lengths * plan.sources).sum())
        attention = given.x.new_empty(pairs)
        seen = given.x.new_empty(pairs if plan.fed.coverage is not None else 0)
        for (_, cut), one in zip(cuts, made, strict=True):
            outputs[cut.tokens] = one.outputs
            attention[cut.pairs] = one.attention
            if len(seen):
                seen[cut.pairs] = one.seen
        ctx.cuts, ctx.blocks, ctx.made, ctx.given = cuts, blocks, made, given
        ctx.back = []
        if plan.watch is not None:
            places = [cut.tokens for _, cut in cuts]
            passages, ctx.back = fed_seen.of_blocks(plan.run, given, places, made)
            plan.watch.passages += passages
        return outputs, attention, seen

    @staticmethod
    @override
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *grad: Tensor | None) -> tuple[Tensor | None, ...]:
        _ = ctx.saved_tensors  # refuses weights that were changed in between
        plan, given = ctx.plan, ctx.given
        if ctx.native is not None:
            some = fed_back.Grads(*grad)
            found = fed_native.backward(plan.cell, given, plan.rows, ctx.native, some)
            return None, *found.flat()
        d_outputs, d_attention, d_seen = grad

        def cut_out(number: int) -> fed_back.Grads:
            cut = ctx.cuts[number][1]
            return fed_back.Grads(
                None if d_outputs is None else d_outputs[cut.tokens],
                None if d_attention is None else d_attention[cut.pairs],
                d_seen[cut.pairs] if d_seen is not None and len(d_seen) else None,
            )

        def back(number: int) -> Passed:
            block, made = ctx.blocks[number], ctx.made[number]
            told = [[] for _ in ctx.back]
            found = fed_back.run(plan.cell, block, made, cut_out(number), told)
            for back, states in zip(ctx.back, told, strict=True):
                back.place(ctx.cuts[number][1].tokens, states)
            return found

        parts = each(back, range(len(ctx.blocks)))
        return None, *_joined(given, ctx.cuts, parts)


class _Cut(NamedTuple):
    """Where what belongs to a block stands in the batch."""

    tokens: Tensor
    """Its target tokens in the order of time, (tokens,)."""
    sources: Tensor
    """Its source tokens, row by row, (source tokens,)."""
    pairs: Tensor
    """Its pairs of a target token and a source token, in the order of time."""


def _cuts(plan: _Plan) -> list[tuple[Tensor, _Cut]]:
    """The rows of each block, and where its tokens and pairs stand."""
    starts = plan.lengths.cumsum(0) - plan.lengths
    source_starts = plan.sources.cumsum(0) - plan.sources
    many = plan.lengths * plan.sources
    pair_starts = many.cumsum(0) - many
    found = []
    for rows in plan.blocks():
        lengths, wide = plan.lengths[rows], plan.sources[rows]
        moments = torch.arange(int(lengths[0]) if len(rows) else 0)
        alive = lengths[None, :] > moments[:, None]  # (moments, rows)
        moment, row = alive.nonzero(as_tuple=True)
        tokens = starts[rows][row] + moment
        begins = pair_starts[rows][row] + moment * wide[row]
        cut = _Cut(tokens, spans(source_starts[rows], wide), spans(begins, wide[row]))
        found.append((rows, cut))
    return found


def _block(
    plan: _Plan, given: Passed, rows: Tensor, cut: _Cut, products: Products
) -> Block:
    counts = _counts(plan.lengths[rows])
    return Block(
        given.x[cut.tokens],
        given.keys[cut.sources],
        given.values[cut.sources],
        plan.sources[rows],
        [tuple(s[rows] for s in layer) for layer in given.state],
        given.fed,
        [None if mask is None else mask[rows] for mask in plan.masks],
        counts,
        products,
    )


def _counts(lengths: Tensor) -> list[int]:
    """How many rows run at each moment, from lengths (rows,), longest first."""
    longest = int(lengths[0]) if len(lengths) else 0
    return (lengths[None, :] > torch.arange(longest)[:, None]).sum(1).tolist()


def _joined(
    given: Passed, cuts: list[tuple[Tensor, _Cut]], parts: list[Passed]
) -> list[Tensor | None]:
    """The gradients of the batch from those of its blocks, in the order of `say`."""
    x, keys, values = map(torch.zeros_like, (given.x, given.keys, given.values))
    state = [tuple(map(torch.zeros_like, layer)) for layer in given.state]
    for (rows, cut), part in zip(cuts, parts, strict=True):
        x[cut.tokens] = part.x
        keys[cut.sources], values[cut.sources] = part.keys, part.values
        for whole, piece in zip(state, part.state, strict=True):
            for target, one in zip(whole, piece, strict=True):
                target[rows] = one
    weights = [part.fed.flat() for part in parts]
    total = weights[0]
    for further in weights[1:]:
        for one, other in zip(total, further, strict=True):
            if one is not None and other is not None:
                one += other
    return [x, keys, values, *(s for layer in state for s in layer), *total]
