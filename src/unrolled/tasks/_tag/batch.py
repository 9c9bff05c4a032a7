"""Encoded rows of words: a Batch with the spellings of its words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.models.tagger import Words
from unrolled.models.word_spelling import Spellings
from unrolled.ragged import Ragged
from unrolled.tasks._base import Batch
from unrolled.tasks._tag.rows import Row


@dataclass(frozen=True, kw_only=True)
class TagBatch(Batch):
    """Ids of words in `inputs`, their tags in `targets`, and their spellings."""

    targets: Ragged | None = None
    """Places among the tags, values (tokens,) int64."""
    forms: Ragged
    """Which of the spellings each word has, values (tokens,) int64."""
    spellings: Spellings
    """Those of all words of the rows that this batch was gathered from."""
    rows: tuple[Row, ...]

    @override
    def gather(self, rows: Sequence[int] | Tensor) -> "TagBatch":
        chosen = torch.as_tensor(rows, dtype=torch.int64)
        return replace(
            self,
            inputs=self.inputs.gather(chosen),
            targets=None if self.targets is None else self.targets.gather(chosen),
            forms=self.forms.gather(chosen),
            rows=tuple(self.rows[row] for row in chosen.tolist()),
        )

    @property
    def words(self) -> Words:
        """What the network reads: ids and forms (tokens,), and the spellings."""
        return Words(self.inputs, self.forms.values, self.spellings)
