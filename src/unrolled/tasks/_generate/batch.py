"""Encoded rows of `generate`: a Batch with what is given beside it.

sex      name
female   Mary         <end> M a r y   →   M a r y <end>      to learn and to score
female                <end>           →   ...                a question
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from typing_extensions import override

from unrolled.errors import SettingError, UnreadableDataError
from unrolled.ragged import Ragged
from unrolled.tasks._base import Batch, Example
from unrolled.tasks._generate.given import Given
from unrolled.tasks._next_token import with_end
from unrolled.tasks._symbols import Symbols
from unrolled.tasks._text_input import text_of


@dataclass(frozen=True, kw_only=True)
class GivenBatch(Batch):
    """Ids of texts in `inputs`, the ids after them in `targets`."""

    targets: Ragged | None = None
    """The next token of each, values (tokens,) int64."""
    given: Tensor
    """What each row depends on, (rows, fields), as `models/conditions.py` takes it."""

    @override
    def gather(self, rows: Sequence[int] | Tensor) -> "GivenBatch":
        chosen = torch.as_tensor(rows, dtype=torch.int64)
        return replace(
            self,
            inputs=self.inputs.gather(chosen),
            targets=None if self.targets is None else self.targets.gather(chosen),
            given=self.given[chosen],
        )


def rows_of(symbols: Symbols, given: Given, examples: list[Example]) -> GivenBatch:
    """Rows with their texts. Raises UnreadableDataError."""
    inputs, targets = with_end(symbols, texts_of(examples), to_learn=True)
    return GivenBatch(inputs=inputs, targets=targets, given=given.encode(examples))


def questions(symbols: Symbols, given: Given, examples: list[Example]) -> GivenBatch:
    """Rows whose input names what is given. Raises UnreadableDataError."""
    asked = []
    for row in examples:
        try:
            asked.append(given.usual(given.asked([text_of(row)])))
        except SettingError as why:
            raise UnreadableDataError(
                found=f"{row.place}: {why.found}", expected=why.expected, fix=why.fix
            ) from None
    none = torch.zeros(0, len(given.fields))
    inputs, _ = with_end(symbols, [""] * len(asked), to_learn=False)
    return GivenBatch(inputs=inputs, given=torch.cat([none, *asked]))


def texts_of(examples: list[Example], header: str = "input") -> list[str]:
    """The texts to learn from. Raises UnreadableDataError for an empty one."""
    for row in examples:
        if not text_of(row).strip():
            raise UnreadableDataError(
                found=f'{row.place}: column "{header}" is empty.',
                expected="a text in every row",
                fix="fill it in, or leave such rows out",
            )
    return list(map(text_of, examples))
