"""Captions of pictures, searched with a beam."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, final

from typing_extensions import override

from unrolled.ragged import Ragged
from unrolled.tasks._base import Answers, Example
from unrolled.tasks._caption.batch import CaptionBatch
from unrolled.tasks._caption.page import Shown
from unrolled.tasks._pairs.answerer import AbstractAnswerer


@final
class CaptionAnswerer(AbstractAnswerer):
    """A network with the words that it writes."""

    @override
    def source(self, batch: CaptionBatch) -> Ragged:
        return batch.source

    @override
    def tokens(
        self,
        batch: CaptionBatch,
        row: int,
        ids: Sequence[int],
        places: Sequence[int] | None,
    ) -> list[str]:
        return self.target.tokens(ids)

    def shown(
        self, batch: CaptionBatch, examples: list[Example], answers: Answers
    ) -> list[Shown]:
        """These answers beside their pictures, (3, size, size), for a page."""
        weights: list[list[Any]] = [[] for _ in examples]
        if self.network.settings.attention != "none" and examples:
            ids = [self.target.vocabulary.ids(one["tokens"]) for one in answers]
            inputs, attention = self.attention(batch, ids)
            flat = attention.to_list()
            weights = [flat[at:to] for at, to in pairwise(inputs.offsets.tolist())]
        pictures = batch.source.to_list()
        return [
            Shown(
                row.input if isinstance(row.input, str) else row.place,
                picture[0],
                answer["prediction"],
                answer["tokens"],
                mine,
            )
            for row, picture, answer, mine in zip(
                examples, pictures, answers, weights, strict=True
            )
        ]
