"""A known answer, run through the network once: what it says at each step, and copies.

    source    I am late .        read by the encoder
    inputs    <end> Je suis      read by the decoder, whatever it says
    targets   Je suis <end>      of each all log-probabilities, and the share copied

The nats of the targets are those of training, bit for bit, where they are computed by
the same calls: models/encoder_decoder_base.py and models/copying.py.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

from unrolled.engine.fed import Said
from unrolled.models.copying import Copies, copied, mixed
from unrolled.models.encoder_decoder_base import AbstractEncoderDecoder, Sides
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on
from unrolled.tasks._symbols import ragged
from unrolled.text.vocabulary import UNKNOWN
from unrolled.time_major import spans


class Forced(NamedTuple):
    """What the network says of an answer."""

    scores: Tensor
    """Log-probability of each token after those before, (tokens, columns).

    Columns are the vocabulary, then the words that are only in the source.
    """
    copied: Tensor
    """Which share of the chance of each target is copied, (tokens,)."""
    attention: Ragged
    """What each target token gives the source, values (pairs,)."""


def forced(network: AbstractEncoderDecoder, sides: Sides, *, columns: int) -> Forced:
    """Runs encoder and decoder as in training; gradients flow where they do there."""
    said = network.say(sides.inputs, network.encode(sides.source))
    x, ids = said.outputs.values, sides.targets.values
    softmax, copies = network.softmax, sides.copies
    own = softmax(x, ids)
    with computing_on(1):
        scores = linear(x, softmax.weight, softmax.bias).log_softmax(-1)
    scores = scores.scatter(1, ids[:, None], -own[:, None])
    if network.gate is None or copies is None:
        return Forced(scores, torch.zeros_like(own), said.attention)
    gate = network.gate(x)
    scores = _with_copies(scores, said, copies.source, gate, columns)
    target = copies.target.values
    known = target < len(softmax.bias)
    mass = copied(said.attention, copies)
    nats, written = mixed(own, mass, gate.squeeze(1), known)
    scores = scores.scatter(1, target[:, None], -nats[:, None])
    return Forced(scores, 1 - written, said.attention)


def _with_copies(
    scores: Tensor, said: Said, source: Ragged, gate: Tensor, columns: int
) -> Tensor:
    """Of all tokens, written or copied, (tokens, columns), from (tokens, vocabulary).

    `gate` has the scores of the gate, (tokens, 1).
    """
    tokens, vocabulary = scores.shape
    row, step = said.outputs.row_of_token, said.attention.row_of_token
    places = spans(source.offsets[:-1][row], said.attention.lengths)
    flat = step * columns + source.values[places]
    mass = scores.new_zeros(tokens * columns).index_add(0, flat, said.attention.values)
    unknown = scores.new_zeros(tokens, columns - vocabulary)
    known = torch.arange(columns) < vocabulary
    nats = torch.cat([-scores, unknown], dim=1)
    return -mixed(nats, mass.view(tokens, columns), gate, known)[0]


def sides_of(
    source: Ragged, ids: list[int], *, end: int, known: int, copies: Ragged | None
) -> Sides:
    """The answer with these ids to one source, values (source tokens, ...).

    Ids from `known` on are unknown words of the source; `copies` has the numbers of its
    tokens for a network that copies, (source tokens,).
    """
    plain = [one if one < known else UNKNOWN for one in ids]
    numbers = None if copies is None else Copies(copies, ragged([[*ids, end]]))
    inputs, targets = ragged([[end, *plain]]), ragged([[*plain, end]])
    return Sides(source, inputs, targets, numbers)
