"""Rows of `correct`: texts that are asked, and sentences with what is wrong in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.models.edit_tagger import EditTruth, Read
from unrolled.models.tagger import Words
from unrolled.models.word_spelling import Spellings
from unrolled.ragged import Ragged
from unrolled.tasks._base import Batch
from unrolled.tasks._correct.rows import Row
from unrolled.tasks._correct.tags import INSERT, NUMBER, REPLACE


def _none() -> Ragged:
    return Ragged(torch.zeros(0, dtype=torch.int64), torch.zeros(0, dtype=torch.int64))


@dataclass(frozen=True)
class TextBatch(Batch):
    """Texts to be corrected; `inputs` says no more than how long they are."""

    rows: tuple[Row, ...] = ()

    @override
    def gather(self, rows: Sequence[int] | Tensor) -> "TextBatch":
        chosen = torch.as_tensor(rows, dtype=torch.int64)
        return replace(
            self,
            inputs=self.inputs.gather(chosen),
            rows=tuple(self.rows[row] for row in chosen.tolist()),
        )


@dataclass(frozen=True, kw_only=True)
class EditBatch(Batch):
    """Wrong sentences: ids in `inputs`, kinds of edits in `targets`."""

    targets: Ragged = field(default_factory=_none)
    """Values (tokens,) int64."""
    written: Ragged
    """Which word replaces each one or is put in behind it, values (tokens,) int64."""
    forms: Ragged
    """Which of the spellings each word has, values (tokens,) int64."""
    familiar: Ragged
    """Values (tokens, numbers) int64."""
    spellings: Spellings
    """Those of all words of the rows that this batch was gathered from."""
    rows: tuple[Row, ...] = ()
    """The texts of the rows, where they are to be scored."""

    @override
    def gather(self, rows: Sequence[int] | Tensor) -> "EditBatch":
        chosen = torch.as_tensor(rows, dtype=torch.int64)
        return replace(
            self,
            inputs=self.inputs.gather(chosen),
            targets=self.targets.gather(chosen),
            written=self.written.gather(chosen),
            forms=self.forms.gather(chosen),
            familiar=self.familiar.gather(chosen),
            rows=tuple(self.rows[row] for row in chosen.tolist()) if self.rows else (),
        )

    @property
    def read(self) -> Read:
        """What the network takes: ids and forms (tokens,), familiar (tokens, 4)."""
        words = Words(self.inputs, self.forms.values, self.spellings)
        return Read(words, self.familiar.values)

    @property
    def truth(self) -> EditTruth:
        """What the network learns: kinds (tokens,), and words for some of them."""
        kinds, written = self.targets.values, self.written.values
        replaced = (kinds == NUMBER[REPLACE]).nonzero()[:, 0]
        before = (kinds == NUMBER[INSERT]).nonzero()[:, 0]
        return EditTruth(
            self.targets, replaced, written[replaced], before, written[before]
        )
