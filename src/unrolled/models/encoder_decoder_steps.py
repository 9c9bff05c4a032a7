"""An encoder-decoder that writes a token at a time: see decoding/steps.py."""

from typing import final

import torch
from torch import Tensor

from unrolled.models.attending import Under
from unrolled.models.copying import mixed_with_all
from unrolled.models.encoder_decoder_base import AbstractEncoderDecoder
from unrolled.ragged import Ragged


@final
class EncoderDecoderSteps:
    """Answers under way, one row for each source."""

    def __init__(
        self,
        network: AbstractEncoderDecoder,
        source: Ragged,
        end: int,
        copies: Ragged | None = None,
    ) -> None:
        """`source` holds ids, values (source tokens,); `end` is the target's.

        `copies` holds the numbers of models/copying.py for each source token, for a
        network that copies: ids from the size of the vocabulary on are unknown words.
        """
        self.network, self._end = network, end
        self._source, self._copies = source, copies
        known = len(network.softmax.bias)
        top = (
            int(copies.values.max()) + 1
            if copies is not None and len(copies.values)
            else known
        )
        self.tokens = max(known, top)
        self._extra = self.tokens - known
        self._under: Under | None = None

    @torch.no_grad()
    def begin(self) -> Tensor:
        """Log-probabilities of the first tokens, (rows, tokens)."""
        read = self.network.encode(self._source)
        self._under = self.network.decoder.begin(*read)
        return self.step(torch.full((len(self._source),), self._end))

    @torch.no_grad()
    def step(self, ids: Tensor) -> Tensor:
        """The same after one more id of each row, (rows,) to (rows, tokens)."""
        network = self.network
        under = network.decoder.step(network.vectors(ids), self._now)
        self._under = under
        found = network.log_probabilities(under.output)
        if network.gate is None or self._copies is None:
            return found
        gate = network.gate.by_row(under.output).squeeze(1)
        attention = Ragged(under.attention, under.memory.lengths)
        return mixed_with_all(found, attention, gate, self._copies, self._extra)

    def keep(self, rows: Tensor) -> None:
        """Goes on with these rows, (kept,)."""
        if self._copies is not None:
            self._copies = self._copies.gather(rows)
        if self._under is None:
            self._source = self._source.gather(rows)
        else:
            self._under = self._under.keep(rows)

    def unseen(self) -> Tensor:
        """Σ_j log min(Σ_t p_tj, 1) over the source tokens of each row, (rows,).

        How much of the source was never looked at, in nats: 0 where all was. Wu et al.
        2016, arXiv:1609.08144, equation 14.
        """
        under = self._now
        each = under.seen.clamp(min=1e-9, max=1.0).log()
        seen = Ragged(each, under.memory.lengths)
        return each.new_zeros(len(seen)).index_add(0, seen.row_of_token, each)

    @property
    def _now(self) -> Under:
        if self._under is None:
            raise RuntimeError("begin() comes before the first step")
        return self._under
