"""What a decoder's run shows of its inside, for who watches: see engine/watch.py.

The loop in Python leaves moments of each layer, block by block; the compiled one leaves
tables. Either way there is a passage for each layer, with a line for each target token.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.cells._base import AbstractGatedCell
from unrolled.engine import packing
from unrolled.engine.fed_forward import Fed, Made, Passed
from unrolled.engine.fed_native import Tables
from unrolled.engine.traces import fields_of_moments, fields_of_tables
from unrolled.engine.watch import Passage, ToldBack
from unrolled.ragged import Ragged

_OUTPUT = "output"  # beside the fields of the cell


class Seen(NamedTuple):
    """The run that is shown."""

    cell: AbstractGatedCell
    fed: Fed
    """The weights as their owner has them, to be known again."""
    lengths: Tensor
    """Of the target rows, (rows,)."""

    def passage(
        self,
        height: int,
        x: Tensor,
        found: dict[str, Tensor],
        path: str,
        told: ToldBack,
    ) -> Passage:
        """Of one layer, from x (tokens, inputs) and what was found, (tokens, ·)."""
        by_name = {name: Ragged(one, self.lengths) for name, one in found.items()}
        return Passage(
            cell=self.cell,
            weights=self.fed.layers[height],
            inputs=Ragged(x, self.lengths),
            output=by_name.pop(_OUTPUT),
            gates=by_name,
            reverse=False,
            path=path,
            state_gradients=told.by_name,
            carried_gradients=told.carried,
        )


def of_tables(run: Seen, given: Passed, made: Tables) -> list[Passage]:
    """The passage of the one layer that the compiled loop has run."""
    weights, x = given.fed.layers[0], Ragged(given.x, run.lengths)
    sweep = packing.Sweep(run.cell, x, reverse=False, keep=True)
    tables = packing.Tables(made.gates, made.memory, None)
    output = made.joint[:, : weights.R.shape[1]].clone()
    found = fields_of_tables(sweep, weights, tables, output, given.state[0])
    told = ToldBack(run.cell, len(given.x))  # nothing: the way back is compiled, too
    return [run.passage(0, given.x, {_OUTPUT: output, **found}, "native", told)]


def of_blocks(
    run: Seen, given: Passed, places: Sequence[Tensor], blocks: Sequence[Made]
) -> tuple[list[Passage], list[ToldBack]]:
    """The passage of each layer, with where its gradients of states are to be left.

    `places` says where the tokens of each block stand, in the order of time, (tokens,).
    """
    passages, back, tokens = [], [], len(given.x)
    for height, weights in enumerate(given.fed.layers):
        found = {_OUTPUT: given.x.new_zeros(tokens, weights.R.shape[1])}
        x = given.x if not height else given.x.new_zeros(tokens, weights.W.shape[1])
        for order, made in zip(places, blocks, strict=True):
            moments = made.moments[height]
            if not moments:
                continue
            if height:
                x[order] = torch.cat(made.between[height - 1]).detach()
            after = torch.cat([moment.m for moment in moments]).detach()
            if weights.P is not None:
                after = linear(after, weights.P)
            for name, lines in {_OUTPUT: after, **fields_of_moments(moments)}.items():
                whole = lines.new_zeros(tokens, lines.shape[1])
                found.setdefault(name, whole)[order] = lines
        told = ToldBack(run.cell, tokens)
        passages.append(run.passage(height, x, found, "gated", told))
        back.append(told)
    return passages, back
