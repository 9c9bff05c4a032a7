"""Frames of a sound about 0 ± 1: by fixed figures, its own, or what was heard so far.

    fixed        (x_t − μ) / σ         mean μ and scale σ of the training sounds
    utterance    (x_t − c) / s         c between μ and the mean of this sound,
                                       s² between σ² and its variance
    running      (x_t − m_t) / σ       m_t = m_{t−1} + (x_t − m_{t−1}) / w_t,  m_0 = μ
                                       w_t = min(PRIOR + t, MEMORY)

Of an utterance the loudness is taken off as a whole; each band then goes from μ to its
own mean by λ = n / (n + PRIOR) for n frames: all of a short word may be one vowel, and
its mean is what tells it from others. The utterance has to be over.

A running mean begins as the training mean, as if that had been heard for PRIOR frames,
and forgets what lies more than some MEMORY frames back. Its state is m and t, so a
sound in pieces gives what the whole gives, to the bit.

Shapes: x (frames, bands); μ, σ (bands,); m (rows, bands).
"""

from typing import NamedTuple

import torch
from torch import Tensor

from unrolled.models.over_rows import mean
from unrolled.ragged import Ragged

PRIOR = 50
"""Frames that the training mean counts for: half a second."""
MEMORY = 300
"""Frames after which the past begins to be forgotten: three seconds."""


class Heard(NamedTuple):
    """What a running mean has heard."""

    mean: Tensor
    """(rows, bands)."""
    frames: int


def fixed(x: Ragged, mean_: Tensor, scale: Tensor) -> Ragged:
    """By mean and scale (bands,), values (frames, bands)."""
    return x.map(lambda values: (values - mean_) / scale)


def by_utterance(x: Ragged, mean_: Tensor, scale: Tensor) -> Ragged:
    """By each row's own figures, as far as it is long: from those given, (bands,)."""
    rows = x.row_of_token
    share = (x.lengths / (x.lengths + PRIOR)).to(x.values)[:, None]
    own = mean(x)
    louder = own.mean(1, keepdim=True) - mean_.mean()
    center = louder + torch.lerp(mean_, own - louder, share)
    centered = x.values - center.index_select(0, rows)
    spread = mean(x.with_values(centered * centered))
    found = torch.lerp(scale * scale, spread, share).sqrt()
    return x.with_values(centered / found.index_select(0, rows))


@torch.no_grad()
def running(x: Ragged, scale: Tensor, heard: Heard) -> tuple[Ragged, Heard]:
    """By a mean that goes on from `heard`, and what was heard then.

    x has values (frames, bands), and `scale` is (bands,). The rows of a batch have all
    heard as many frames before; those of a stream, which go on, are one.
    """
    order = x.forwards
    values, starts = order.to_time(x.values), order.starts
    means = torch.empty_like(values)
    current = order.sort_rows(heard.mean).clone()
    for moment, count in enumerate(order.counts):
        weight = min(PRIOR + heard.frames + moment + 1, MEMORY)
        here = slice(starts[moment], starts[moment] + count)
        top = current[:count]
        top += (values[here] - top) / weight
        means[here] = top
    found = x.with_values(order.from_time((values - means) / scale))
    return found, Heard(order.unsort_rows(current), heard.frames + len(order.counts))
