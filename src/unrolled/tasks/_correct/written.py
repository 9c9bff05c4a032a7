"""Texts to be written anew: as they are, and as an encoder reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.tasks._base import Batch
from unrolled.tasks._pairs.sides import PairsBatch


@dataclass(frozen=True, kw_only=True)
class WrittenBatch(Batch):
    """Texts to be corrected, as they are and as the network reads them."""

    inner: PairsBatch
    texts: tuple[str, ...]

    @override
    def gather(self, rows: Sequence[int] | Tensor) -> "WrittenBatch":
        chosen = torch.as_tensor(rows, dtype=torch.int64)
        inner = self.inner.gather(chosen)
        texts = tuple(self.texts[row] for row in chosen.tolist())
        return WrittenBatch(inputs=inner.inputs, inner=inner, texts=texts)
