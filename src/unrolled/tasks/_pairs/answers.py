"""Answers to texts: words that are copied, and unknown ones that are replaced.

A token that was written as unknown is replaced by the source token that the decoder
looked at most (Luong et al. 2015, "Addressing the rare word problem", replaces it by
an aligned word as well).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, final

from typing_extensions import override

from unrolled.decoding.rules import Rules
from unrolled.models.encoder_decoder import EncoderDecoder
from unrolled.ragged import Ragged
from unrolled.tasks._pairs.answerer import AbstractAnswerer
from unrolled.tasks._pairs.settings import PairsSettings
from unrolled.tasks._pairs.sides import Pairs, PairsBatch
from unrolled.text.vocabulary import UNKNOWN, UNKNOWN_TOKEN


@final
class Answerer(AbstractAnswerer):
    """A network with its vocabularies.

    Beside each answer stands its "source"; "unread" counts the tokens at the end of a
    source too long, if there are any.
    """

    def __init__(
        self, network: EncoderDecoder, pairs: Pairs, settings: PairsSettings
    ) -> None:
        super().__init__(network, pairs.target, settings, pairs.longest)
        self.pairs = pairs

    @override
    def source(self, batch: PairsBatch) -> Ragged:
        return batch.inputs

    @override
    def copies(self, batch: PairsBatch) -> Ragged | None:
        return None if batch.copies is None else batch.copies.source

    @override
    def more(self, batch: PairsBatch, row: int) -> dict[str, Any]:
        unread = {"unread": batch.unread[row]} if batch.unread[row] else {}
        return {"source": batch.words[row], **unread}

    @override
    def rules(self) -> Rules:
        rules = super().rules()
        return replace(rules, banned=()) if self._replaces else rules

    @property
    def _replaces(self) -> bool:
        """Whether an unknown token is written, to be replaced from the source."""
        looks = self.network.settings.attention != "none"
        is_met = self.target.vocabulary.counts[UNKNOWN] > 0  # in training
        return looks and self.network.gate is None and is_met

    @override
    def tokens(
        self,
        batch: PairsBatch,
        row: int,
        ids: Sequence[int],
        places: Sequence[int] | None,
    ) -> list[str]:
        words = batch.words[row]
        tokens = self.pairs.tokens(ids, words)
        for at, place in enumerate(places or ()):
            if tokens[at] == UNKNOWN_TOKEN and place >= 0:
                tokens[at] = words[place]
        return tokens
