"""Guidance: texts that say more clearly what they were made from.

With c what is given, h what is written, and s the strength,

    log q(w | h, c)  =  log p(w | h, c)  +  s · (log p(w | h, c) − log p(w | h))

up to a constant of h. Along a text x the brackets add up to log p(c | x) − log p(c):
but for these constants, texts come as often as p(x | c) · p(c | x)^s says, and those
that could as well have been made from something else come less often. With s = 0 it is
the network's own distribution. What is expected without a condition,

    p(w | h)  =  Σ_k p(k | h) · p(w | h, k)

goes over conditions k that may be given; p(k | h) follows from what is written.

Reference: Ho and Salimans 2022, "Classifier-free diffusion guidance", arXiv:2207.12598,
equation 6; Sanchez et al. 2023, arXiv:2306.17806, for texts.

Shapes: rows is the number of sequences under way, k that of the conditions.
"""

from typing import final

import torch
from torch import Tensor

from unrolled.decoding.steps import Steps


@final
class Guided:
    """Steps of texts that keep more firmly to their conditions."""

    def __init__(
        self, own: Steps, others: Steps, shares: Tensor, strength: float
    ) -> None:
        """`others` are rows × k: for each row of `own` the same under all conditions.

        `shares` are p(k) before anything is written, (k,).
        """
        self.own, self.others, self.strength = own, others, strength
        self.tokens = own.tokens
        self._shares = shares.log()[None]
        self._found = torch.zeros(0)

    def begin(self) -> Tensor:
        """Log-probabilities of each row's first token, (rows, tokens)."""
        own = self.own.begin()
        self._shares = self._shares.expand(len(own), -1)
        return self._guided(own, self.others.begin())

    def step(self, ids: Tensor) -> Tensor:
        """The same after one more id of each row, (rows,) to (rows, tokens)."""
        conditions = self._shares.shape[1]
        chosen = ids[:, None, None].expand(-1, conditions, 1)
        likely = self._shares + self._found.gather(2, chosen).squeeze(2)
        self._shares = likely.log_softmax(1)
        repeated = ids.repeat_interleave(conditions)
        return self._guided(self.own.step(ids), self.others.step(repeated))

    def keep(self, rows: Tensor) -> None:
        """Goes on with these rows, (kept,)."""
        conditions = self._shares.shape[1]
        places = torch.arange(conditions, device=rows.device)
        self.own.keep(rows)
        self.others.keep((rows[:, None] * conditions + places).flatten())
        self._shares, self._found = self._shares[rows], self._found[rows]

    def _guided(self, own: Tensor, others: Tensor) -> Tensor:
        self._found = others.view(len(own), -1, self.tokens)
        without = (self._shares[:, :, None] + self._found).logsumexp(1)
        guided = own + self.strength * (own - without)
        # What the row's own condition excludes stays excluded: -inf less -inf is none.
        return guided.masked_fill(own == -torch.inf, -torch.inf).log_softmax(1)
