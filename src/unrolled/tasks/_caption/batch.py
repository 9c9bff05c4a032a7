"""Pictures beside their captions, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.ragged import Ragged
from unrolled.tasks._base import Batch


@final
@dataclass(frozen=True, kw_only=True)
class CaptionBatch(Batch):
    """In `inputs` for each region which picture it is of, in `targets` ids and ends.

    Each picture is there once, however many captions it has.
    """

    targets: Ragged | None = None
    pictures: Ragged
    """All pictures or features that rows point to; shared by all parts of a batch."""

    @override
    def gather(self, rows: Sequence[int] | Tensor) -> "CaptionBatch":
        chosen = torch.as_tensor(rows, dtype=torch.int64)
        return replace(
            self,
            inputs=self.inputs.gather(chosen),
            targets=None if self.targets is None else self.targets.gather(chosen),
        )

    @property
    def source(self) -> Ragged:
        """Of each row the picture, (rows, 3, size, size), or (regions, features)."""
        first = self.inputs.offsets[:-1]
        return self.pictures.gather(self.inputs.values[first])
