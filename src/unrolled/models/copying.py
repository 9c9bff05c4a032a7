"""Copying from the source: a word is written from the vocabulary or taken over.

    P(w) = g · P_vocabulary(w) + (1 − g) · Σ_{j: source_j = w} p_j     g = σ(a · o + b)

p_j is the attention on source token j. Words of the source that the vocabulary lacks
have numbers of their own behind it, the first such word of a row the first: so they can
be copied and told apart, in each row anew.

Reference: See, Liu and Manning 2017, arXiv:1704.04368, equations 8 and 9; here the gate
reads the decoder's output o, which has seen the state, the context and the input.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from unrolled.ragged import Ragged
from unrolled.time_major import spans

LEAST = 1e-30  # log of nothing would have no gradient


class Copies(NamedTuple):
    """Numbers in which unknown words of a row's source can be told apart."""

    source: Ragged
    """Of each source token, values (source tokens,) int64."""
    target: Ragged
    """Of each target token, the end included, values (tokens,) int64."""


def copied(attention: Ragged, copies: Copies) -> Tensor:
    """The attention on source tokens that are the target: Σ_j p_j, (tokens,).

    `attention` has for each target token one number for each token of its source.
    """
    source, target = copies
    row = target.row_of_token
    places = spans(source.offsets[:-1][row], attention.lengths)
    token = attention.row_of_token
    same = source.values[places] == target.values[token]
    each = attention.values * same
    return each.new_zeros(len(attention)).index_add(0, token, each)


def mixed(
    nats: Tensor, mass: Tensor, gate: Tensor, known: Tensor
) -> tuple[Tensor, Tensor]:
    """−log P of each target, and which share of P is written, both (tokens,).

    From its nats under the vocabulary, the attention on it (`copied`), the score of the
    gate before σ and whether the vocabulary has it, each (tokens,). No gradient flows
    through the share.
    """
    written = (logsigmoid(gate) - nats).masked_fill(~known, -torch.inf)
    taken = logsigmoid(-gate) + mass.clamp(min=LEAST).log()
    both = torch.logaddexp(written, taken)
    return -both, (written - both).detach().exp()


def mixed_with_all(
    found: Tensor, attention: Ragged, gate: Tensor, source: Ragged, extra: int
) -> Tensor:
    """Log-probabilities of all tokens and of `extra` unknown words, (rows, tokens).

    From those of the vocabulary, (rows, tokens), the attention of each row on its
    source and the gate's scores, (rows,).
    """
    chances = torch.cat([found.exp(), found.new_zeros(len(found), extra)], dim=1)
    chances *= torch.sigmoid(gate)[:, None]
    row = attention.row_of_token
    shares = attention.values * torch.sigmoid(-gate)[row]
    chances.index_put_((row, source.values), shares, accumulate=True)
    return chances.log()
