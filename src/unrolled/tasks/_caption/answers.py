"""Captions of pictures, searched with a beam."""

from collections.abc import Sequence
from typing import final

from typing_extensions import override

from unrolled.ragged import Ragged
from unrolled.tasks._caption.batch import CaptionBatch
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
